"""What is answered where: in channels, in direct messages, unasked, and when the question changes."""

from dataclasses import replace

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.reply import Judge, Message, Note, Post, Suggestions, plain
from bot.chat.turn import Opened, Person, Place, Pointed, Reworded, Said, Submitted, Withdrawn
from bot.features.channels.model import Listening, Policy
from bot.features.escalations.model import State
from bot.features.questions.ask_form import ACTION, FIELD
from bot.features.questions.model import Feedback, Verdict
from knowledge.answer import Outcome
from knowledge.document import DocumentKind
from tests.builders import ADMIN, DANA, NOON, SAM, answer, minutes, source, turn
from tests.desk import Desk, labels, only, words

CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
ABROAD = replace(CHANNEL, members=frozenset())
DIRECT = "T1:U1"
BOARD = replace(DANA, groups=frozenset({"board"}))
GUEST = Person("slack:T1:U9", "Gil Guest", is_guest=True)
EVERY = Policy(Listening.EVERY, 0.7)


def ask(desk: Desk, text: str = "How do renewals work?", *, addressed: bool = True, **values: object) -> list[Post]:
    assert desk.feature.message is not None
    said = Said(text, id="C1:17.2", addressed=addressed)
    asked = turn(said, **{"place": CHANNEL, **values})
    return list(desk.feature.message(replace(asked, direct=DIRECT), desk.unit()).posts)


def stands_in(post: Post) -> str:
    return post.place.channel if post.place else CHANNEL.channel


def notes(message: Message) -> str:
    return " ".join(plain(block.text) for block in message.blocks if isinstance(block, Note))


def test_an_answer_in_a_channel_stands_there_with_buttons_for_the_asker() -> None:
    desk = Desk(answer())
    (post,) = ask(desk)
    assert stands_in(post) == CHANNEL.channel
    (judge,) = [block for block in post.message.blocks if isinstance(block, Judge)]
    assert judge.only_for == DANA.id


def test_where_it_is_switched_off_only_the_asker_is_told() -> None:
    desk = Desk(answer())
    desk.channels.kept = Policy(Listening.OFF)
    (post,) = ask(desk)
    assert (stands_in(post), post.message.summary) == (DIRECT, "Switched off there.")
    assert desk.store.kept == {}
    assert desk.knowledge.asked == []


@pytest.mark.parametrize(("place", "person"), [(ABROAD, DANA), (CHANNEL, GUEST)], ids=["outsiders", "guest"])
@pytest.mark.parametrize("text", ["How do renewals work?", "hello", "help", "…"])
def test_where_outsiders_read_along_nothing_is_said_in_the_channel(place: Place, person: Person, text: str) -> None:
    desk = Desk(answer())
    posts = ask(desk, text, place=place, person=person)
    assert [stands_in(post) for post in posts] == [DIRECT]


def test_what_outsiders_must_not_read_is_answered_privately_with_the_askers_own_rights_and_why() -> None:
    desk = Desk(answer())
    (post,) = ask(desk, place=ABROAD, person=BOARD)
    assert desk.knowledge.asked[0][1] == BOARD.principals
    assert "people from outside the company" in notes(post.message)
    assert desk.question.answered_in == Place("slack", DIRECT)
    ask(desk, place=CHANNEL, person=GUEST)
    assert desk.knowledge.asked[-1][1] == {GUEST.id}


def test_whom_nobody_has_described_yet_hears_why_nothing_is_found() -> None:
    stranger = replace(GUEST, is_stranger=True)
    desk = Desk(answer(Outcome.UNKNOWN))
    (post,) = ask(desk, place=CHANNEL, person=stranger)
    assert stands_in(post) == DIRECT
    assert "could not find out who you are" in notes(post.message)
    assert "outside the company" not in notes(post.message)
    desk = Desk(answer())
    (post,) = ask(desk, place=CHANNEL, person=stranger)
    assert "who you are" not in notes(post.message)


