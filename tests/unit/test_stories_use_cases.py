"""Who tells, changes, approves, gives back and takes back stories, and who says what of their name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Person
from bot.features.stories import pictures, use_cases
from bot.features.stories.model import Clearance, Consent, Story, StoryState, may_see
from bot.features.stories.store import SqlStories
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN, NOON
from tests.chat_house import (
    CLEO,
    DANA,
    GUEST,
    KIM,
    LEE,
    SAM,
)
from tests.pictured import png
from tests.stories_house import ID, credit, story

LATER = NOON + timedelta(hours=1)
PNG = png()


@pytest.fixture
def store(sqlite_database: Database) -> Iterator[SqlStories]:
    with sqlite_database.begin() as unit:
        yield SqlStories(unit)


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(UserFacingError, match=words):
        yield


def told(store: SqlStories, **values: object) -> Story:
    return use_cases.tell(store, story(**values), SAM, NOON)


def published(store: SqlStories, **values: object) -> Story:
    return use_cases.approve(store, told(store, **values).id, 1, CLEO, NOON, curates_alone=False)


def test_nobody_agreed_to_a_story_before_it_was_told(store: SqlStories) -> None:
    forged = (credit(DANA, Consent.AGREED), credit(SAM, Consent.AGREED), credit(DANA))
    assert told(store, credits=forged).credits == (credit(DANA),)


def test_only_colleagues_tell_in_their_own_name(store: SqlStories) -> None:
    with refused("has not said yet who you are"):
        use_cases.tell(store, story(author_id=GUEST.id), replace(GUEST, is_stranger=True), NOON)
    with refused("Only colleagues"):
        use_cases.tell(store, story(author_id=GUEST.id), GUEST, NOON)
    with refused("Nothing was changed"):
        use_cases.tell(store, story(), DANA, NOON)
    told(store)
    with refused("kept already"):
        use_cases.tell(store, story(), SAM, NOON)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": " ! "}, "title needs words"),
        ({"title": "x" * 121}, "title needs words"),
        ({"result": "…"}, "A few words"),
        ({"picture_link": "javascript:alert(1)"}, "begins with https"),
        ({"picture_link": "https://x.example/a b"}, "begins with https"),
        ({"topics": tuple(map(str, range(11)))}, "at most 10 topics"),
        ({"credits": tuple(replace(credit(DANA), person_id=str(each)) for each in range(21))}, "at most 20 people"),
        ({"clearance": Clearance.INTERNAL, "cleared_by": " "}, "who allowed"),
    ],
)
def test_a_story_is_kept_within_its_limits(store: SqlStories, values: dict[str, object], words: str) -> None:
    with refused(words):
        told(store, **values)
    assert store.get(ID) is None


def test_a_clearance_is_dated_when_it_is_given_and_anew_when_it_changes(store: SqlStories) -> None:
    assert told(store, cleared_by="nobody").cleared_at is None
    cleared = replace(story(), clearance=Clearance.INTERNAL, cleared_by="Their board", revision=1)
    first = use_cases.change(store, cleared, SAM, NOON)
    assert (first.cleared_by, first.cleared_at) == ("Their board", NOON)
    same = use_cases.change(store, replace(first, title="Other"), SAM, LATER)
    assert same.cleared_at == NOON
    further = use_cases.change(store, replace(same, clearance=Clearance.PUBLIC), SAM, LATER)
    assert further.cleared_at == LATER
    gone = use_cases.change(store, replace(further, customer="", challenge="Quotes took two weeks."), SAM, LATER)
    assert (gone.clearance, gone.cleared_by, gone.cleared_at) == (Clearance.ANONYMOUS, "", None)


def test_its_author_changes_it_until_it_is_published_and_curators_after(store: SqlStories) -> None:
    made = told(store)
    for person in (DANA, KIM):
        with refused("Only who told it"):
            use_cases.change(store, replace(made, title="Mine"), person, NOON)
    with refused("may not see it"):
        use_cases.change(store, replace(made, title="Mine"), LEE, NOON)
    made = use_cases.change(store, replace(made, title="First"), SAM, NOON)
    made = use_cases.approve(store, made.id, made.revision, CLEO, NOON, curates_alone=False)
    with refused("Only who told it"):
        use_cases.change(store, replace(made, title="Second"), SAM, NOON)
    assert use_cases.change(store, replace(made, title="Second"), CLEO, NOON).title == "Second"


def test_what_was_changed_meanwhile_is_not_overwritten(store: SqlStories) -> None:
    made = told(store)
    use_cases.change(store, replace(made, title="First"), SAM, NOON)
    with refused("at the same moment"):
        use_cases.change(store, replace(made, title="Second"), CLEO, NOON)


def test_a_change_asks_only_those_who_are_new_and_keeps_what_the_others_said(store: SqlStories) -> None:
    made = told(store)
    made = use_cases.answer(store, ID, DANA, Consent.AGREED, "", NOON)
    made = use_cases.answer(store, ID, KIM, Consent.DECLINED, "", NOON)
    forged = (credit(DANA), credit(LEE, Consent.AGREED))
    made = use_cases.change(store, replace(made, credits=forged), SAM, LATER)
    said = {each.name: (each.consent, each.asked_at) for each in made.credits}
    assert said == {
        DANA.name: (Consent.AGREED, NOON),
        LEE.name: (Consent.ASKED, LATER),
        KIM.name: (Consent.DECLINED, NOON),
    }


def test_only_curators_and_admins_decide(store: SqlStories) -> None:
    made = told(store)
    for person in (SAM, DANA):
        with refused("Only curators"):
            use_cases.approve(store, made.id, 1, person, NOON, curates_alone=False)
        with refused("Only curators"):
            use_cases.give_back(store, made.id, person, "More numbers")
    with refused("may not see it"):
        use_cases.approve(store, made.id, 1, LEE, NOON, curates_alone=False)
    with refused("at the same moment"):
        use_cases.approve(store, made.id, 2, ADMIN, NOON, curates_alone=False)
    assert use_cases.approve(store, made.id, 1, ADMIN, NOON, curates_alone=False).decided_by == ADMIN.name
    with refused("decided on already"):
        use_cases.approve(store, made.id, 2, CLEO, NOON, curates_alone=False)
    with refused("decided on already"):
        use_cases.give_back(store, made.id, CLEO, "Why")


def test_a_curators_own_story_waits_for_another_unless_nobody_else_curates(store: SqlStories) -> None:
    made = use_cases.tell(store, story(author_id=CLEO.id, author_name=CLEO.name), CLEO, NOON)
    with refused("somebody else who curates"):
        use_cases.approve(store, made.id, 1, CLEO, NOON, curates_alone=False)
    alone = use_cases.approve(store, made.id, 1, CLEO, NOON, curates_alone=True)
    assert (alone.decider_id, alone.is_decided_by_author) == (CLEO.id, True)


def test_all_that_is_wrong_with_a_story_is_said_at_once_by_its_part(store: SqlStories) -> None:
    wrong = {"title": "!", "done": "…", "picture_link": "ftp://x", "topics": tuple(map(str, range(11)))}
    with pytest.raises(FormRejected) as rejected:
        told(store, **wrong, clearance=Clearance.PUBLIC)
    assert set(rejected.value.problems) == {*wrong, "cleared_by"}


def test_what_came_back_is_handed_in_again_with_its_change(store: SqlStories) -> None:
    made = told(store)
    with refused("what is missing"):
        use_cases.give_back(store, made.id, CLEO, " . ")
    back = use_cases.give_back(store, made.id, CLEO, "More numbers")
    assert (back.state, back.word) == (StoryState.RETURNED, "More numbers")
    assert use_cases.change(store, replace(back, title="Curated"), CLEO, NOON).state is StoryState.RETURNED
    found = use_cases.change(store, replace(back, title="Better", revision=back.revision + 1), SAM, NOON)
    assert (found.state, found.word) == (StoryState.TOLD, "")


def test_it_is_taken_back_by_its_author_or_a_curator_and_with_it_its_picture(store: SqlStories) -> None:
    made = published(store)
    pictures.put(store, made.id, CLEO, PNG)
    for person in (DANA, LEE):
        with refused("nothing was changed"):
            use_cases.withdraw(store, made.id, person)
    gone = use_cases.withdraw(store, made.id, SAM)
    assert (gone.state, gone.picture, store.picture(made.id)) == (StoryState.WITHDRAWN, "", None)
    with refused("nothing was changed"):
        use_cases.withdraw(store, made.id, SAM)
    with refused("Only who told it"):
        use_cases.change(store, replace(gone, title="Again"), CLEO, NOON)


def test_everybody_speaks_for_their_own_name_and_may_think_better_of_it(store: SqlStories) -> None:
    told(store)
    with refused("does not name you"):
        use_cases.answer(store, ID, SAM, Consent.AGREED, "", NOON)
    with refused("may not see it"):
        use_cases.answer(store, ID, LEE, Consent.AGREED, "", NOON)

    def own(made: Story) -> tuple[Consent, str]:
        found = made.credit_of(DANA.id)
        assert found is not None
        assert found.answered_at == NOON
        return found.consent, found.shown_as

    assert own(use_cases.answer(store, ID, DANA, Consent.AGREED, "", NOON)) == (Consent.AGREED, "Dana Okafor")
    renamed = use_cases.answer(store, ID, DANA, Consent.AGREED, " D.\n from Sales ", NOON)
    assert own(renamed) == (Consent.AGREED, "D. from Sales")
    assert own(use_cases.answer(store, ID, DANA, Consent.DECLINED, "D.", NOON)) == (Consent.DECLINED, "")
    for name in ("Kim Park and I", "the umbrella lady"):
        with refused("somebody else's name"):
            use_cases.answer(store, ID, DANA, Consent.AGREED, name, NOON)


def test_nobody_answers_for_a_story_that_was_taken_back(store: SqlStories) -> None:
    told(store)
    use_cases.withdraw(store, ID, SAM)
    with refused("may not see it"):
        use_cases.answer(store, ID, DANA, Consent.AGREED, "", NOON)


def test_who_sees_a_story_depends_on_how_it_stands() -> None:
    def readers(made: Story) -> list[Person]:
        return [each for each in (SAM, CLEO, DANA, LEE, GUEST) if may_see(made, each)]

    assert readers(story()) == [SAM, CLEO, DANA]
    assert readers(story(state=StoryState.RETURNED)) == [SAM, CLEO, DANA]
    assert readers(story(state=StoryState.PUBLISHED)) == [SAM, CLEO, DANA, LEE]
    assert readers(story(state=StoryState.WITHDRAWN)) == [SAM, CLEO]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"RIFF1234WEBPrest", "image/webp"),
        (b"<svg onload='alert(1)'>", ""),
        (b"GIF89a", ""),
        (b"<html>\x89PNG", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_what_its_first_bytes_say(content: bytes, kind: str) -> None:
    assert pictures.type_of(content) == kind


def test_a_picture_is_kept_by_whoever_may_change_the_story(store: SqlStories) -> None:
    made = told(store)
    with refused("no PNG, JPEG or WebP"):
        pictures.put(store, made.id, SAM, b"<svg>")
    with refused("larger than 5 MB"):
        pictures.put(store, made.id, SAM, PNG + b"0" * pictures.SIZE_LIMIT)
    with refused("Only who told it"):
        pictures.put(store, made.id, DANA, PNG)
    first = pictures.put(store, made.id, SAM, PNG)
    second = pictures.put(store, made.id, CLEO, png((b"eXIf", b"52.5163N"), pixels=b"1"))
    assert first.picture != second.picture != ""
    assert store.picture(made.id) == png(pixels=b"1")
    assert pictures.put(store, made.id, SAM, b"").picture == ""
    with refused("no picture any more"):
        pictures.put(store, made.id, SAM, b"")


@pytest.mark.parametrize("name", ["See https://evil.example", "evil.example", "@channel", "<a>", "dana@evil.example"])
def test_whoever_is_named_sends_no_link_to_all_readers(store: SqlStories, name: str) -> None:
    made = published(store)
    with refused("no links or addresses"):
        use_cases.answer(store, made.id, DANA, Consent.AGREED, name, LATER)
    for fine in ("D. from Sales", "J.R.R. Tolkien", "Größe & Söhne (EMEA), 2nd team"):
        named = use_cases.answer(store, made.id, DANA, Consent.AGREED, fine, LATER).credit_of(DANA.id)
        assert named is not None
        assert named.shown_as == fine
