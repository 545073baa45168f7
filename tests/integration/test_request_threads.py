"""What is said in the thread of a request, on the real store."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.chat.errors import UserFacingError
from bot.chat.form import missing_or_invalid
from bot.chat.reply import Bullets, Message, Post, Reply, plain
from bot.chat.turn import File, Person, Place, Pressed, Reworded, Said, Submitted, Withdrawn
from bot.features.escalations.desk import Desk
from bot.features.escalations.model import ANSWER_LIMIT, Answer, Card, CardKind, Escalation, Link, State, Step
from bot.features.escalations.proposal_card import done_message
from bot.features.escalations.store import SqlEscalations
from bot.features.escalations.threads import FILES_NAME_YOU, NOT_SENT, RequestThreads, settle_proposals
from bot.storage.outbox import Outbox
from bot.storage.outbox import outbox as table
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON, SAM, minutes, turn
from tests.escalated import escalation

ID = "e" * 32
CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
EXPERTS = Place("slack", "T1:C9", is_shared=True)
SAMS = Place("slack", "T1:U2")
EVE = Person("web:eve", "Eve Bystander")
FORM = File("Form.pdf", "https://acme.slack.com/files/form.pdf")


class House:
    """A question of Dana's in a channel, which Sam has claimed; and what is said about it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.desk = Desk([settle_proposals])
        self.threads = RequestThreads(self.desk)
        self.said = 0
        with database.begin() as unit:
            self.desk.open(escalation(ID, place=CHANNEL, private=Place("slack", "T1:U1")), unit)

    def claim(self, person: Person = SAM) -> None:
        with self.database.begin() as unit:
            self.desk.claim(ID, person, unit, NOON)

    def ask_back(self) -> None:
        with self.database.begin() as unit:
            self.desk.ask_back(ID, SAM, "In which region?", unit, NOON)

    def say(
        self,
        text: str,
        person: Person = SAM,
        place: Place = CHANNEL,
        direct: str = SAMS.channel,
        addressed: bool = False,
        files: tuple[File, ...] = (),
    ) -> Reply | None:
        self.said += 1
        said = Said(text, f"C1:{self.said}", addressed, files)
        made = turn(said, person=person, place=place, at=NOON + minutes(self.said))
        with self.database.begin() as unit:
            return self.threads.takes(replace(made, direct=direct), unit)

    def change(self, content: Reworded | Withdrawn, person: Person = SAM) -> Reply | None:
        with self.database.begin() as unit:
            return self.threads.takes(turn(content, person=person, place=CHANNEL), unit)

    def press(self, post: Post, label: str, person: Person = SAM) -> Reply:
        button = next(each for each in post.message.buttons if each.label == label)
        pressed = turn(Pressed(button.action, button.value, "n", post.key), person=person, place=SAMS)
        with self.database.begin() as unit:
            return self.threads.buttons()[button.action](pressed, unit)

    def send(self, reply: Reply, **values: str | tuple[str, ...]) -> Reply:
        assert reply.form is not None
        route = self.threads.forms()[reply.form.id]
        assert missing_or_invalid(route.form(reply.form.state), values) == {}
        sent = turn(Submitted(reply.form.id, values, reply.form.state, "n"), person=SAM, place=SAMS)
        with self.database.begin() as unit:
            return route.handler(sent, unit)

    def card_in(self, place: Place, message_id: str, person_id: str = "", key: str = f"escalation-{ID}") -> None:
        """A card that was delivered there."""
        kind = CardKind.EXPERT if person_id else CardKind.CHANNEL
        with self.database.begin() as unit:
            if key.startswith("escalation-"):
                SqlEscalations(unit).put_card(Card(ID, kind, place, key, person_id))
            outbox = Outbox(unit)
            outbox.add(Post(Message("A question.", ()), key), place, NOON)
            row = unit.connection.execute(select(table.c.id).where(table.c.message_key == key)).scalar_one()
            delivery = outbox.claim(row, NOON)
            assert delivery is not None
            outbox.sent(delivery, message_id, NOON)

    def overhears(self, place: Place) -> bool:
        with self.database.reading() as unit:
            return self.threads.overhears(place, unit)

    @property
    def now(self) -> Escalation:
        with self.database.reading() as unit:
            found = SqlEscalations(unit).get(ID)
        assert found is not None
        return found


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def only(reply: Reply | None) -> Post:
    assert reply is not None
    (post,) = reply.posts
    return post


def test_the_owners_words_in_the_thread_are_proposed_to_them_alone_and_sent_when_they_say_so(house: House) -> None:
    house.claim()
    proposed = only(house.say("Ninety days before the end."))
    assert proposed.place == SAMS
    assert "Send this as your answer?" in proposed.message.summary
    assert house.now.state is State.CLAIMED
    sent = only(house.press(proposed, "Send"))
    assert (sent.key, sent.place, sent.message.buttons) == (proposed.key, SAMS, ())
    assert house.now.state is State.ANSWERED
    assert house.now.answer is not None
    assert house.now.answer.text == "Ninety days before the end."
    with pytest.raises(UserFacingError, match="nothing was sent now"):
        house.press(proposed, "Send")


