"""What is said in the thread of a request: the expert's words may be the answer, the asker's the reply."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.form import Form
from bot.chat.question_words import looks_like_question
from bot.chat.reply import Message, Note, Post, Reply
from bot.chat.turn import Person, Place, Reworded, Said, Turn, Withdrawn, storable
from bot.features.escalations.askers import askers_of
from bot.features.escalations.desk import Case, Desk
from bot.features.escalations.edit_form import EditState, edit_form, edited
from bot.features.escalations.model import ANSWER_LIMIT, LINK_LIMIT, TEXT_LIMIT, Answer, Card, Escalation, Link, State
from bot.features.escalations.proposal_card import ASIDE, ASK_BACK, EDIT, SEND, done_message, proposal_message
from bot.features.escalations.proposals import Part, Proposals, fits, whole
from bot.features.escalations.store import SqlEscalations
from bot.features.feature import FormRoute, Handler
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import UnitOfWork

DECIDED = (
    "That was sent or put aside already, or you deleted it, so nothing was sent now. The request shows how it stands."
)
NOT_SENT = "Not sent: the question is answered, taken back, or with somebody else by now."
FILES_NAME_YOU = (
    "Your files were not passed on: their addresses say whose they are, and you asked without your name. What you say "
    "in words is."
)
OF_ASKER = re.compile(r"(?:request|answer|asked-back)-([0-9a-f]{32})(?:-\d+)?")
"""Keys of what those read who wait for an answer."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """What somebody's words have to do with a request."""

    escalation: Escalation
    role: Literal["answers", "replies"]


