"""Channels, questions, drafts and homes through the dispatcher, and their pages, on both databases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.reply import Message, Reply
from bot.chat.turn import Commanded, Content, Opened, Person, Place, Pointed, Pressed, Reworded, Said, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.channels.chat import ChannelsChat, channels_feature
from bot.features.channels.pages import ChannelPages
from bot.features.channels.store import SqlChannels
from bot.features.faq.chat import FaqChat, faq_feature
from bot.features.faq.entry_pages import EntryPages
from bot.features.faq.pages import DraftPages
from bot.features.faq.review import Review
from bot.features.faq.review_chat import ReviewChat
from bot.features.faq.review_requests import ReviewRequests
from bot.features.feature import Command
from bot.features.home.chat import HomeChat, home_feature
from bot.features.home.pages import HomePages
from bot.features.page import Download, PageNotFound, PageRequest, Redirect, View
from bot.features.questions.chat import QuestionsChat, questions_feature
from bot.features.questions.pages import QuestionPages
from bot.platforms.web.render import render_message
from bot.router import Router
from bot.storage.audit import latest
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.tables import metadata
from bot.storage.unit_of_work import Database
from knowledge.answer import Outcome
from tests.builders import ADMIN, DANA, NOON, SAM, answer, minutes, turn
from tests.fakes import FakeKnowledge, FixedClock
from tests.fakes_requests import MemoryRequests

CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True, title="renewals")
BASE = "https://guild.example"
EVERY: Mapping[str, str | tuple[str, ...]] = {
    "listening": "every",
    "answer_from": "0.6",
    "kinds": (),
    "deciders": "named",
    "named": "sam@example.org",
}


CONSENT: Mapping[str, str | tuple[str, ...]] = {"text": "How do renewals work?", "name": "shown"}
GUEST = replace(SAM, is_guest=True)


def drawn(message: Message) -> str:
    return render_message(message, "")


class House:
    """The features together, without what indexes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.knowledge = FakeKnowledge(answer())
        channels = ChannelsChat(self.knowledge, admins=[ADMIN.id])
        self.requests = MemoryRequests()
        chat = QuestionsChat(self.knowledge, self.commands, channels, self.requests, base_url=BASE)
        home = HomeChat(self.knowledge, lambda: self.catalog.home, base_url=BASE)
        review = Review(ReviewRequests(self.knowledge, BASE, [ADMIN.id]))
        pages = (
            *QuestionPages(database, drawn, self.requests).pages(),
            *DraftPages(database, self.clock, review).pages(),
            *EntryPages(database, self.clock, review).pages(),
            *ChannelPages(database, channels.hubs, self.clock).pages(),
            *HomePages(home, database, self.clock, drawn).pages(),
        )
        self.pages = {(page.method, page.path): page for page in pages}
        faq = faq_feature(FaqChat(review), ReviewChat(review))
        features = (questions_feature(chat), faq, channels_feature(channels))
        self.catalog = Catalog([*features, home_feature(home)])
        self.dispatcher = Dispatcher(database, Router(self.catalog), self.clock)
        with database.begin() as unit:
            for person, email in ((SAM, "sam@example.org"), (ADMIN, "ada@example.org")):
                People(unit).add(KnownPerson(person.id, person.name, NOON, email))

    def commands(self, person: Person) -> Sequence[tuple[str, Command]]:
        return self.catalog.commands_for(person)

    def happens(self, content: Content, person: Person = DANA, place: Place = CHANNEL) -> list[Delivery]:
        """Through the inbox; what goes out for it."""
        self.clock.at += minutes(1)
        assert self.dispatcher.accept_now(self._turn(content, person, place))
        while self.dispatcher.work_one():
            pass
        return self.deliveries()

    def answers(self, content: Content, person: Person = DANA, place: Place = CHANNEL) -> Reply:
        self.clock.at += minutes(1)
        return self.dispatcher.answer_now(self._turn(content, person, place))

    def press(self, delivery: Delivery, label: str, person: Person = DANA) -> Reply:
        button = next(each for each in delivery.message.buttons if each.label == label)
        return self.answers(Pressed(button.action, button.value, delivery.nonce), person, delivery.place)

    def send(self, opened: Reply, values: Mapping[str, str | tuple[str, ...]], person: Person) -> list[Delivery]:
        assert opened.form is not None
        self.answers(Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce), person)
        return self.deliveries()

    def deliveries(self) -> list[Delivery]:
        found: list[Delivery] = []
        pace = dict.fromkeys(("web", "slack", "teams"), timedelta(0))
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.clock(), pace).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, self.clock())
                    assert delivery is not None
                    Outbox(unit).sent(delivery, f"id-{delivery.id}", self.clock())
                    found.append(delivery)
            if not ready:
                return found

    def page(self, address: str, person: Person = DANA, method: str = "GET", **values: dict[str, str]) -> object:
        handled = self.pages["POST" if method == "POST" else "GET", address]
        return handled.handler(PageRequest(person, **values))

    def view(self, address: str, person: Person = DANA, **values: dict[str, str]) -> Mapping[str, object]:
        view = self.page(address, person, **values)
        assert isinstance(view, View)
        return view.values

    def _turn(self, content: Content, person: Person, place: Place) -> Turn:
        direct = f"T1:{person.id}" if place.platform == "slack" else ""
        return replace(turn(content, person=person, place=place, at=self.clock()), direct=direct)


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    house = House(database)
    yield house
    house.dispatcher.stop()


