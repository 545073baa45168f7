"""What can be done with a draft. The caller owns the transaction."""

from dataclasses import replace

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Person, storable
from bot.features.faq.model import ANSWER_LIMIT, QUESTION_LIMIT, Draft, DraftState
from bot.features.faq.store import DraftStore

GONE = "That draft does not wait any more, so nothing was changed."


def cleaned(question: str, answer: str) -> tuple[str, str]:
    """Storable, the question on one line. Raises FormRejected."""
    asked, said = " ".join(storable(question).split()), storable(answer).strip()
    problems: dict[str, str] = {}
    for name, text, limit in (("question", asked, QUESTION_LIMIT), ("answer", said, ANSWER_LIMIT)):
        if not any(letter.isalnum() for letter in text):
            problems[name] = "This needs words."
        elif len(text) > limit:
            problems[name] = f"At most {limit:,} characters, please; this has {len(text):,}."
    if problems:
        raise FormRejected(problems)
    return asked, said


def save_draft(store: DraftStore, draft: Draft) -> Draft:
    """Raises FormRejected."""
    question, answer = cleaned(draft.question, draft.answer)
    kept = replace(draft, question=question, answer=answer)
    store.add(kept)
    return kept


def withdraw_draft(store: DraftStore, draft_id: str, person: Person) -> Draft:
    """By whoever saved it. Raises UserFacingError."""
    return _moved(store, _own(store, draft_id, person), DraftState.WAITING, DraftState.WITHDRAWN)


def hand_in_again(store: DraftStore, draft_id: str, person: Person) -> Draft:
    """The withdrawal undone. Raises UserFacingError."""
    return _moved(store, _own(store, draft_id, person), DraftState.WITHDRAWN, DraftState.WAITING)


def edit_draft(store: DraftStore, draft_id: str, question: str, answer: str) -> Draft:
    """For admins. Raises FormRejected or UserFacingError."""
    asked, said = cleaned(question, answer)
    draft = store.get(draft_id)
    if draft is None or not store.rewrite(edited := replace(draft, question=asked, answer=said)):
        raise UserFacingError(GONE)
    return edited


def delete_draft(store: DraftStore, draft_id: str) -> Draft:
    """For admins. Raises UserFacingError."""
    return _moved(store, store.get(draft_id), DraftState.WAITING, DraftState.DELETED)


def restore_draft(store: DraftStore, draft_id: str) -> Draft:
    """The deletion undone. Raises UserFacingError."""
    return _moved(
        store,
        store.get(draft_id),
        DraftState.DELETED,
        DraftState.WAITING,
        "That draft was not deleted, so nothing was changed.",
    )


def _own(store: DraftStore, draft_id: str, person: Person) -> Draft:
    draft = store.get(draft_id)
    if draft is None or draft.saved_by != person.id:
        raise UserFacingError("Only the person who saved that draft can do that, so nothing was changed.")
    return draft


def _moved(store: DraftStore, draft: Draft | None, came_from: DraftState, state: DraftState, gone: str = GONE) -> Draft:
    if draft is None or not store.move(draft.id, state, came_from):
        raise UserFacingError(gone)
    return replace(draft, state=state)