def test_what_is_said_in_several_messages_is_one_answer_with_its_files(house: House) -> None:
    house.claim()
    first = only(house.say("Ninety days before."))
    second = only(house.say("", files=(FORM,)))
    third = only(house.say("Here is the form.", files=(FORM,)))
    assert first.key == second.key == third.key
    assert [plain(each) for block in third.message.blocks if isinstance(block, Bullets) for each in block.items] == [
        "Form.pdf"
    ]
    house.press(third, "Send")
    assert house.now.answer == Answer("Ninety days before.\n\nHere is the form.", (Link(FORM.name, FORM.url),))


def test_a_file_alone_is_an_answer(house: House) -> None:
    house.claim()
    house.press(only(house.say("", files=(FORM,))), "Send")
    assert house.now.answer == Answer("Form.pdf", (Link(FORM.name, FORM.url),))


def test_it_can_be_edited_before_it_goes(house: House) -> None:
    house.claim()
    proposed = only(house.say("ninety days", files=(FORM, replace(FORM, name="Old.pdf", url=f"{FORM.url}2"))))
    house.send(house.press(proposed, "Edit"), text="Ninety days before the end.", links=("0",))
    assert house.now.answer == Answer("Ninety days before the end.", (Link(FORM.name, FORM.url),))


def test_what_is_put_aside_is_forgotten_and_the_next_words_begin_anew(house: House) -> None:
    house.claim()
    chat = only(house.say("I am on it."))
    house.press(chat, "Not an answer")
    again = only(house.say("Ninety days before the end."))
    assert again.key != chat.key
    assert "I am on it" not in str(again.message)
    assert house.now.state is State.CLAIMED


def test_what_is_reworded_or_deleted_before_it_is_sent_is_sent_as_it_is_then(house: House) -> None:
    house.claim()
    house.say("Sixty days.")
    house.say("Ask legal.")
    reworded = only(house.change(Reworded("C1:1", "Ninety days.")))
    assert house.change(Reworded("C1:1", "Never mine."), person=EVE) is None
    house.change(Withdrawn("C1:2"))
    house.press(reworded, "Send")
    assert house.now.answer == Answer("Ninety days.")
    assert house.change(Reworded("C1:1", "Too late.")) is None


def test_what_was_deleted_cannot_be_sent(house: House) -> None:
    house.claim()
    proposed = only(house.say("Sixty days."))
    gone = only(house.change(Withdrawn("C1:1")))
    assert (gone.key, gone.message.buttons) == (proposed.key, ())
    with pytest.raises(UserFacingError, match="you deleted it"):
        house.press(proposed, "Send")


def test_what_sounds_like_a_question_may_be_asked_back(house: House) -> None:
    house.claim()
    proposed = only(house.say("Which region are you in?"))
    assert [button.label for button in proposed.message.buttons] == ["Ask back", "Send", "Edit", "Not an answer"]
    house.press(proposed, "Ask back")
    assert house.now.state is State.ASKED_BACK


def test_the_askers_words_are_the_reply_once_they_are_asked_back(house: House) -> None:
    house.claim()
    assert house.say("I meant EMEA.", DANA, direct="T1:U1") is None
    house.ask_back()
    assert house.say("Somebody else's guess.", EVE) is None
    assert house.say("In EMEA.", DANA, direct="T1:U1", files=(FORM,)) == Reply()
    assert house.now.state is State.CLAIMED
    with house.database.reading() as unit:
        last = SqlEscalations(unit).log(ID)[-1]
    assert (last.step, last.text) == (Step.REPLIED, f"In EMEA.\nForm.pdf: {FORM.url}")


def test_a_question_to_guildhall_is_no_answer_and_no_reply(house: House) -> None:
    house.claim()
    assert house.say("How do renewals work?", addressed=True) is None
    house.ask_back()
    assert house.say("How do renewals work?", DANA, addressed=True) is None
    assert house.now.state is State.ASKED_BACK


def test_in_the_thread_of_their_own_card_words_are_an_answer_that_claims(house: House) -> None:
    house.card_in(SAMS, "D2:99.1", SAM.id)
    thread = Place("slack", "T1:D2", "99.1")
    assert house.say("Nothing to do with it.", place=replace(thread, thread="98.1"), addressed=True) is None
    assert house.say("Not my card.", EVE, place=thread, direct=SAMS.channel, addressed=True) is None
    proposed = only(house.say("Ninety days.", place=thread, addressed=True))
    assert proposed.place == thread
    assert "Sending it claims the question." in str(proposed.message)
    house.press(proposed, "Send")
    assert (house.now.state, house.now.owner_id) == (State.ANSWERED, SAM.id)


def test_on_the_web_page_words_below_ones_own_card_are_an_answer_unless_several_cards_stand_there(house: House) -> None:
    house.claim()
    here = Place("web", SAM.id, f"request-{ID}")
    with house.database.begin() as unit:
        SqlEscalations(unit).put_card(Card(ID, CardKind.EXPERT, here, "escalation-1", SAM.id))
    posted = house.say("Ninety days before.", place=here)
    assert posted is not None
    assert house.say("Ninety days before.", place=Place("web", SAM.id, "elsewhere1")) is None
    with house.database.begin() as unit:
        SqlEscalations(unit).put_card(Card("f" * 32, CardKind.EXPERT, here, "escalation-2", SAM.id))
    assert house.say("For which one?", place=here) is None


