"""What holds in a channel, and who may change it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import Form, missing_or_invalid
from bot.chat.reply import Facts, Message, Note, Paragraph, Post, plain
from bot.chat.turn import Commanded, Opened, Person, Place, Pressed, Submitted
from bot.features.channels.chat import ChannelsChat, channels_feature
from bot.features.channels.model import Channel, Deciders, Listening, Policy, may_change
from bot.storage.audit import AuditEntry
from bot.storage.people import KnownPerson
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.document import SourceDocument
from tests.builders import ADMIN, DANA, NOON, SAM, document, turn
from tests.fakes_features import KnownPeople, MemoryChannels

CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
GUEST = Person("slack:T1:U9", "Gil", is_guest=True)
VALUES: Mapping[str, str | tuple[str, ...]] = {
    "listening": "every",
    "answer_from": "0.75",
    "hubs": ("crm",),
    "kinds": ("faq", "playbook"),
    "deciders": "named",
    "named": "Sam@Example.org",
}
EXPERTS = {
    "asks_first": "go",
    "next_after": "120",
    "answer_within": "960",
    "for_experts": "yes",
    "lead": "Sam@Example.org",
    "shadow": "0.8",
}


@dataclass
class Shelf:
    """A document of each hub for everyone, and one of a hub that only the board knows."""

    hubs: list[str]

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        shown = [document(hub=hub) for hub in self.hubs]
        return [*shown, document(hub="heron")] if "board" in readers else shown


class Office:
    """The channels feature on fakes."""

    def __init__(self) -> None:
        self.store = MemoryChannels()
        self.audit: list[AuditEntry] = []
        self.zones: list[str] = []
        people = {
            each.id: KnownPerson(each.id, each.name, NOON, email)
            for each, email in ((SAM, "sam@example.org"), (DANA, ""), (ADMIN, "ada@example.org"))
        }
        self.library = Shelf(["crm", "marketing"])
        chat = ChannelsChat(
            self.library,
            admins=[ADMIN.id],
            stores=lambda unit: self.store,
            persons=lambda unit: KnownPeople(people),
            audit=lambda unit, entry: self.audit.append(entry),
            zone_hears=[lambda channel, unit, at: self.zones.append(channel.policy.zone)],
        )
        self.chat = chat
        self.feature = channels_feature(chat)
        self.unit = UnitOfWork(Database(create_engine("sqlite://")))

    def card(self, person: Person = ADMIN, place: Place = CHANNEL) -> Post:
        asked = turn(Commanded("channel"), person=person, place=place)
        (post,) = self.feature.commands["channel"].handler(asked, self.unit).posts
        return post

    def press(self, post: Post, label: str, person: Person = ADMIN) -> Form | Post:
        button = next(each for each in post.message.buttons if each.label == label)
        pressed = Pressed(button.action, button.value, "n", message=post.key)
        reply = self.feature.buttons[button.action](turn(pressed, person=person, place=CHANNEL), self.unit)
        return reply.form or reply.posts[0]

    def change(self, person: Person = ADMIN, place: Place = CHANNEL, **values: str | tuple[str, ...]) -> Post:
        form = self.press(self.card(), "Change")
        assert isinstance(form, Form)
        return self.send(form, person, place, **values)

    def send(self, form: Form, person: Person, place: Place = CHANNEL, **values: str | tuple[str, ...]) -> Post:
        sent = {**(VALUES if form.id == "channels.change" else EXPERTS), **values}
        route = self.feature.forms[form.id]
        assert missing_or_invalid(route.form(form.state), sent) == {}
        submitted = Submitted(form.id, sent, form.state, "n")
        (post,) = route.handler(turn(submitted, person=person, place=place), self.unit).posts
        return post

    @property
    def policy(self) -> Policy:
        return self.chat.policy(CHANNEL, self.unit)


@pytest.fixture
def office() -> Iterator[Office]:
    yield Office()


def facts(message: Message) -> dict[str, str]:
    return {label: plain(text) for block in message.blocks if isinstance(block, Facts) for label, text in block.pairs}


def test_a_channel_begins_with_answering_when_it_is_mentioned_and_admins_decide(office: Office) -> None:
    message = office.card(DANA).message
    assert message.summary == "Guildhall answers in this channel when it is mentioned."
    assert facts(message) == {
        "May use": "All hubs and all kinds of documents",
        "Who may change this": "the admins (Ada Admin)",
        "Experts": "The asker agrees first; 8 hours of work to answer, the next one after 4 hours",
    }


def test_in_a_direct_message_the_command_explains(office: Office) -> None:
    post = office.card(place=Place("slack", "T1:D1"))
    assert "in a shared channel" in post.message.summary
    assert post.message.buttons == ()


def test_where_people_from_outside_read_along_nobody_is_told_who_decides(office: Office) -> None:
    post = office.card(place=replace(CHANNEL, members=frozenset()))
    assert post.place is not None
    assert not post.place.is_shared
    assert not post.message.buttons
    assert "People from outside the company" in post.message.summary


def test_a_change_is_kept_shown_on_the_same_card_and_in_the_audit_log(office: Office) -> None:
    card = office.card()
    form = office.press(card, "Change")
    assert isinstance(form, Form)
    changed = office.send(form, ADMIN)
    assert changed.key == card.key
    assert facts(changed.message) == {
        "Answers unasked": "Very sure",
        "May use": "CRM: Playbook, FAQ",
        "Who may change this": "Sam Lee, and the admins",
        "Experts": "The asker agrees first; 8 hours of work to answer, the next one after 4 hours",
        "Changed": "1 March 2027, by Ada Admin",
    }
    assert office.policy.named == (SAM.id,)
    (entry,) = office.audit
    assert (entry.action, entry.subject, entry.person_id) == ("channel policy changed", "slack/T1:C1", ADMIN.id)


def test_a_channel_has_a_time_zone_of_its_own_as_people_write_it(office: Office) -> None:
    changed = office.change(zone="tokyo")
    assert office.policy.zone == "Asia/Tokyo"
    assert facts(changed.message)["Time zone"] == "Asia/Tokyo"
    with pytest.raises(FormRejected) as rejected:
        office.change(zone="Middle-earth")
    assert list(rejected.value.problems) == ["zone"]
    assert office.policy.zone == "Asia/Tokyo"
    office.change(zone="")
    assert office.policy.zone == ""


def test_only_another_zone_is_told_to_what_waits_for_a_time_there(office: Office) -> None:
    office.change()
    office.change(zone="tokyo")
    office.change(zone="tokyo", listening="off")
    assert office.zones == ["Asia/Tokyo"]
    office.press(office.change(zone="berlin"), "Undo the last change")
    assert office.zones == ["Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"]


def test_the_last_change_can_be_undone_once_it_stands_on_the_card(office: Office) -> None:
    undone = office.press(office.change(), "Undo the last change")
    assert isinstance(undone, Post)
    assert office.policy == Policy()
    assert len(office.audit) == 2


def test_an_undo_of_what_was_changed_again_does_nothing(office: Office) -> None:
    first = office.change()
    office.change(listening="off")
    with pytest.raises(UserFacingError, match="in the meantime"):
        office.press(first, "Undo the last change")
    assert office.policy.listening is Listening.OFF


def test_of_two_open_forms_the_second_to_be_sent_changes_nothing(office: Office) -> None:
    one, other = (office.press(office.card(), "Change") for _ in range(2))
    assert isinstance(one, Form)
    assert isinstance(other, Form)
    office.send(one, ADMIN)
    with pytest.raises(UserFacingError, match="in the meantime"):
        office.send(other, ADMIN, listening="off")
    assert office.policy.listening is Listening.EVERY


@pytest.mark.parametrize(
    ("deciders", "person", "allowed"),
    [
        (Deciders.ADMINS, DANA, False),
        (Deciders.ADMINS, ADMIN, True),
        (Deciders.NAMED, SAM, True),
        (Deciders.NAMED, DANA, False),
        (Deciders.NAMED, ADMIN, True),
        (Deciders.MEMBERS, DANA, True),
        (Deciders.MEMBERS, GUEST, False),
    ],
)
def test_who_decides_is_checked_when_the_form_opens_and_when_it_is_sent(
    office: Office, deciders: Deciders, person: Person, allowed: bool
) -> None:
    office.change(deciders=deciders.value)
    form = office.press(office.card(), "Change")
    assert isinstance(form, Form)
    before = office.policy
    if allowed:
        assert isinstance(office.press(office.card(), "Change", person), Form)
        office.send(form, person, listening="off")
        assert office.policy.listening is Listening.OFF
        return
    with pytest.raises(UserFacingError, match="Nothing was changed"):
        office.press(office.card(), "Change", person)
    with pytest.raises(UserFacingError, match="Nothing was changed"):
        office.send(form, person, listening="off")
    with pytest.raises(UserFacingError, match="Nothing was changed"):
        office.press(office.card(), "Undo the last change", person)
    assert office.policy == before


def test_a_member_of_another_channel_is_no_member_of_this_one() -> None:
    channel = Channel("slack", "T1:C1", Policy(deciders=Deciders.MEMBERS))
    assert may_change(channel, DANA, CHANNEL)
    assert not may_change(channel, DANA, replace(CHANNEL, channel="T1:C2"))
    assert not may_change(channel, DANA)


def test_whoever_made_a_change_may_undo_it_though_they_no_longer_decide(office: Office) -> None:
    office.change(deciders="named")
    form = office.press(office.card(), "Change", SAM)
    assert isinstance(form, Form)
    locked_out = office.send(form, SAM, deciders="admins")
    assert isinstance(office.press(locked_out, "Undo the last change", SAM), Post)
    assert office.policy.deciders is Deciders.NAMED


@pytest.mark.parametrize("named", ["nobody@example.org", ""])
def test_people_named_must_be_known(office: Office, named: str) -> None:
    with pytest.raises(FormRejected) as rejected:
        office.change(named=named)
    assert set(rejected.value.problems) == {"named"}
    assert office.policy == Policy()


def test_a_hub_that_left_the_library_stays_chosen_until_somebody_takes_it_out(office: Office) -> None:
    office.change(hubs=("crm",))
    office.library.hubs = ["marketing"]
    form = office.press(office.card(), "Change")
    assert isinstance(form, Form)
    office.send(form, ADMIN, hubs=("crm",))
    assert office.policy.hubs == {"crm"}


def test_only_where_every_question_is_answered_is_everything_overheard(office: Office) -> None:
    overhears = office.feature.overhears
    assert overhears is not None
    assert not overhears(CHANNEL, office.unit)
    office.change()
    assert overhears(CHANNEL, office.unit)
    assert not overhears(replace(CHANNEL, members=frozenset()), office.unit)
    office.change(listening="off")
    assert not overhears(CHANNEL, office.unit)


def test_what_holds_for_experts_has_a_form_of_its_own_and_leaves_the_rest(office: Office) -> None:
    office.change()
    form = office.press(office.card(), "Experts")
    assert isinstance(form, Form)
    assert {field.name: field.initial for field in form.fields} == {
        "asks_first": ("ask",),
        "next_after": ("240",),
        "answer_within": ("480",),
        "for_experts": ("no",),
        "lead": "",
        "shadow": ("off",),
    }
    shown = facts(office.send(form, ADMIN).message)
    assert shown["Experts"].startswith("Asked by itself where the library has no answer; 16 hours of work to answer")
    assert shown["When nobody takes one"] == "Sam Lee is told"
    assert shown["Answers go to experts first"] == (
        "no draft was judged yet; after 20 approved in a row Guildhall answers by itself"
    )
    policy = office.policy
    assert (policy.listening, policy.hubs, policy.named) == (Listening.EVERY, {"crm"}, (SAM.id,))
    assert (policy.asks_first, policy.for_experts, policy.lead) == (False, True, SAM.id)
    assert (policy.next_after, policy.answer_within) == (timedelta(hours=2), timedelta(hours=16))
    assert (policy.shadow, policy.shadow_bar) == (True, 0.8)
    office.change(listening="off")
    assert office.policy == replace(policy, listening=Listening.OFF)


def test_who_is_told_must_be_known(office: Office) -> None:
    form = office.press(office.card(), "Experts")
    assert isinstance(form, Form)
    with pytest.raises(FormRejected) as rejected:
        office.send(form, ADMIN, lead="nobody@example.org")
    assert set(rejected.value.problems) == {"lead"}
    assert office.policy == Policy()


def test_who_decides_is_checked_for_the_experts_form_too(office: Office) -> None:
    form = office.press(office.card(), "Experts")
    assert isinstance(form, Form)
    for attempt in (lambda: office.press(office.card(), "Experts", DANA), lambda: office.send(form, DANA)):
        with pytest.raises(UserFacingError, match="Nothing was changed"):
            attempt()
    assert office.policy == Policy()


@pytest.mark.parametrize("state", ['{"not": "ours"}', '["question-of-somebody-else", 0]', "[[], {}]", ""])
def test_a_forged_state_is_refused_in_words(office: Office, state: str) -> None:
    with pytest.raises(UserFacingError, match="nothing was changed"):
        office.chat.form(state)


def test_the_form_keeps_to_what_all_platforms_show(office: Office) -> None:
    office.change()
    form = office.press(office.card(), "Change")
    assert isinstance(form, Form)
    initial = {field.name: field.initial for field in form.fields}
    assert initial["named"] == "sam@example.org"
    assert initial["hubs"] == ("crm",)
    assert initial["answer_from"] == ("0.75",)


def test_why_nothing_was_answered_says_who_decides(office: Office) -> None:
    assert "the admins (Ada Admin)" in office.chat.switched_off(CHANNEL, office.unit).summary


def brought_into(office: Office, place: Place) -> Post:
    added = replace(turn(Opened("channel"), person=DANA, place=place), direct="T1:U1")
    (post,) = office.feature.opened["channel"](added, office.unit).posts
    return post


def test_a_channel_is_told_what_came_in_how_to_ask_and_who_may_change_that(office: Office) -> None:
    post = brought_into(office, CHANNEL)
    words = " ".join(plain(block.text) for block in post.message.blocks if isinstance(block, Paragraph | Note))
    assert post.place is None
    assert "Mention it with a question" in words
    assert "“channel”" in words and "switch it off" in words
    assert "the admins (Ada Admin)" in words
    assert brought_into(office, CHANNEL).key == post.key


def test_a_channel_where_it_is_switched_off_is_not_told_to_ask(office: Office) -> None:
    office.change(listening="off")
    assert "In this channel it is switched off." in str(brought_into(office, CHANNEL).message)


def test_where_outsiders_read_along_only_whoever_brought_it_in_is_told(office: Office) -> None:
    post = brought_into(office, replace(CHANNEL, members=frozenset()))
    assert post.place == Place("slack", "T1:U1")
    assert "Ada" not in str(post.message)