def known_channels(house: House) -> list[str]:
    with house.database.reading() as unit:
        return [each.name for each in SqlChannels(unit).all()]


def test_any_message_to_us_makes_a_channel_known(house: House) -> None:
    house.happens(Said("That is between us.", "1", addressed=False))
    assert known_channels(house) == []
    house.happens(Said("channel", "2"))
    assert known_channels(house) == ["renewals"]
    house.happens(Said("help", "3"), place=replace(CHANNEL, channel="T1:C2", title=""))
    assert known_channels(house) == ["Slack channel C2", "renewals"]
    house.happens(Opened("channel"), place=replace(CHANNEL, channel="T1:C3", title="sales"))
    assert known_channels(house) == ["sales", "Slack channel C2", "renewals"]


def test_where_a_message_is_only_pointed_at_the_channel_is_known_once_it_is_answered_there(house: House) -> None:
    house.answers(Pointed("faq.save", "At 120 days.", "Sam Ocampo"))
    assert known_channels(house) == []
    house.happens(Pointed("questions.ask_about", "How do renewals work?"))
    assert known_channels(house) == ["renewals"]


def test_what_is_said_to_us_alone_makes_no_channel_known(house: House) -> None:
    house.happens(Said("help", "1"), place=Place("slack", "T1:D1"))
    assert known_channels(house) == []


def listens_to_everything(house: House) -> Delivery:
    """The channel's card after an admin had every question answered."""
    (card,) = house.happens(Commanded("channel"), ADMIN)
    (changed,) = house.send(house.press(card, "Change", ADMIN), EVERY, ADMIN)
    return changed


def test_a_policy_that_an_admin_sets_in_a_channel_holds_there_at_once(house: House) -> None:
    overheard = Said("How do renewals work?", "C1:17.2", addressed=False)
    assert not house.dispatcher.overhears_now(CHANNEL)
    assert house.happens(overheard) == []
    card = listens_to_everything(house)
    assert card.message_id is not None  # the card that was asked for, brought up to date
    assert house.dispatcher.overhears_now(CHANNEL)
    assert not house.dispatcher.overhears_now(replace(CHANNEL, channel="T1:C2"))
    (answered,) = house.happens(overheard)
    assert answered.place.channel == CHANNEL.channel
    with pytest.raises(UserFacingError, match="people named on the card"):
        house.press(card, "Change")
    house.press(card, "Undo the last change", ADMIN)
    assert not house.dispatcher.overhears_now(replace(CHANNEL, thread="another"))
    with house.database.reading() as unit:
        assert [entry.subject for entry in latest(unit)] == ["slack/T1:C1"] * 2


def test_what_is_said_to_the_others_and_not_answered_is_kept_nowhere(house: House) -> None:
    listens_to_everything(house)
    for text in ("Confidential remark.", "A confidential question about renewals?"):
        house.knowledge.answer = answer(Outcome.UNKNOWN)
        assert house.happens(Said(text, "C1:19.0", addressed=False)) == []
    with house.database.reading() as unit:
        kept = [str(row) for table in metadata.sorted_tables for row in unit.connection.execute(select(table))]
    assert [row for row in kept if "onfidential" in row] == []


def test_a_refused_form_stays_open_and_can_be_sent_again(house: House) -> None:
    (card,) = house.happens(Commanded("channel"), ADMIN)
    form = house.press(card, "Change", ADMIN)
    with pytest.raises(FormRejected):
        house.send(form, {**EVERY, "named": "nobody@example.org"}, ADMIN)
    assert len(house.send(form, EVERY, ADMIN)) == 1


def test_an_edited_question_changes_its_message_where_it_stands(house: House) -> None:
    (first,) = house.happens(Said("How do renewals work?", "C1:17.2"))
    (second,) = house.happens(Reworded("C1:17.2", "How do renewals work for resellers?"))
    assert (second.key, second.message_id) == (first.key, f"id-{first.id}")
    assert second.message.url.startswith(f"{BASE}/questions/")


