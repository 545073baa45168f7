"""What those do in a chat who may answer: claim, answer, ask back, pass on; and what waits for them."""

from collections.abc import Callable, Sequence
from uuid import uuid4

from bot.chat.colleagues import check_colleague
from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import Form, one
from bot.chat.reply import Post, Reply
from bot.chat.turn import EVERYONE, Turn
from bot.features.escalations import expert_cards as card
from bot.features.escalations import expert_forms as forms
from bot.features.escalations import use_cases
from bot.features.escalations.askers import askers_of
from bot.features.escalations.changes import NOT_FOR_GUESTS
from bot.features.escalations.colleagues import checked_colleague, colleague_named
from bot.features.escalations.desk import Desk, case_of
from bot.features.escalations.expert_forms import Carried, FindDocument, carrying, kept_in_the_form
from bot.features.escalations.expert_showing import hand_card, show_experts
from bot.features.escalations.model import Escalation, Link, OfferState
from bot.features.escalations.requests_card import REQUESTS, SHOWN, requests_message, requests_section
from bot.features.escalations.routing import Routing
from bot.features.escalations.store import SqlEscalations
from bot.features.escalations.terms import hours_of
from bot.features.feature import Command, FormRoute, Handler, HomeSection
from bot.features.library.links import pages_from, reader_url, source_url
from bot.features.library.model import Documents
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import UnitOfWork

NOT_YOURS = "This is not yours to answer, so nothing was changed. Claim it first, where it is still open."


