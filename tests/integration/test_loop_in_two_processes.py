"""The process is killed with signal 9 between the claim and the answer, and once more after the draft was approved."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.drivers import story
from tests.drivers.own_process import Server, serving
from tests.drivers.story import STORIES, cast

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with serving(tmp_path_factory.mktemp("two-processes")) as running:
        yield running


@pytest.mark.parametrize("platform", ["web", "slack", "teams"])
async def test_the_way_goes_on_whenever_the_server_was_killed(server: Server, platform: str) -> None:
    driver, told = server.drivers[platform], STORIES[platform]
    everybody = await cast(driver, driver, driver, told)
    remark = await story.asked_by_button(everybody, told)
    owner = await story.claimed(everybody, told, then=server.dies_and_starts_again)
    await story.asked_back(everybody, told, owner, remark)
    await story.answered(everybody, told, owner, remark)
    await story.confirmed_and_thanked(everybody, told, owner, remark)
    await story.approved(everybody, told)
    await server.dies_and_starts_again()
    await story.everybody_knows(everybody, told)
    await story.nothing_is_told_twice(everybody, remark)
