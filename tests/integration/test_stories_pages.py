"""Stories as pages: what each reader finds there, pictures, and what was opened."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.reply import Button
from bot.chat.turn import Content, Person, Pressed, Submitted
from bot.features.channels.store import SqlChannels
from bot.features.digest_entry import DigestSpan
from bot.features.faq.publisher import EntryIndex, EntryPublisher
from bot.features.form_state import to_state
from bot.features.library.reader import body_of, linker_for
from bot.features.page import Download, PageNotFound, PageRequest, Redirect, Upload, View
from bot.features.stories import acts
from bot.features.stories.cards import StoryView
from bot.features.stories.in_digest import new_stories
from bot.features.stories.in_library import LiveStories, as_document
from bot.features.stories.model import Consent, StoryState, Value
from bot.features.stories.pages import Sent, address
from bot.features.stories.sending import Wanted
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.document import DocumentKind
from knowledge.knowledge_base import KnowledgeBase
from tests.builders import ADMIN, NOON
from tests.chat_house import (
    CLEO,
    DANA,
    GENERAL,
    GUEST,
    KIM,
    LEE,
    SAM,
)
from tests.fakes_knowledge import WordEmbedder
from tests.pictured import png
from tests.stories_house import (
    ID,
    TYPED,
    House,
    approval,
    credit,
    story,
)

PNG = png()
HOSTILE = "[click](https://evil.example) <b>bold</b> `x` ![i](https://evil.example/i.png) # no heading"


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def listed(house: House, person: Person, **query: str) -> list[str]:
    views = house.pages.show_all(PageRequest(person, query=query)).values["views"]
    assert isinstance(views, list)
    return [each.story.id for each in views if isinstance(each, StoryView)]


def shown(house: House, person: Person, story_id: str = ID) -> View:
    return house.pages.show(PageRequest(person, path={"story": story_id}))


def buttons(view: View, name: str = "buttons") -> list[str]:
    found = view.values[name]
    assert isinstance(found, tuple)
    return [each.label for each in found if isinstance(each, Button)]


def sent(house: House, person: Person) -> list[Sent]:
    found = shown(house, person).values["sent"]
    return [each for each in found if isinstance(each, Sent)] if isinstance(found, list) else []


def done(house: House, content: Content, person: Person) -> str:
    """What the page says afterwards."""
    return house.act(content, person).posts[0].message.summary


def upload(house: House, person: Person, content: bytes | None) -> View | Redirect:
    files = () if content is None else (Upload("a.png", content),)
    return house.pages.put_picture(PageRequest(person, path={"story": ID}, uploads=files))


def picture(house: House, person: Person) -> Download:
    return house.pages.picture(PageRequest(person, path={"story": ID, "picture": house.kept().picture}))


def test_each_reader_finds_what_they_may_see(house: House) -> None:
    house.published(story("1" * 32, credits=()))
    house.told()
    assert listed(house, LEE) == listed(house, DANA) == listed(house, SAM) == ["1" * 32]
    assert listed(house, GUEST) == []
    assert listed(house, SAM, part="mine") == ["1" * 32, ID]
    assert listed(house, DANA, part="mine") == [ID]
    assert listed(house, CLEO, part="waiting") == [ID]
    assert listed(house, LEE, part="waiting") == listed(house, LEE, part="mine") == []
    assert listed(house, LEE, part="no such") == ["1" * 32]


def test_stories_are_found_by_topic_industry_product_and_value(house: House) -> None:
    house.published(story("1" * 32))
    house.published(story("2" * 32, topics=("Pricing",), industry="Insurance", product="ERP", value=Value.COST))
    house.published(story("3" * 32, topics=(), industry="banking", product="", value=None))
    found = {
        "topic": {"pricing": ["1", "2"], "PRICING": ["1", "2"], "renewals": ["1"], "none": []},
        "industry": {"Banking": ["1", "3"]},
        "product": {"ERP": ["2"]},
        "value": {"time": ["1"], "cost": ["2"]},
    }
    for name, cases in found.items():
        for value, expected in cases.items():
            assert sorted(each[0] for each in listed(house, LEE, **{name: value})) == expected
    assert [each[0] for each in listed(house, LEE, topic="pricing", value="cost")] == ["2"]
    assert [each[0] for each in listed(house, LEE, words="  lower COST")] == ["2"]
    assert [each[0] for each in listed(house, LEE, words="quotes", industry="insurance")] == ["2"]
    assert listed(house, LEE, words="umbrella") == listed(house, LEE, words="okafor") == []
    choices = house.pages.show_all(PageRequest(LEE)).values["choices"]
    assert isinstance(choices, dict)
    assert [label for _, label in choices["value"]] == ["Lower cost", "Time saved"]
    assert [label.casefold() for _, label in choices["industry"]] == ["banking", "insurance"]
    assert address("mine", {"topic": "a&b", "value": ""}) == "/stories?part=mine&topic=a%26b"


def test_what_somebody_may_not_see_looks_like_what_is_not_there(house: House) -> None:
    house.told()
    for person, name in ((LEE, ID), (GUEST, ID), (SAM, "none")):
        with pytest.raises(PageNotFound):
            shown(house, person, name)
        with pytest.raises(PageNotFound):
            house.pages.picture(PageRequest(person, path={"story": name, "picture": "x"}))
        with pytest.raises(PageNotFound):
            house.pages.put_picture(PageRequest(person, path={"story": name}, uploads=(Upload("a", PNG),)))
    house.published(story("1" * 32, credits=()))
    with pytest.raises(PageNotFound):
        shown(house, GUEST, "1" * 32)
    assert shown(house, LEE, "1" * 32).template == "stories/story.html"


def test_each_reader_has_the_buttons_for_what_they_may_do(house: House) -> None:
    house.told(story(credits=(credit(CLEO), credit(DANA))))
    both = shown(house, CLEO)
    assert buttons(both) == ["Approve it", "Change it", "Give it back"]
    assert buttons(both, "name_buttons") == ["Name me", "Name me otherwise", "Leave me out"]
    assert buttons(shown(house, DANA)) == []
    assert buttons(shown(house, SAM)) == ["Change it", "Take it back"]
    assert buttons(shown(house, SAM), "name_buttons") == []
    done(house, approval(house), ADMIN)
    assert buttons(shown(house, LEE)) == buttons(shown(house, LEE), "name_buttons") == []
    assert buttons(shown(house, ADMIN)) == ["Send it out", "Change it", "Take it down"]
    assert shown(house, LEE).values["approved_by"] == ADMIN.name
    assert done(house, Pressed(acts.WITHDRAW, ID, ""), ADMIN) == "“Quotes in a day” is taken down."
    said = f"{ADMIN.name} took the success story “Quotes in a day” down. Nobody reads it any more."
    assert (shown(house, SAM).values["standing"], shown(house, SAM).values["said"]) == ("Taken down", said)


def test_the_names_are_for_those_who_see_to_it(house: House) -> None:
    house.published(None, DANA)
    for person in (LEE, DANA, KIM):
        view = shown(house, person).values["view"]
        assert isinstance(view, StoryView)
        assert not view.sees_to_it
        assert "Umbrella" not in repr(view.told) + repr(shown(house, person).values["parts"])
        assert view.told.people == (("Dana Okafor", "Kim Park") if person is KIM else ("Dana Okafor",))
    assert shown(house, CLEO).values["customer"] == "Umbrella. Not named"


def test_telling_agreeing_and_deciding_by_the_buttons_of_a_page(house: House) -> None:
    opened = house.act(Pressed(acts.TELL, "", ""), SAM)
    assert opened.form is not None
    told = Submitted(acts.TELL, dict(TYPED), opened.form.state, "")
    assert done(house, told, SAM) == "“Quotes in a day” is with the curators. Those whom it names are asked."
    with pytest.raises(FormRejected, match="kept already"):
        house.act(told, SAM)
    (made,) = listed(house, SAM, part="mine")
    assert done(house, Pressed(acts.AGREE, made, ""), DANA) == "“Quotes in a day” names you as Dana Okafor."
    renamed = Submitted(acts.RENAME, {"name": "K. from Sales"}, made, "")
    assert done(house, renamed, KIM) == "“Quotes in a day” names you as K. from Sales."
    assert done(house, Pressed(acts.DECLINE, made, ""), DANA) == "“Quotes in a day” does not name you."
    back = Submitted(acts.GIVE_BACK, {"word": "Numbers?"}, made, "")
    assert done(house, back, CLEO) == "“Quotes in a day” is back with Sam Lee."
    assert "every colleague reads it" in done(house, approval(house, made), CLEO)
    assert done(house, Pressed(acts.WITHDRAW, made, ""), SAM) == "“Quotes in a day” is taken back."
    assert [each for each in house.stands.values() if each.place.platform == "web"] == []


def test_what_a_page_sends_is_checked_for_nobody_vouches_for_it(house: House) -> None:
    house.told()
    state = to_state((ID, 1, ""))
    for action in (acts.CHANGE, acts.WITHDRAW, acts.AGREE, acts.RENAME, acts.DECLINE, acts.APPROVE, acts.GIVE_BACK):
        with pytest.raises(UserFacingError, match="may not see it"):
            house.act(Pressed(action, ID, ""), LEE)
    for person in (DANA, KIM):
        with pytest.raises(UserFacingError, match="Only who told it"):
            house.act(Submitted(acts.CHANGE, dict(TYPED), state, ""), person)
    for sent_form in (acts.GIVE_BACK, acts.SEND):
        carried = ID if sent_form == acts.GIVE_BACK else to_state((ID, (), False))
        with pytest.raises(UserFacingError, match="Only curators"):
            house.act(Submitted(sent_form, {"word": "x", "day": "", "at": ""}, carried, ""), SAM)
    with pytest.raises(UserFacingError, match="does not name you"):
        house.act(Submitted(acts.RENAME, {"name": "Me"}, ID, ""), SAM)
    for forged in ("", "[]", to_state(("../x", 0, "")), to_state(("5" * 33, 0, ""))):
        with pytest.raises(UserFacingError, match="cannot be read any more"):
            house.act(Submitted(acts.TELL, dict(TYPED), forged, ""), SAM)
    assert house.kept().revision == 1


def test_somebody_elses_story_is_not_told_over(house: House) -> None:
    house.told()
    with pytest.raises(FormRejected, match="kept already"):
        house.act(Submitted(acts.TELL, dict(TYPED), to_state((ID, 0, "")), ""), LEE)
    assert house.kept().author_id == SAM.id


def test_a_picture_is_shown_to_those_who_may_read_the_story(house: House) -> None:
    house.told()
    kept = upload(house, SAM, PNG)
    assert isinstance(kept, Redirect)
    for person in (SAM, CLEO, DANA):
        found = picture(house, person)
        assert (found.content_type, found.content) == ("image/png", PNG)
    with pytest.raises(PageNotFound):
        picture(house, LEE)
    done(house, approval(house), CLEO)
    assert picture(house, LEE).content == PNG
    with pytest.raises(PageNotFound):
        house.pages.picture(PageRequest(LEE, path={"story": ID, "picture": "0" * 32}))
    house.pages.drop_picture(PageRequest(CLEO, path={"story": ID}))
    with pytest.raises(PageNotFound):
        picture(house, LEE)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<svg onload=alert(1)>", "no PNG, JPEG or WebP"),
        (PNG + b"0" * 5_000_000, "larger than 5 MB"),
        (b"", "No picture was chosen"),
        (None, "No picture was chosen"),
    ],
)
def test_what_is_no_picture_is_refused_beside_its_field(house: House, content: bytes | None, problem: str) -> None:
    house.told()
    view = upload(house, SAM, content)
    assert isinstance(view, View)
    assert (view.status, problem in str(view.values["problem"])) == (422, True)
    assert house.kept().picture == ""


def test_who_may_not_change_a_story_changes_no_picture(house: House) -> None:
    house.told()
    refused = upload(house, DANA, PNG)
    assert isinstance(refused, View)
    assert "Only who told it" in str(refused.values["problem"])
    upload(house, SAM, PNG)
    done(house, approval(house), CLEO)
    for person in (SAM, DANA, LEE):
        with pytest.raises(UserFacingError, match="Only who told it"):
            house.pages.drop_picture(PageRequest(person, path={"story": ID}))
    assert house.kept().picture


def test_what_was_sent_is_told_with_who_opened_it(house: House) -> None:
    house.published(None, DANA)
    assert sent(house, SAM) == []
    with house.database.begin() as unit:
        channel = SqlChannels(unit).get(GENERAL.platform, GENERAL.channel)
        assert channel is not None
        house.desk.send(ID, Wanted(inside=(channel,)), CLEO, unit, house.clock())
    shown(house, DANA)  # who opens it before it has arrived was led there by something else
    house.live(timedelta(0))
    for person in (LEE, LEE, KIM, SAM, CLEO):
        shown(house, person)
    (found,) = sent(house, SAM)
    assert found.figures == (("Arrived", "1 place"),)
    assert found.said.startswith("in general: ")
    assert sent(house, LEE) == []
    with house.database.begin() as unit:
        house.desk.send(ID, Wanted(addresses=("all@example.org",)), CLEO, unit, house.clock())
    house.live(timedelta(0))
    shown(house, LEE)
    assert shown(house, SAM).values["opened"] == 2


def test_the_table_is_taken_away_with_its_filters_and_computes_nothing(house: House) -> None:
    house.published(story("1" * 32, title="=1+1", credits=(credit(DANA),)))
    house.published(story("2" * 32, industry="Insurance", credits=()))
    found = house.pages.take_away(PageRequest(LEE, query={"industry": "banking"}))
    rows = list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert [len(each) for each in rows] == [13, 13]
    assert rows[1][:3] == ["'=1+1", "Time saved", "a bank in the north"]
    assert "Okafor" not in found.content.decode() and "Umbrella" not in found.content.decode()


def test_a_story_is_in_the_library_from_approval_until_it_is_taken_back(house: House, tmp_path: Path) -> None:
    embedder = WordEmbedder()
    knowledge = KnowledgeBase(tmp_path / "snapshots", embedder, entries=tmp_path / "entries")

    def live(unit: UnitOfWork) -> LiveStories:
        return LiveStories(unit, "https://hall.example")

    index = EntryIndex(tmp_path / "entries", embedder, knowledge.refresh)
    publisher = EntryPublisher(house.database, index, lambda: NOON, beside=(live,))
    readers, name = LEE.principals, f"~story/{ID}"
    house.told()
    publisher.publish()
    assert knowledge.document(name, readers) is None
    done(house, approval(house), CLEO)
    assert publisher.publish()
    document = knowledge.document(name, readers)
    assert document is not None
    assert (document.kind, document.owner) == (DocumentKind.SUCCESS_STORY, "Sam Lee")
    assert document.topics == ("renewals", "pricing", "Banking", "CRM", "Time saved")
    assert document.url == f"https://hall.example/stories/{ID}"
    assert knowledge.search("one template", readers)[0].document.id == name
    assert "Okafor" not in repr(document)
    assert knowledge.document(name, GUEST.principals) is None
    house.answer(ID, DANA, Consent.AGREED)
    assert publisher.publish()
    assert "Dana Okafor" in repr(knowledge.document(name, readers))
    done(house, Pressed(acts.WITHDRAW, ID, ""), SAM)
    assert publisher.publish()
    assert knowledge.document(name, readers) is None
    assert house.kept().state is StoryState.WITHDRAWN


def test_a_digest_tells_of_what_was_published_meanwhile(house: House) -> None:
    house.published(story("1" * 32, title="Old", credits=()))
    house.clock.at += timedelta(days=7)
    house.published()
    house.told(story("2" * 32))

    def told(readers: frozenset[str], since: timedelta) -> list[tuple[str, str, str]]:
        now = house.clock()
        with house.database.reading() as unit:
            found = new_stories(DigestSpan("", readers, now - since, now, now), unit)
        assert "Umbrella" not in repr(found) + repr([each.key for each in found])
        return [(each.title, each.note, each.page) for each in found]

    newest = ("Quotes in a day", "Time saved · told by Sam Lee", f"/stories/{ID}")
    assert told(LEE.principals, timedelta(days=1)) == [newest]
    assert [title for title, _, _ in told(LEE.principals, timedelta(days=8))] == ["Quotes in a day", "Old"]
    assert told(GUEST.principals, timedelta(days=8)) == told(frozenset(), timedelta(days=8)) == []


def test_what_people_wrote_stays_words_in_the_library() -> None:
    made = story(title=HOSTILE, done=HOSTILE, industry=HOSTILE, picture_link="https://x.example/](y)")
    document = as_document(made, "")
    page = body_of(document, linker_for(document, [document]))
    assert "<b>" not in page
    assert "<img" not in page
    assert 'href="https://' not in page
    assert page.count("[click](https://evil.example)") == 3, "in the first line, what was done, the industry"
    assert document.url == ""