def test_what_only_the_asker_may_read_goes_to_them_and_the_channel_learns_nothing_of_it() -> None:
    desk = Desk(answer(Outcome.UNKNOWN))
    plain_card = ask(desk)[0].message
    desk = Desk(answer(Outcome.UNKNOWN))
    desk.knowledge.answers_for = {
        frozenset({"board"}): answer(Outcome.ANSWER, source("heron", "Heron starts in April."))
    }
    public, private = ask(desk, person=BOARD)
    assert (stands_in(public), stands_in(private)) == (CHANNEL.channel, DIRECT)
    assert words(public.message) == words(plain_card)
    assert "Heron starts in April." in words(private.message)
    assert "for you only" in notes(private.message)


def test_an_answer_that_all_may_read_is_not_looked_up_again_for_the_asker() -> None:
    desk = Desk(answer())
    ask(desk, person=BOARD)
    assert len(desk.knowledge.asked) == 1


def test_a_channels_scope_goes_into_the_search() -> None:
    desk = Desk(answer(Outcome.UNKNOWN))
    desk.channels.kept = Policy(hubs=frozenset({"crm"}), kinds=frozenset({DocumentKind.FAQ}))
    ask(desk)
    assert desk.knowledge.scopes == [(frozenset({DocumentKind.FAQ}), frozenset({"crm"}), None)] * 2


# Unasked


def test_a_question_that_nobody_asked_it_is_answered_where_that_is_wanted() -> None:
    desk = Desk(answer())
    desk.channels.kept = EVERY
    (post,) = ask(desk, addressed=False)
    assert "Nobody asked me" in notes(post.message)
    assert desk.knowledge.scopes == [(frozenset(), frozenset(), 0.7)]
    assert not desk.question.addressed


@pytest.mark.parametrize(
    ("policy", "text", "place", "person"),
    [
        (Policy(), "How do renewals work?", CHANNEL, DANA),
        (Policy(Listening.OFF), "How do renewals work?", CHANNEL, DANA),
        (EVERY, "Renewals are hard.", CHANNEL, DANA),
        (EVERY, "help", CHANNEL, DANA),
        (EVERY, "why? " * 600, CHANNEL, DANA),
        (EVERY, "How do renewals work?", ABROAD, DANA),
        (EVERY, "How do renewals work?", CHANNEL, GUEST),
    ],
)
def test_what_is_said_to_the_others_passes_in_silence(policy: Policy, text: str, place: Place, person: Person) -> None:
    desk = Desk(answer())
    desk.channels.kept = policy
    assert ask(desk, text, addressed=False, place=place, person=person) == []
    assert desk.store.kept == {}


def test_without_a_sure_answer_it_stays_silent_and_keeps_nothing() -> None:
    desk = Desk(answer(Outcome.CANDIDATES))
    desk.channels.kept = EVERY
    assert ask(desk, addressed=False) == []
    assert desk.store.kept == {}


def test_the_askers_own_next_question_in_an_answered_thread_needs_no_mention() -> None:
    desk = Desk(answer())
    ask(desk)
    assert ask(desk, "And for resellers?", addressed=False, person=SAM, at=NOON + minutes(1)) == []
    (post,) = ask(desk, "And for resellers?", addressed=False, at=NOON + minutes(2))
    assert "I answered you in this thread before" in notes(post.message)


def test_threads_are_overheard_only_where_something_was_asked_and_it_is_not_switched_off() -> None:
    desk = Desk(answer())
    overhears = desk.feature.overhears
    assert overhears is not None
    assert not overhears(CHANNEL, desk.unit())
    ask(desk)
    assert overhears(CHANNEL, desk.unit())
    assert not overhears(replace(CHANNEL, thread=None), desk.unit())
    assert not overhears(ABROAD, desk.unit())
    desk.channels.kept = Policy(Listening.OFF)
    assert not overhears(CHANNEL, desk.unit())


# Reworded and withdrawn


