"""What reviewers do in a chat, and on a page: accept, decline, return, write. And admins, who choose one by hand."""

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import Form, one
from bot.chat.reply import Reply
from bot.chat.turn import Turn
from bot.features.escalations.expert_forms import kept_in_the_form
from bot.features.feature import FormRoute, Handler, for_admins
from bot.features.reviews import acts, review_form, word_forms
from bot.features.reviews.author_chat import stored
from bot.features.reviews.changes import GONE, check_in_review, check_running, seat_of
from bot.features.reviews.colleagues import candidate_named
from bot.features.reviews.desk import Desk
from bot.features.reviews.model import Assignment, Case, Seat, State
from bot.features.reviews.on_page import said
from bot.features.reviews.store import SqlReviews
from bot.storage.unit_of_work import Database, UnitOfWork

WRITES = (Seat.ASKED, Seat.ACCEPTED, Seat.HANDED_IN, Seat.REPLACED)


class ReviewerChat:
    """Turn -> desk. What everybody sees of it the desk brings up to date."""

    def __init__(self, desk: Desk, database: Database) -> None:
        self._desk = desk
        self._database = database

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            acts.ACCEPT: self.on_accept,
            acts.DECLINE: self.on_decline,
            acts.RETURN: self.on_return,
            acts.WRITE: self.on_write,
            acts.CHOOSE: for_admins(self.on_choose),
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            acts.DECLINE: FormRoute(self.on_decline_sent, word_forms.decline_form),
            acts.RETURN: FormRoute(self.on_return_sent, word_forms.return_form),
            acts.WRITE: FormRoute(self.on_write_sent, self.write_form),
            acts.CHOOSE: FormRoute(for_admins(self.on_choose_sent), word_forms.choose_form),
        }

    def write_form(self, state: str) -> Form:
        return review_form.bare_review_form(stored(state, self._database))

    def on_accept(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.accept(turn.carried, turn.person, unit, turn.at)
        return said(turn, "You review it. Its page says by when, and what feedback is wanted.")

    def on_decline(self, turn: Turn, unit: UnitOfWork) -> Reply:
        case, _ = self._seat(turn, unit, Seat.ASKED, Seat.ACCEPTED)
        check_running(case)
        return Reply(form=word_forms.decline_form(case.submission.id))

    def on_decline_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        with kept_in_the_form("word"):
            self._desk.decline(turn.carried, turn.person, one(turn.values, "word"), unit, turn.at)
        return said(turn, "You declined, and somebody else is asked.")

    def on_return(self, turn: Turn, unit: UnitOfWork) -> Reply:
        case, _ = self._seat(turn, unit, Seat.ACCEPTED)
        check_in_review(case)
        return Reply(form=word_forms.return_form(case.submission.id))

    def on_return_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        case, own = self._seat(turn, unit, Seat.ACCEPTED)
        missing = one(turn.values, "missing")
        review_form.check_nameless({"missing": missing}, own.person_name, case.submission)
        with kept_in_the_form("missing"):
            self._desk.return_(case.submission.id, turn.person, missing, unit, turn.at)
        return said(turn, "You returned it. Nothing is due until its author has completed it.")

    def on_write(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """With what they wrote before, until all reviews are in."""
        case, own = self._seat(turn, unit, *WRITES)
        check_in_review(case)
        return Reply(form=review_form.review_form(case.submission, case.reviews.get(own.id)))

    def on_write_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        case, own = self._seat(turn, unit, *WRITES)
        written = review_form.review_from(turn.values, case.submission, turn.at)
        review_form.check_nameless(review_form.texts_of(written), own.person_name, case.submission)
        try:
            with kept_in_the_form("better"):
                out = self._desk.write(case.submission.id, turn.person, written, unit)
        except FormRejected as rejected:
            raise FormRejected(review_form.beside_fields(rejected.problems, written)) from rejected
        if out.submission.state is State.RELEASED:
            return said(turn, "Your review is in, and with it all are out.")
        return said(turn, "Your review is in. You can change it until all reviews are in.")

    def on_choose(self, turn: Turn, unit: UnitOfWork) -> Reply:
        case = self._case(turn, unit)
        check_in_review(case)
        return Reply(form=word_forms.choose_form(case.submission.id))

    def on_choose_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        with kept_in_the_form("name"):
            candidate = candidate_named(one(turn.values, "name"), unit)
            self._desk.assign(turn.carried, candidate, unit, turn.at, by=turn.person.id)
        return said(turn, f"{candidate.name} is asked to review it, and may decline.")

    def _seat(self, turn: Turn, unit: UnitOfWork, *allowed: Seat) -> tuple[Case, Assignment]:
        case = self._case(turn, unit)
        return case, seat_of(case, turn.person, *allowed)

    def _case(self, turn: Turn, unit: UnitOfWork) -> Case:
        case = SqlReviews(unit).case(turn.carried)
        if case is None:
            raise UserFacingError(GONE)
        return case
