"""The question finds its expert, and the answer becomes knowledge: the whole way on each platform, and across them."""

import pytest

from tests.drivers import story
from tests.drivers.driver import Driver, Remark
from tests.drivers.product import Product
from tests.drivers.story import STORIES, Cast, Story, cast

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_question_finds_its_expert_and_its_answer_becomes_knowledge(driver: Driver, native: Product) -> None:
    told = STORIES["teams-native" if driver in native.drivers.values() else driver.name]
    everybody = await cast(driver, driver, driver, told)
    await goes_all_the_way(everybody, told, await story.asked_by_button(everybody, told))


async def test_asked_on_slack_without_a_name_it_is_answered_on_teams_and_approved_on_the_page(product: Product) -> None:
    told = STORIES["across"]
    everybody = await cast(product.drivers["slack"], product.drivers["teams"], product.drivers["web"], told)
    remark = await story.asked_by_word(everybody, told)
    await goes_all_the_way(everybody, told, remark)
    for each in (everybody.expert, everybody.colleague, everybody.curator):
        read = [shown.text for shown in await each.driver.private(each.who) if told.question in shown.text]
        assert read != [] or each is everybody.colleague
        assert [text for text in read if everybody.asker.who.name in text] == []


async def goes_all_the_way(everybody: Cast, told: Story, remark: Remark) -> None:
    owner = await story.claimed(everybody, told)
    await story.asked_back(everybody, told, owner, remark)
    await story.answered(everybody, told, owner, remark)
    await story.confirmed_and_thanked(everybody, told, owner, remark)
    await story.approved(everybody, told)
    await story.everybody_knows(everybody, told)