def reword(desk: Desk, text: str = "How do renewals work for resellers?", **values: object) -> list[Post]:
    at = {"place": CHANNEL, "at": NOON + minutes(1), **values}
    return list(desk.do(Reworded("C1:17.2", text), **at).posts)


def test_a_reworded_question_is_answered_anew_in_the_same_message() -> None:
    desk = Desk(answer(Outcome.UNKNOWN))
    (first,) = ask(desk)
    desk.knowledge.answer = answer()
    (second,) = reword(desk)
    assert (second.key, second.place) == (first.key, CHANNEL)
    assert second.message.summary == "Renewals start ninety days before the end."
    assert (desk.question.text, desk.question.asked_at) == ("How do renewals work for resellers?", NOON)
    assert desk.knowledge.asked[-1][3] == ()  # its earlier wording is no earlier question


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("How do renewals work?", {}),  # unfurling a link is an edit too
        ("thanks", {}),
        ("…", {}),
        ("How about resellers?", {"person": SAM}),
        ("How about resellers?", {"place": replace(CHANNEL, channel="T1:C2")}),
    ],
)
def test_an_edit_that_asks_nothing_new_changes_nothing(text: str, values: dict[str, object]) -> None:
    desk = Desk(answer())
    ask(desk)
    assert reword(desk, text, **values) == []


def test_an_answer_that_somebody_built_on_stays() -> None:
    desk = Desk(answer())
    ask(desk)
    desk.ask_expert()
    assert reword(desk) == []
    desk.requests.kept.clear()
    desk.store.set_feedback(desk.question.id, Feedback(Verdict.HELPFUL, NOON))
    assert reword(desk) == []


def test_a_private_answer_comes_and_goes_with_the_wording() -> None:
    desk = Desk(answer(Outcome.UNKNOWN))
    ask(desk, person=BOARD)
    desk.knowledge.answers_for = {frozenset({"board"}): answer()}
    assert [stands_in(post) for post in reword(desk, person=BOARD)] == [CHANNEL.channel, BOARD.id]
    desk.knowledge.answers_for = {}
    _, private = reword(desk, "And now?", person=BOARD)
    assert private.message.summary == "The question was changed, and I am not sure of an answer any more."
    assert len(desk.store.kept) == 1


def test_an_unasked_answer_goes_when_the_new_wording_has_no_sure_one() -> None:
    desk = Desk(answer())
    desk.channels.kept = EVERY
    ask(desk, addressed=False)
    desk.knowledge.answer = answer(Outcome.CANDIDATES)
    (gone,) = reword(desk)
    assert (gone.message.buttons, desk.store.kept) == ((), {})


def test_a_deleted_question_takes_its_answer_and_its_request_along() -> None:
    desk = Desk(answer())
    (first,) = ask(desk)
    desk.ask_expert()
    (gone,) = desk.do(Withdrawn("C1:17.2"), place=CHANNEL, person=ADMIN).posts
    assert (gone.key, gone.message.summary) == (first.key, "The question was deleted, so its answer is too.")
    assert gone.message.buttons == ()
    assert [each.state for each in desk.requests.kept.values()] == [State.WITHDRAWN]
    assert desk.do(Withdrawn("C1:17.2"), place=CHANNEL).posts == ()


def test_a_question_that_arrives_after_its_deletion_is_not_answered() -> None:
    desk = Desk(answer())
    assert desk.do(Withdrawn("C1:17.2"), place=CHANNEL).posts == ()
    assert ask(desk) == []
    assert desk.store.kept == {}


# From a message's menu, and where nothing has been said yet


def test_a_message_that_is_pointed_at_is_looked_up_and_named() -> None:
    desk = Desk(answer())
    pointed = Pointed("questions.ask_about", "When do renewals start?", author="Sam Lee")
    (post,) = desk.do(pointed, place=CHANNEL).posts
    assert "About what Sam Lee wrote: “When do renewals start?”" in notes(post.message)
    assert stands_in(post) == CHANNEL.channel
    assert desk.question.said_id == ""


