"""The story that came of a request, with both as the product puts them together."""

from pathlib import Path

import pytest

from bot.bootstrap.ideas import open_ideas, stories_of
from bot.bootstrap.stories import open_stories
from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Person, Pressed, Submitted
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.ideas import acts
from bot.features.ideas.cards import StoryLink
from bot.features.ideas.model import Colleague
from bot.features.stories import acts as story_acts
from bot.features.stories.model import StoryState
from bot.features.stories.store import SqlStories
from bot.router import Router
from bot.settings import Settings
from bot.storage.unit_of_work import Database
from tests.ideas_house import (
    ANA,
    BASE,
    CLEO,
    KIM,
    LEE,
    SAM,
    House,
    SameWords,
    form_of,
    idea,
    nothing_answered,
)
from tests.stories_house import story


def test_only_a_published_story_is_named_and_without_names_that_stay_hidden(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        store = SqlStories(unit)
        store.add(story("told", origin="idea/i1"))
        assert stories_of(["idea/i1"], unit) == {}
        store.add(story("s2", origin="idea/i1", state=StoryState.PUBLISHED, title="Umbrella renews in a day"))
        known = StoryLink("A bank in the north renews in a day", "/stories/s2", story().author_id)
        assert stories_of(["idea/i1", "idea/i2"], unit) == {"idea/i1": known}


@pytest.fixture
def house(sqlite_database: Database, tmp_path: Path) -> House:
    """As bootstrap puts both together. Lee voted for what Sam did for Ana; it is done."""
    house = House(sqlite_database)
    settings = Settings(home=tmp_path, curators=[CLEO.id], smtp_host="127.0.0.1", smtp_from="hall@example.org")
    ideas = open_ideas(settings, sqlite_database, SameWords(), nothing_answered, house.knowledge, BASE, house.clock)
    stories = open_stories(settings, sqlite_database, BASE, house.clock, {"idea": ideas.beginning}, ideas.came_of)
    house.dispatcher = Dispatcher(sqlite_database, Router(Catalog([ideas.feature, stories.feature])), house.clock)
    house.under_way()
    house.act(Pressed(acts.VOTE, "i1", ""), LEE)
    done = {"value": "30000", "unit": "money", "lesson": "Counted in May."}
    house.act(Submitted(acts.FINISH, dict(done), "i1", ""), SAM)
    return house


def tell(house: House, person: Person, **typed: str) -> str:
    """From the button; the id of the story."""
    form = form_of(house.act(Pressed(story_acts.TELL, "idea/i1", ""), person))
    values = {each.name: each.initial for each in form.fields} | {"done": "Sam wrote them down."} | typed
    house.act(Submitted(form.id, dict(values), form.state, ""), person)
    with house.database.reading() as unit:
        return SqlStories(unit).of_origins("idea/i1")[0].id


def approve(house: House, story_id: str) -> None:
    with house.database.reading() as unit:
        found = SqlStories(unit).get(story_id)
    assert found is not None
    house.act(Pressed(story_acts.APPROVE, f"{found.id}/{found.revision}", ""), CLEO)


def about_story(house: House, person: Person) -> list[str]:
    return [each for each in house.told(person) if "told as a story" in each or "story of what came" in each]


def test_a_story_begins_with_what_was_wrong_and_what_it_brought(house: House) -> None:
    form = form_of(house.act(Pressed(story_acts.TELL, "idea/i1", ""), ANA))
    initial = {each.name: each.initial for each in form.fields}
    assert initial["title"] == "Prices for bundles"
    assert initial["challenge"] == "The calculator does not know the new bundles."
    assert initial["result"] == (
        "It brought 30,000 EUR a year, 125% of the 24,000 EUR a year expected. Counted in May."
    )


def test_asker_voters_and_whoever_did_it_hear_of_the_published_story_but_for_who_told_it(house: House) -> None:
    story_id = tell(house, SAM)
    assert about_story(house, ANA) == []
    approve(house, story_id)
    said = "What came of “Prices for bundles” is told as a story: “Prices for bundles”."
    assert about_story(house, ANA) == about_story(house, LEE) == [said]
    assert about_story(house, SAM) == about_story(house, KIM) == []
    told = next(each for each in house.theirs(LEE) if each.message.summary == said)
    assert told.message.url == f"https://hall.example/stories/{story_id}"
    house.press(told, "Show it", LEE)
    assert f"{BASE}/stories/{story_id}" in str(house.newest(LEE).message)


def test_what_they_were_told_follows_the_story_until_it_is_taken_down(house: House) -> None:
    story_id = tell(house, SAM)
    approve(house, story_id)
    form = form_of(house.act(Pressed(story_acts.CHANGE, story_id, ""), CLEO))
    values = {each.name: each.initial for each in form.fields} | {"title": "Bundles have prices"}
    house.act(Submitted(form.id, dict(values), form.state, ""), CLEO)
    assert about_story(house, ANA) == ["What came of “Prices for bundles” is told as a story: “Bundles have prices”."]
    house.act(Pressed(story_acts.WITHDRAW, story_id, ""), SAM)
    assert about_story(house, ANA) == ["The story of what came of “Prices for bundles” was taken down."]
    with house.database.reading() as unit:
        assert stories_of(["idea/i1"], unit) == {}


def test_only_who_had_a_part_in_it_tells_its_story_whatever_a_form_brings_back(house: House) -> None:
    opened = form_of(house.act(Pressed(story_acts.TELL, "idea/i1", ""), ANA))
    values = {each.name: each.initial for each in opened.fields} | {"done": "I did it."}
    with pytest.raises(UserFacingError, match="not yours to tell of"):
        house.act(Pressed(story_acts.TELL, "idea/i1", ""), KIM)
    with pytest.raises(FormRejected, match="not yours to tell of"):
        house.act(Submitted(opened.id, dict(values), opened.state, ""), KIM)
    house.proposed(idea("i2", asker=Colleague(KIM.id, KIM.name)), KIM)
    with pytest.raises(UserFacingError, match="not done yet"):
        house.act(Pressed(story_acts.TELL, "idea/i2", ""), KIM)