class RequestThreads:
    """Turn -> use case -> Reply, where it is about a request; `takes` comes before everything else that is said."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def buttons(self) -> dict[str, Handler]:
        return {SEND: self.on_send, EDIT: self.on_edit, ASK_BACK: self.on_ask_back, ASIDE: self.on_aside}

    def forms(self) -> dict[str, FormRoute]:
        return {EDIT: FormRoute(self.on_edit_sent, said_form)}

    def overhears(self, place: Place, unit: UnitOfWork) -> bool:
        """Threads of questions that wait for an answer, and of their cards in experts' channels."""
        if not place.thread or not place.members:
            return False
        return any(each.is_running for each in self._in_thread(place, "", unit))

    def takes(self, turn: Turn, unit: UnitOfWork) -> Reply | None:
        """None: it is for somebody else to see to."""
        match turn.content:
            case Said():
                return self._said(turn, turn.content, unit)
            case Reworded(id=said_id, text=text):
                return self._reworded(turn, said_id, storable(text).strip(), unit)
            case Withdrawn(id=said_id):
                return self._withdrawn(turn, said_id, unit)
            case _:
                return None

    def on_send(self, turn: Turn, unit: UnitOfWork) -> Reply:
        parts = self._parts(turn.carried, turn.person, unit)
        return self._send(parts, whole(parts), turn, unit)

    def on_edit(self, turn: Turn, unit: UnitOfWork) -> Reply:
        parts = self._parts(turn.carried, turn.person, unit)
        answer = whole(parts)
        return Reply(form=edit_form(EDIT, EditState.of(parts[0].card, answer), answer.text))

    def on_edit_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        state = EditState.from_text(turn.carried)
        parts = self._parts(state.subject, turn.person, unit)
        return self._send(parts, edited(turn.values, state, whole(parts).links), turn, unit)

    def on_ask_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        parts = self._parts(turn.carried, turn.person, unit)
        self._decided(parts, unit)
        self._desk.ask_back(parts[0].escalation_id, turn.person, whole(parts).text[:TEXT_LIMIT], unit, turn.at)
        return _in_its_place(parts, "Asked back. Nothing is due until there is a reply.")

    def on_aside(self, turn: Turn, unit: UnitOfWork) -> Reply:
        parts = self._parts(turn.carried, turn.person, unit)
        self._decided(parts, unit)
        return _in_its_place(parts, "Put aside: it stays in the thread, and nobody was sent it.")

    def _said(self, turn: Turn, said: Said, unit: UnitOfWork) -> Reply | None:
        text = storable(said.text).strip()
        if not said.files and not any(letter.isalnum() for letter in text):
            return None
        if turn.person.is_stranger or (said.addressed and looks_like_question(text)):
            return None
        with unit.database.reading() as before:
            concerned = self._concerned(turn, bool(said.files), before)
        if concerned is None:
            return None
        links = tuple(Link(storable(file.name), file.url) for file in said.files)[:LINK_LIMIT]
        if concerned.role == "replies":
            return self._reply(turn, concerned.escalation, text, links, unit)
        return self._propose(turn, concerned.escalation, text, links, unit)

    def _concerned(self, turn: Turn, has_files: bool, unit: UnitOfWork) -> Concerned | None:
        """Of several the newest. Files come where no thread is too: they are for the one question that is theirs."""
        store = SqlEscalations(unit)
        for escalation in self._in_thread(turn.place, turn.direct, unit) if turn.place.thread else ():
            if escalation.state is State.ASKED_BACK and turn.person.id == askers_of(store, escalation).spokesman:
                return Concerned(escalation, "replies")
            if escalation.is_running and turn.person.id == escalation.owner_id:
                return Concerned(escalation, "answers")
            if escalation.state is State.OPEN and self._is_own_card(turn, escalation, unit):
                return Concerned(escalation, "answers")
        if has_files and not turn.place.is_shared:
            owned = store.owned_by(turn.person.id)
            return Concerned(owned[0], "answers") if len(owned) == 1 else None
        return None

    def _in_thread(self, place: Place, direct: str, unit: UnitOfWork) -> list[Escalation]:
        store = SqlEscalations(unit)
        found = list(store.in_thread(place))
        card = self._card(place, direct, unit)
        asked = OF_ASKER.fullmatch(card) if isinstance(card, str) else None
        if isinstance(card, Card):
            below = store.get(card.escalation_id)
        else:
            below = store.of_question(asked[1]) if asked else None
        return [*([below] if below else []), *found]

    def _card(self, place: Place, direct: str, unit: UnitOfWork) -> Card | str | None:
        """What begins this thread: a card of an expert or a channel, or else the key of the message. On the web page
        the card stands in it; of several none is meant more than another."""
        within = SqlEscalations(unit).experts_cards_in(place.conversation) if place.thread else []
        if within:
            return within[-1] if len({card.escalation_id for card in within}) == 1 else None
        channels = [place.channel, *([direct] if direct and not place.is_shared else [])]
        for conversation in (Place(place.platform, channel).conversation for channel in channels):
            key = Outbox(unit).begun(conversation, place)
            if key is not None:
                return SqlEscalations(unit).card_at(conversation, key) or key
        return None

    def _is_own_card(self, turn: Turn, escalation: Escalation, unit: UnitOfWork) -> bool:
        card = self._card(turn.place, turn.direct, unit)
        return isinstance(card, Card) and card.escalation_id == escalation.id and card.person_id == turn.person.id

    def _propose(
        self, turn: Turn, escalation: Escalation, text: str, links: tuple[Link, ...], unit: UnitOfWork
    ) -> Reply:
        store = Proposals(unit)
        earlier = [each for each in store.of_escalation(escalation.id) if each.person_id == turn.person.id]
        first = earlier[0] if earlier else None
        card, place = (first.card, first.place) if first else (uuid4().hex, turn.private_place)
        said_id = turn.content.id if isinstance(turn.content, Said) else ""
        part = Part(turn.person.id, said_id or turn.key, escalation.id, card, place, text, links, turn.at)
        if not fits([*earlier, part]):
            return _too_long(turn, len(text), ANSWER_LIMIT)
        if not store.add(part):
            return Reply()
        return Reply((Post(proposal_message(escalation, [*earlier, part]), part.key, place),))

    def _reply(self, turn: Turn, escalation: Escalation, text: str, links: tuple[Link, ...], unit: UnitOfWork) -> Reply:
        speaks = askers_of(SqlEscalations(unit), escalation).waiting[0]
        is_kept_back = bool(links) and not speaks.person_name
        if is_kept_back and not text:
            return Reply((Post(done_message(FILES_NAME_YOU), f"said-{uuid4().hex}", turn.private_place),))
        links = () if is_kept_back else links
        words = "\n".join([*([text] if text else []), *(f"{link.title}: {link.url}" for link in links)])
        if len(words) > TEXT_LIMIT:
            return _too_long(turn, len(words), TEXT_LIMIT)
        self._desk.reply(escalation.id, turn.person, words, unit, turn.at)
        if is_kept_back:
            return Reply((Post(done_message(FILES_NAME_YOU), f"said-{uuid4().hex}", turn.private_place),))
        if turn.place.is_shared:
            return Reply()  # the request below shows it, and the thread belongs to others too
        told = done_message(f"{escalation.owner_name} has this as your reply.")
        return Reply((Post(told, f"said-{uuid4().hex}", turn.place),))

    def _reworded(self, turn: Turn, said_id: str, text: str, unit: UnitOfWork) -> Reply | None:
        """What is not sent yet follows its message. None for a message that nothing came of."""
        part, escalation = self._unsent(turn, said_id, unit)
        if part is None or escalation is None:
            return None
        store = Proposals(unit)
        changed = [replace(each, text=text) if each.said_id == said_id else each for each in store.of_card(part.card)]
        if not fits(changed):
            return _too_long(turn, len(text), ANSWER_LIMIT)
        store.reword(part, text)
        return Reply((Post(proposal_message(escalation, changed), part.key, part.place),))

    def _withdrawn(self, turn: Turn, said_id: str, unit: UnitOfWork) -> Reply | None:
        part, escalation = self._unsent(turn, said_id, unit)
        if part is None or escalation is None:
            return None
        store = Proposals(unit)
        store.remove(part)
        left = store.of_card(part.card)
        message = proposal_message(escalation, left) if left else done_message("You deleted this, so it is not sent.")
        return Reply((Post(message, part.key, part.place),))

    def _unsent(self, turn: Turn, said_id: str, unit: UnitOfWork) -> tuple[Part | None, Escalation | None]:
        with unit.database.reading() as before:
            part = Proposals(before).said(turn.person.id, said_id)
            return part, SqlEscalations(before).get(part.escalation_id) if part else None

    def _parts(self, card: str, person: Person, unit: UnitOfWork) -> list[Part]:
        parts = Proposals(unit).of_card(card)
        if not parts or parts[0].person_id != person.id:
            raise UserFacingError(DECIDED)
        return parts

    def _decided(self, parts: list[Part], unit: UnitOfWork) -> None:
        if not Proposals(unit).remove_card(parts[0].card):
            raise UserFacingError(DECIDED)

    def _send(self, parts: list[Part], answer: Answer, turn: Turn, unit: UnitOfWork) -> Reply:
        found = SqlEscalations(unit).get(parts[0].escalation_id)
        if found is None:
            raise UserFacingError(DECIDED)
        self._decided(parts, unit)
        self._desk.claim_if_open(found, turn.person, unit, turn.at)
        self._desk.answer(found.id, turn.person, answer, unit, turn.at)
        return _in_its_place(parts, "Sent as your answer.")


def settle_proposals(case: Case, unit: UnitOfWork, now: datetime) -> None:
    """Follows what happens at the desk: nobody is asked whether to send what can no longer be sent."""
    escalation, store = case.escalation, Proposals(unit)
    parts = store.of_escalation(escalation.id)
    if escalation.is_running:
        parts = [each for each in parts if escalation.owner_id not in ("", each.person_id)]
    for first in {part.card: part for part in parts}.values():
        store.remove_card(first.card)
        Outbox(unit).add(Post(done_message(NOT_SENT), first.key), first.place, now)


def said_form(state: str) -> Form:
    return edit_form(EDIT, EditState.from_text(state))


def _in_its_place(parts: list[Part], text: str) -> Reply:
    return Reply((Post(done_message(text), parts[0].key, parts[0].place),))


def _too_long(turn: Turn, length: int, limit: int) -> Reply:
    text = (
        f"That has {length:,} characters, and {limit:,} can be passed on with what you said before, so it was not. "
        "Make it shorter, or share the rest as a file."
    )
    message = Message(text, (Note(text),))
    return Reply((Post(message, f"said-{uuid4().hex}", turn.private_place),))