def test_where_it_is_switched_off_a_message_is_looked_up_privately() -> None:
    desk = Desk(answer())
    desk.channels.kept = Policy(Listening.OFF)
    (post,) = desk.do(Pointed("questions.ask_about", "When do renewals start?"), place=CHANNEL).posts
    assert stands_in(post) == DANA.id
    assert "switched off there" in notes(post.message)


def test_a_message_without_words_cannot_be_looked_up() -> None:
    with pytest.raises(UserFacingError, match="no words"):
        Desk(answer()).do(Pointed("questions.ask_about", "👍"), place=CHANNEL)


def test_the_labels_in_a_messages_menu_fit() -> None:
    assert all(len(action.label) <= 24 for action in Desk().feature.message_actions.values())


def test_an_empty_chat_begins_with_a_greeting_and_questions_to_try() -> None:
    faq = source("faq", kind=DocumentKind.FAQ, title="When do renewals start?")
    (post,) = Desk(answer(Outcome.ANSWER, faq)).do(Opened("chat"), place=Place("slack", "T1:D1")).posts
    assert post.message.summary.startswith("Hello Dana.")
    assert Suggestions(("When do renewals start?",)) in post.message.blocks


# Mine


def test_my_questions_show_how_each_stands_and_are_for_me_alone() -> None:
    desk = Desk(answer())
    ask(desk, "First?")
    desk.ask_expert()
    ask(desk, "Second?", at=NOON + minutes(1))
    assert "Second? – answered\nFirst? – waiting for an expert" in words(only(desk.command("mine")))
    assert "not asked anything yet" in words(only(desk.command("mine", person=SAM)))


def test_home_shows_my_newest_questions_and_the_admins_what_waits() -> None:
    desk = Desk(answer())
    ask(desk)
    desk.ask_expert()
    mine, waits = desk.feature.home
    at_home = turn(Opened("home"), place=Place("slack", "T1:U1", "home"))
    section = mine(at_home, desk.unit())
    assert section is not None
    assert section.title == "My questions"
    assert waits(at_home, desk.unit()) is None
    for_admin = waits(replace(at_home, person=ADMIN), desk.unit())
    assert for_admin is not None
    assert "1 question waits for an expert" in words(Message("", for_admin.blocks))


def test_buttons_of_an_answer_stand_in_its_own_rows() -> None:
    (post,) = ask(Desk(answer()))
    assert labels(post.message) == ["Helpful", "Not helpful", "Ask an expert"]


def flood(desk: Desk, **values: object) -> None:
    for second in range(20):
        (post,) = ask(desk, at=NOON + minutes(second / 60), **values)
        assert stands_in(post) == CHANNEL.channel


def test_nobody_floods_and_who_tries_is_told_privately_in_one_message() -> None:
    desk = Desk(answer())
    flood(desk)
    told = [post for second in (30, 31) for post in ask(desk, at=NOON + minutes(second / 60))]
    assert {(stands_in(post), post.key) for post in told} == {(DIRECT, told[0].key)}
    assert "20 questions within a minute" in told[0].message.summary
    assert len(desk.knowledge.asked) == len(desk.store.kept) == 20
    for post in (*ask(desk, person=SAM, at=NOON + minutes(0.5)), *ask(desk, at=NOON + minutes(1.1))):
        assert stands_in(post) == CHANNEL.channel


def test_of_who_floods_nothing_is_overheard_and_a_form_keeps_its_words() -> None:
    desk = Desk(answer())
    desk.channels.kept = EVERY
    flood(desk)
    assert ask(desk, addressed=False, at=NOON + minutes(0.5)) == []
    sent = Submitted(ACTION, {FIELD: "And how long?"}, "", "n")
    with pytest.raises(FormRejected, match="ask it again in a minute"):
        desk.feature.forms[ACTION].handler(turn(sent, at=NOON + minutes(0.5)), desk.unit())
    (told,) = desk.do(Pointed("questions.ask_about", "How long?"), place=CHANNEL, at=NOON + minutes(0.5)).posts
    assert "within a minute" in told.message.summary