class ExpertChat:
    """Turn -> desk. What everybody sees of it the desk brings up to date. `base_url` is how people reach the web page
    from a chat, empty where they do not."""

    def __init__(self, desk: Desk, routing: Routing, library: Documents, *, base_url: str = "") -> None:
        self._desk = desk
        self._routing = routing
        self._library = library
        self._base_url = base_url

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            card.CLAIM: self.on_claim,
            card.DECLINE: self._opening(forms.decline_form),
            card.HAND_ON: self.on_hand_on,
            card.GIVE_BACK: self._opening(forms.give_back_form),
            card.ANSWER: self.on_answer,
            card.ASK_BACK: self._opening(forms.ask_back_form),
            card.SNOOZE: self._opening(forms.snooze_form),
            card.CORRECT: self.on_correct,
            REQUESTS: self.on_requests,
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            card.DECLINE: FormRoute(self.on_decline_sent, forms.decline_form),
            card.HAND_ON: FormRoute(self.on_hand_on_sent, forms.hand_on_form),
            card.GIVE_BACK: FormRoute(self.on_give_back_sent, forms.give_back_form),
            card.ANSWER: FormRoute(self.on_answer_sent, forms.answer_form),
            card.ASK_BACK: FormRoute(self.on_ask_back_sent, forms.ask_back_form),
            card.SNOOZE: FormRoute(self.on_snooze_sent, forms.snooze_form),
            card.CORRECT: FormRoute(self.on_correct_sent, forms.correct_form),
        }

    @property
    def commands(self) -> dict[str, Command]:
        return {"requests": Command(self.on_requests, "the questions that are yours to answer, or offered to you")}

    def on_claim(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Whoever claims it in a channel answers it where only they read."""
        found = self._seen(turn.carried, turn, unit)
        if turn.place.is_shared:
            hand_card(found, turn.person.id, turn.private_place, uuid4().hex, unit)
        self._desk.claim(found.id, turn.person, unit, turn.at)
        return Reply()

    def on_decline_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        word = forms.declined_word(turn.values)
        self._desk.decline(Carried.from_text(turn.carried).escalation_id, turn.person, word, unit, turn.at)
        return Reply()

    def on_give_back_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        word = one(turn.values, "word")
        self._desk.give_back(Carried.from_text(turn.carried).escalation_id, turn.person, word, unit, turn.at)
        return Reply()

    def on_hand_on(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found = self._seen(turn.carried, turn, unit)
        best = self._routing.ranked(found, unit, turn.at)
        others = [(each.person_id, each.name) for each in best if each.person_id != turn.person.id]
        return Reply(form=forms.hand_on_form(carrying(found.id, others).text))

    def on_hand_on_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        carried = Carried.from_text(turn.carried)
        chosen = carried.chosen(turn.values, "colleague")
        colleague = checked_colleague(chosen, unit) if chosen else colleague_named(one(turn.values, "name"), unit)
        word = one(turn.values, "word")
        if colleague.id in self._not_to_be_asked(carried.escalation_id, unit):
            raise FormRejected({"name": f"{colleague.name} cannot take this one. Choose somebody else, please."})
        with kept_in_the_form("name"):
            self._desk.hand_on(carried.escalation_id, turn.person, colleague, word, unit, turn.at)
        return Reply()

    def on_answer(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found = self._own(turn.carried, turn, unit)
        return Reply(form=forms.answer_form(carrying(found.id).text, question=found.text))

    def on_answer_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found = self._seen(Carried.from_text(turn.carried).escalation_id, turn, unit)
        given = forms.answer_from(turn.values, self._finder(found, turn))
        with kept_in_the_form():
            self._desk.answer(found.id, turn.person, given, unit, turn.at)
        return Reply()

    def on_correct(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found = self._own(turn.carried, turn, unit)
        return Reply(form=forms.answer_form(carrying(found.id).text, card.CORRECT, found.answer, found.text))

    def on_correct_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found = self._seen(Carried.from_text(turn.carried).escalation_id, turn, unit)
        given = forms.answer_from(turn.values, self._finder(found, turn))
        with kept_in_the_form():
            self._desk.correct(found.id, turn.person, given, unit, turn.at)
        return Reply()

    def on_ask_back_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        text = one(turn.values, "text")
        if not any(letter.isalnum() for letter in text):
            raise FormRejected({"text": forms.IN_WORDS})
        with kept_in_the_form():
            self._desk.ask_back(Carried.from_text(turn.carried).escalation_id, turn.person, text, unit, turn.at)
        return Reply()

    def on_snooze_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        until = forms.snoozed_until(one(turn.values, "until"), hours_of(turn.person.id, unit), turn.at)
        self._desk.snooze(Carried.from_text(turn.carried).escalation_id, turn.person, until, unit, turn.at)
        return Reply()

    def on_requests(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """The list, then the first ones as cards, which are alive like those that came by themselves."""
        check_colleague(turn.person, NOT_FOR_GUESTS)
        waiting = self._waiting(turn, unit)
        key, place = uuid4().hex, turn.private_place
        Outbox(unit).add(Post(requests_message(waiting, turn), f"requests-{key}"), place, turn.at)
        for each in waiting[:SHOWN]:
            hand_card(each, turn.person.id, place, key, unit)
            show_experts(case_of(each, unit), unit, turn.at)
        return Reply()

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        if EVERYONE not in turn.person.principals:
            return None
        return requests_section(self._waiting(turn, unit), turn, pages_from(turn.place, self._base_url))

    def _waiting(self, turn: Turn, unit: UnitOfWork) -> Sequence[Escalation]:
        store = SqlEscalations(unit)
        return [*store.owned_by(turn.person.id), *store.offered_to(turn.person.id)]

    def _opening(self, form: Callable[[str], Form]) -> Handler:
        def open_(turn: Turn, unit: UnitOfWork) -> Reply:
            return Reply(form=form(carrying(self._seen(turn.carried, turn, unit).id).text))

        return open_

    def _seen(self, escalation_id: str, turn: Turn, unit: UnitOfWork) -> Escalation:
        return use_cases.seen_by(SqlEscalations(unit), escalation_id, turn.person)

    def _own(self, escalation_id: str, turn: Turn, unit: UnitOfWork) -> Escalation:
        found = self._seen(escalation_id, turn, unit)
        if found.owner_id != turn.person.id:
            raise UserFacingError(NOT_YOURS)
        return found

    def _not_to_be_asked(self, escalation_id: str, unit: UnitOfWork) -> frozenset[str]:
        """Who has declined it, and who waits for it without their name: nobody shall read who of the two it is."""
        store = SqlEscalations(unit)
        found = store.get(escalation_id)
        unnamed = askers_of(store, found).unnamed if found else frozenset()
        declined = [each.person_id for each in store.offers(escalation_id) if each.state is OfferState.DECLINED]
        return unnamed.union(declined)

    def _finder(self, escalation: Escalation, turn: Turn) -> FindDocument:
        """Of what everybody who reads along may read, and the expert too."""
        theirs = {each.id for each in self._library.documents(turn.person.principals)}
        documents = [each for each in self._library.documents(escalation.place.members) if each.id in theirs]

        def find(title: str) -> Link | None:
            wanted = " ".join(title.split()).casefold()
            found = [each for each in documents if each.title.casefold() == wanted]
            found = found or [each for each in documents if wanted in each.title.casefold()]
            if len(found) != 1:
                return None
            url = source_url(found[0], pages=self._base_url or None)
            return Link(found[0].title, url or reader_url(found[0].id))

        return find