def test_below_what_they_were_asked_back_privately_the_askers_words_are_the_reply(house: House) -> None:
    house.claim()
    house.ask_back()
    house.card_in(Place("slack", "T1:U1"), "D1:77.1", key=f"asked-back-{ID}-1")
    told = only(house.say("In EMEA.", DANA, place=Place("slack", "T1:D1", "77.1"), direct="T1:U1", addressed=True))
    assert "Sam Lee has this as your reply." in told.message.summary
    assert house.now.state is State.CLAIMED


def test_in_an_experts_channel_only_the_owners_words_count_and_the_card_s_thread_is_overheard(house: House) -> None:
    thread = replace(EXPERTS, thread="55.1")
    assert not house.overhears(thread)
    house.card_in(EXPERTS, "C9:55.1")
    assert house.overhears(thread)
    assert not house.overhears(EXPERTS)
    assert house.say("Just talk.", place=thread) is None
    house.claim()
    assert only(house.say("Ninety days.", place=thread)).place == SAMS


def test_threads_are_overheard_while_somebody_waits_and_never_where_outsiders_read(house: House) -> None:
    assert house.overhears(CHANNEL)
    assert not house.overhears(replace(CHANNEL, thread="18.3"))
    assert not house.overhears(replace(CHANNEL, members=frozenset()))
    house.claim()
    house.press(only(house.say("Ninety days.")), "Send")
    assert not house.overhears(CHANNEL)


def test_a_file_in_a_chat_without_threads_belongs_to_the_one_question_that_is_theirs(house: House) -> None:
    chat = Place("teams", "@sam")
    assert house.say("Here.", place=chat, files=(FORM,), addressed=True) is None
    house.claim()
    assert house.say("Here.", place=chat, addressed=True) is None
    proposed = only(house.say("Here.", place=chat, files=(FORM,), addressed=True))
    assert proposed.place == chat
    with house.database.begin() as unit:
        house.desk.open(escalation("f" * 32, place=replace(CHANNEL, thread="19.1")), unit)
        house.desk.claim("f" * 32, SAM, unit, NOON)
    assert house.say("Here.", place=chat, files=(FORM,), addressed=True) is None


def test_nobody_sends_what_somebody_else_said(house: House) -> None:
    house.claim()
    proposed = only(house.say("Ninety days."))
    for label in ("Send", "Not an answer"):
        with pytest.raises(UserFacingError, match="nothing was sent"):
            house.press(proposed, label, EVE)
    with pytest.raises(UserFacingError):
        house.press(proposed, "Edit", EVE)
    assert house.now.state is State.CLAIMED
    house.press(proposed, "Send")
    assert house.now.state is State.ANSWERED


def test_what_can_no_longer_be_sent_says_so(house: House) -> None:
    house.claim()
    proposed = only(house.say("Ninety days."))
    with house.database.begin() as unit:
        house.desk.answer(ID, SAM, Answer("By the form."), unit, NOON)
    with house.database.reading() as unit:
        assert Outbox(unit).says(done_message(NOT_SENT), SAMS, proposed.key)
    with pytest.raises(UserFacingError, match="nothing was sent now"):
        house.press(proposed, "Send")


def test_what_is_too_long_to_pass_on_is_not_cut(house: House) -> None:
    house.claim()
    assert "Make it shorter" in only(house.say("x" * (ANSWER_LIMIT + 1))).message.summary
    assert "Send this" in only(house.say("x" * ANSWER_LIMIT)).message.summary
    assert "Make it shorter" in only(house.say("One word more.")).message.summary


def test_a_message_that_comes_twice_is_said_once(house: House) -> None:
    house.claim()
    house.say("Ninety days.")
    house.said = 0
    assert house.say("Ninety days.") == Reply()


def test_the_files_of_who_asked_without_a_name_stay_where_they_are(house: House) -> None:
    """Their addresses hold their owner's account on Slack, and their name in OneDrive."""
    asked = "f" * 32
    place = Place("slack", "T1:U1", "20.1")
    with house.database.begin() as unit:
        house.desk.open(escalation(asked, asker_name="", place=place, private=place), unit)
        house.desk.claim(asked, SAM, unit, NOON)
        house.desk.ask_back(asked, SAM, "In which region?", unit, NOON)
    assert FILES_NAME_YOU in only(house.say("", DANA, place, direct="T1:U1", files=(FORM,))).message.summary
    assert FILES_NAME_YOU in only(house.say("In EMEA.", DANA, place, direct="T1:U1", files=(FORM,))).message.summary
    with house.database.reading() as unit:
        said = SqlEscalations(unit).log(asked)[-1]
    assert (said.step, said.text, said.person_name) == (Step.REPLIED, "In EMEA.", "")
