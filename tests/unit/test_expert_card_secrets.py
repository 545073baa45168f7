"""What a card for experts does not tell: who asked without a name, and what was said between others."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.turn import Place
from bot.features.escalations.expert_cards import ExpertsView, expert_message
from bot.features.escalations.model import Answer, Entry, Escalation, Follower, State, Step
from tests.builders import DANA, NOON, SAM
from tests.escalated import escalation

SHARED = Place("slack", "T1:C1", "17.2", is_shared=True, title="project-titan")
GIVEN = Answer("Acme gets ten percent.")


def shown(asked: Escalation, log: Sequence[Entry] = (), reader_id: str = "") -> str:
    waiting = Follower(
        asked.id, asked.id, DANA.id, asked.asker_name, asked.text, asked.place, asked.private, asked.opened_at
    )
    message = expert_message(ExpertsView(asked, log, [waiting], lambda at: f"{at:%H:%M}", reader_id))
    return f"{message.summary} {message.blocks}"


def said(step: Step, text: str, name: str = DANA.name) -> Entry:
    return Entry("e1", step, NOON, DANA.id, name, text)


def owned(state: State, **values: object) -> Escalation:
    return replace(escalation(place=SHARED), state=state, owner_id=SAM.id, owner_name=SAM.name, **values)


def test_what_who_asked_replies_is_for_whoever_has_it() -> None:
    log = [said(Step.REPLIED, "It is for Acme.")]
    assert "It is for Acme." in shown(owned(State.CLAIMED), log, SAM.id)
    assert "It is for Acme." not in shown(owned(State.CLAIMED), log)


def test_an_answer_given_in_private_stays_off_the_cards_of_others() -> None:
    private = Place("slack", "T1:D1")
    answered = owned(State.ANSWERED, answer=GIVEN)
    assert GIVEN.text in shown(answered)
    assert GIVEN.text not in shown(replace(answered, place=private))
    assert GIVEN.text in shown(replace(answered, place=private), reader_id=SAM.id)


def test_whoever_takes_their_name_back_has_none_on_what_they_said_before() -> None:
    asked = escalation(place=SHARED, asker_name="")
    assert DANA.name not in shown(asked, [said(Step.ASKED_ON, "And then?")])


def test_what_was_said_before_it_was_taken_back_does_not_come_again() -> None:
    log = [said(Step.REPLIED, "It is for Acme."), said(Step.OPENED, "How do renewals work?", "")]
    assert "Acme" not in shown(escalation(asker_name=""), log)


def test_the_name_of_a_channel_is_not_told_to_the_whole_company() -> None:
    text = shown(escalation(place=SHARED, url="https://acme.slack.com/archives/C1/p172"))
    assert "The thread" in text
    assert "titan" not in text