def test_a_message_becomes_a_draft_that_admins_edit_and_take_away(house: House) -> None:
    form = house.answers(Pointed("faq.save", "120 days before.", "Sam", "https://acme.slack.com/p1"))
    (confirmed,) = house.send(form, {"question": "When", "answer": "120 days before."}, DANA)
    assert confirmed.place.channel == f"T1:{DANA.id}"
    (draft,) = house.view("/faq/drafts", ADMIN)["drafts"]
    path = {"draft": draft.id}
    edited = {"question": "When?", "answer": "Then."}
    assert isinstance(house.page("/faq/drafts/{draft}", ADMIN, "POST", path=path, form=edited), Redirect)
    rejected = house.page("/faq/drafts/{draft}", ADMIN, "POST", path=path, form={"question": "", "answer": "Then."})
    assert isinstance(rejected, View)
    assert rejected.status == 422
    file = house.page("/faq/drafts.md", ADMIN)
    assert isinstance(file, Download)
    assert b"## When?\n\nThen." in file.content
    house.page("/faq/drafts/{draft}/delete", ADMIN, "POST", path=path)
    assert house.view("/faq/drafts", ADMIN)["drafts"] == []
    assert house.view("/faq/drafts/{draft}", ADMIN, path=path)["state"] == "deleted"
    house.page("/faq/drafts/{draft}/restore", ADMIN, "POST", path=path)
    house.press(confirmed, "Withdraw")
    with pytest.raises(PageNotFound):
        house.page("/faq/drafts/{draft}", ADMIN, path=path)


def test_somebodys_questions_are_pages_for_them_alone(house: House) -> None:
    (delivery,) = house.happens(Said("How do renewals work?", "C1:17.2"))
    (question,) = house.view("/questions")["questions"]
    assert house.view("/questions", SAM)["questions"] == []
    path = {"question": question.id}
    shown = house.view("/questions/{question}", path=path)
    assert "ninety days before" in str(shown["answer"])
    assert "<button" not in str(shown["answer"])
    assert shown["where"] == "Slack, renewals"
    for stranger in (SAM, ADMIN):
        with pytest.raises(PageNotFound):
            house.page("/questions/{question}", stranger, path=path)
    house.send(house.press(delivery, "Ask an expert"), CONSENT, DANA)
    for_a_colleague = house.page("/questions/{question}", SAM, path=path)
    assert for_a_colleague == Redirect(f"/requests/{question.id}")
    with pytest.raises(PageNotFound):
        house.page("/questions/{question}", GUEST, path=path)
    assert house.view("/questions", query={"state": "answered"})["questions"] == []
    assert len(house.view("/questions", query={"state": "waiting for an expert"})["questions"]) == 1


def test_the_channels_page_lists_where_people_ask_and_changes_what_holds_there(house: House) -> None:
    house.happens(Said("How do renewals work?", "C1:17.2"))
    (channel,) = house.view("/channels", ADMIN)["channels"]
    assert (channel.name, channel.revision) == ("renewals", 0)
    path = {"platform": "slack", "channel": "T1:C1"}
    experts = {"asks_first": "go", "next_after": "60", "answer_within": "240", "for_experts": "yes", "shadow": "0.95"}
    posted = {"revision": "0", "listening": "off", "answer_from": "0.6", "deciders": "admins", "kind-faq": "yes"}
    posted |= experts
    address = "/channels/{platform}/{channel}"
    nobody = "nobody@x.example"
    for wrong in (
        {"listening": "maybe"},
        {"kind-poem": "yes"},
        {"named": nobody, "deciders": "named"},
        {"lead": nobody},
        {"shadow": "0.1"},
    ):
        refused = house.page(address, ADMIN, "POST", path=path, form={**posted, **wrong})
        assert isinstance(refused, View)
    opened = house.view(address, ADMIN, path=path)["typed"]
    assert isinstance(opened, dict)
    assert opened["title"] == ""  # so that saving the rest leaves the name to the platform
    saved = house.page(address, ADMIN, "POST", path=path, form={**posted, "title": "Renewals team"})
    assert isinstance(saved, Redirect)
    (channel,) = house.view("/channels", ADMIN)["channels"]
    assert (channel.policy.asks_first, channel.policy.answer_within, channel.policy.for_experts) == (
        False,
        timedelta(hours=4),
        True,
    )
    shown = house.view(address, ADMIN, path=path)
    typed = shown["typed"]
    assert isinstance(typed, dict)
    assert (typed["shadow"], typed["next_after"]) == ("0.95", "60")
    assert "73 approved in a row" in str(shown["shadow_rate"])
    with pytest.raises(UserFacingError, match="in the meantime"):
        house.page(address, ADMIN, "POST", path=path, form=posted)
    (told,) = house.happens(Said("How do renewals work?", "C1:18.0"))
    assert told.place.channel == f"T1:{DANA.id}"
    assert "switched off" in told.message.summary
    house.page(address, ADMIN, "POST", path=path, form={**posted, "revision": "1", "undo": "yes"})
    (channel,) = house.view("/channels", ADMIN)["channels"]
    assert (channel.policy.listening, channel.name) == ("mentioned", "Renewals team")
    with pytest.raises(PageNotFound):
        house.page(address, ADMIN, path={"platform": "slack", "channel": "T1:C9"})


