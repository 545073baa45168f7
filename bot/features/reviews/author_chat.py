"""What authors do with their work in a chat, and on a page: submit and complete it, read, answer and close."""

from collections.abc import Mapping
from dataclasses import replace

from bot.chat.colleagues import check_colleague
from bot.chat.errors import UserFacingError
from bot.chat.form import Form, one
from bot.chat.moments import zone_of
from bot.chat.reply import Reply
from bot.chat.turn import Place, Pointed, Turn
from bot.features.escalations.expert_forms import kept_in_the_form
from bot.features.feature import FormRoute, Handler, MessageAction
from bot.features.profile.reach import reach
from bot.features.reviews import acts, submit_form, word_forms
from bot.features.reviews.changes import GONE, check_author, check_running
from bot.features.reviews.colleagues import coauthors_named
from bot.features.reviews.desk import Desk
from bot.features.reviews.model import Case, State, Submission
from bot.features.reviews.on_page import is_on_page, said
from bot.features.reviews.rubric import Rubric
from bot.features.reviews.store import SqlReviews
from bot.features.reviews.submit_form import Begun
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.language import language_of

LABEL = "Ask for a review"


class AuthorChat:
    """Turn -> desk. What everybody sees of it the desk brings up to date. `rubrics` are by id."""

    def __init__(self, desk: Desk, rubrics: Mapping[str, Rubric], database: Database) -> None:
        self._desk = desk
        self._rubrics = rubrics
        self._database = database

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            acts.SUBMIT: self.on_submit,
            acts.COMPLETE: self.on_complete,
            acts.REPLY: self.on_reply,
            acts.WITHDRAW: self.on_withdraw,
            acts.RELEASE: self.on_release,
            acts.CLOSE: self.on_close,
            acts.SHOW: self.on_show,
            acts.HIDE: self.on_hide,
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            acts.SUBMIT: FormRoute(self.on_submit_sent, self.submit_form),
            acts.COMPLETE: FormRoute(self.on_complete_sent, self.complete_form),
            acts.REPLY: FormRoute(self.on_reply_sent, word_forms.reply_form),
        }

    @property
    def message_actions(self) -> dict[str, MessageAction]:
        shown = "have colleagues review what it links to, or the file in it"
        return {acts.SUBMIT: MessageAction(self.on_point, LABEL, shown, opens_form=True)}

    def submit_form(self, state: str) -> Form:
        return submit_form.submit_form(Begun.from_text(state), self._rubrics)

    def complete_form(self, state: str) -> Form:
        return submit_form.bare_complete_form(stored(state, self._database))

    def on_submit(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Of a certain kind, where the button says which."""
        check_colleague(turn.person)
        return self._opened(submit_form.begin(turn.carried), turn)

    def on_point(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """From the menu of a message."""
        check_colleague(turn.person)
        pointed = turn.content if isinstance(turn.content, Pointed) else Pointed("", "")
        return self._opened(submit_form.begin_with(pointed.text, pointed.files), turn)

    def on_submit_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """The first step is answered by the second."""
        begun = Begun.from_text(turn.carried)
        if not begun.rubric_id:
            return self._opened(begun._replace(rubric_id=submit_form.chosen_kind(turn.values, self._rubrics)), turn)
        rubric = self._rubrics.get(begun.rubric_id)
        if rubric is None:
            raise UserFacingError(submit_form.NO_RUBRIC)
        author = turn.person
        empty = Submission(
            id=begun.id,
            rubric=rubric,
            title="",
            author_id=author.id,
            author_name=author.name,
            private=_private(turn, begun.id, unit),
            submitted_at=turn.at,
            due_at=turn.at,
            blind=submit_form.blind_in(turn.values),
        )
        filled = self._filled(empty, turn, unit)
        with kept_in_the_form("title"):
            case = self._desk.submit(filled, author, unit, turn.at)
        return said(turn, _submitted(case))

    def on_complete(self, turn: Turn, unit: UnitOfWork) -> Reply:
        case = self._own(turn, unit)
        if case.submission.state is not State.RETURNED:
            check_running(case)
            raise UserFacingError(
                "Nothing is missing any more, so nothing was changed. Reviewers read it as it stands."
            )
        people = People(unit).known(case.submission.with_ids).values()
        names = sorted(each.name for each in people)
        return Reply(form=submit_form.complete_form(case.submission, names, zone_of(turn.person.time_zone)))

    def on_complete_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found = self._own(turn, unit).submission
        with kept_in_the_form("title"):
            case = self._desk.resubmit(self._filled(found, turn, unit), turn.person, unit, turn.at)
        return said(turn, _submitted(case))

    def on_reply(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found = self._own(turn, unit).submission
        return Reply(form=word_forms.reply_form(found.id, found.reply))

    def on_reply_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        with kept_in_the_form("reply"):
            self._desk.answer(turn.carried, turn.person, one(turn.values, "reply"), unit, turn.at)
        return said(turn, "Your reviewers read your answer now. Close the review when you are through with it.")

    def on_withdraw(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.withdraw(turn.carried, turn.person, unit, turn.at)
        return said(turn, "You took it back, so nobody reviews it any more.")

    def on_release(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.release(turn.carried, turn.person, unit, turn.at)
        return said(turn, "The reviews that were in are out now.")

    def on_close(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.close(turn.carried, turn.person, unit, turn.at)
        return said(turn, "The review is closed.")

    def on_show(self, turn: Turn, unit: UnitOfWork) -> Reply:
        case = self._desk.show(turn.carried, turn.person, True, unit, turn.at)
        when = "Colleagues find it" if case.submission.closed_at else "Once the review is closed, colleagues find it"
        return said(turn, f"{when} as what good looks like. You can take that back at any time.")

    def on_hide(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.show(turn.carried, turn.person, False, unit, turn.at)
        return said(turn, "It is shown as an example no more.")

    def _opened(self, begun: Begun, turn: Turn) -> Reply:
        if not begun.rubric_id and len(self._rubrics) == 1:
            begun = begun._replace(rubric_id=next(iter(self._rubrics)))
        today = turn.at.astimezone(zone_of(turn.person.time_zone)).date()
        return Reply(form=submit_form.submit_form(begun, self._rubrics, today))

    def _filled(self, submission: Submission, turn: Turn, unit: UnitOfWork) -> Submission:
        """With what was typed. Raises FormRejected."""
        values = turn.values
        title, about, wanted = one(values, "title"), one(values, "about"), one(values, "wanted")
        return replace(
            submission,
            title=title,
            about=about,
            wanted=wanted,
            links=submit_form.links_in(values),
            given=submit_form.given_in(values, submission.rubric),
            due_at=submit_form.due_in(values, zone_of(turn.person.time_zone)),
            with_ids=coauthors_named(one(values, "with"), submission.with_ids, unit),
            language=language_of(f"{title} {about} {wanted}") or submission.rubric.language,
        )

    def _own(self, turn: Turn, unit: UnitOfWork) -> Case:
        case = SqlReviews(unit).case(turn.carried)
        if case is None:
            raise UserFacingError(GONE)
        check_author(case, turn.person)
        return case


def stored(submission_id: str, database: Database) -> Submission:
    """As it is committed, for the forms that are made of its rubric. Raises UserFacingError."""
    with database.reading() as unit:
        found = SqlReviews(unit).get(submission_id)
    if found is None:
        raise UserFacingError(GONE)
    return found


def _private(turn: Turn, submission_id: str, unit: UnitOfWork) -> Place:
    """Where its author reads of it: here, or in their chat where they act on a page."""
    own = reach(turn.person.id, unit, f"review-{submission_id}") if is_on_page(turn) else None
    return own or turn.private_place


def _submitted(case: Case) -> str:
    title = case.submission.title
    if case.submission.state is State.RETURNED:
        return f"“{title}” is kept, and not complete yet: its page says what is missing."
    return f"“{title}” is in review: reviewers are asked now."