def test_a_home_is_one_message_that_is_brought_up_to_date(house: House) -> None:
    place = Place("slack", f"T1:{DANA.id}", "home")
    (first,) = house.happens(Opened("home"), place=place)
    house.happens(Said("How do renewals work?", "C1:17.2"))
    (second,) = house.happens(Opened("home"), place=place)
    assert (second.place, second.message_id) == (place, f"id-{first.id}")
    assert "How do renewals work?" in str(second.message)
    sections = house.view("/home")["sections"]
    assert [title for title, _ in sections] == ["My questions", "What is new"]


def test_asked_at_home_it_is_answered_directly_and_shows_among_my_questions_there(house: House) -> None:
    place = Place("slack", f"T1:{DANA.id}", "home")
    (home,) = house.happens(Opened("home"), place=place)
    form = house.press(home, "Ask a question")
    assert form.form is not None
    assert (form.form.id, form.nonce == home.nonce) == ("questions.ask", False)
    (again,) = house.happens(Opened("home"), place=place)  # while the form is filled in
    assert house.press(home, "Ask a question").form is not None  # and from the home as it was
    asked = Submitted("questions.ask", {"question": "How do renewals work?"}, "", form.nonce)
    house.answers(asked, place=place)
    answered, drawn_anew = house.deliveries()
    assert answered.place == Place("slack", f"T1:{DANA.id}")
    assert "You asked: “How do renewals work?”" in str(answered.message)
    assert (drawn_anew.place, drawn_anew.message_id) == (place, f"id-{again.id}")
    assert "How do renewals work?" in str(drawn_anew.message)
    assert "How do renewals work?" not in str(again.message)
    with pytest.raises(UserFacingError, match="pressed already"):
        house.answers(asked, place=place)


def test_what_cannot_be_asked_at_home_stays_in_the_form(house: House) -> None:
    place = Place("slack", f"T1:{DANA.id}", "home")
    (home,) = house.happens(Opened("home"), place=place)
    form = house.press(home, "Ask a question")
    with pytest.raises(FormRejected) as refused:
        house.answers(Submitted("questions.ask", {"question": "?!"}, "", form.nonce), place=place)
    assert list(refused.value.problems) == ["question"]
    house.knowledge.is_empty = True
    house.answers(Submitted("questions.ask", {"question": "How?"}, "", form.nonce), place=place)
    told, _ = house.deliveries()
    assert (told.place.thread, "no library" in told.message.summary) == (None, True)


def test_a_home_in_a_chat_shows_what_came_of_it_and_can_be_pressed_again(house: House) -> None:
    place = Place("teams", "@dana")
    (home,) = house.happens(Commanded("home"), place=place)
    form = house.press(home, "Ask a question")
    house.answers(Submitted("questions.ask", {"question": "How do renewals work?"}, "", form.nonce), place=place)
    answered, current = house.deliveries()
    assert (answered.place, current.message_id) == (place, f"id-{home.id}")
    assert "How do renewals work?" in str(current.message)
    assert house.press(current, "Ask a question").form is not None


def test_why_a_home_could_not_be_shown_is_said_in_the_chat(house: House) -> None:
    place = Place("slack", f"T1:{DANA.id}", "home")
    (notice,) = house.happens(Commanded("nonsense"), place=place)
    assert notice.place == Place("slack", f"T1:{DANA.id}")


def test_pages_that_are_for_admins_say_so_to_the_frame(house: House) -> None:
    open_to_all = {path for (_, path), page in house.pages.items() if not page.admin_only}
    assert {"/questions", "/questions/{question}", "/home"} <= open_to_all
    assert not any(path.startswith("/channels") for path in open_to_all)


def test_what_was_answered_twice_shows_once_as_the_asker_was_answered(house: House) -> None:
    everyone = answer(Outcome.UNKNOWN)
    house.knowledge.answer = everyone
    house.knowledge.answers_for = {frozenset({DANA.id}): answer()}
    in_channel, privately = house.happens(Said("How do renewals work?", "C1:17.2"))
    assert in_channel.place == CHANNEL
    (shown,) = house.view("/questions")["questions"]
    assert shown.message_key == privately.key
    house.send(house.press(in_channel, "Ask an expert"), CONSENT, DANA)
    (waiting,) = house.view("/questions")["questions"]
    assert waiting.message_key == in_channel.key
