"""A draft as its saver sees it, the form that makes it, and the admins' list."""

from collections.abc import Sequence

from bot.chat.form import Form, TextField
from bot.chat.reply import Actions, Bullets, Button, Message, Note, Paragraph, Post, Quote, Span
from bot.chat.turn import Pointed, storable
from bot.chat.wording import shortened
from bot.features.faq.model import ANSWER_LIMIT, QUESTION_LIMIT, Draft, DraftState
from bot.features.form_state import from_state, to_state
from bot.features.library.model import COMPANY

SAVE = "faq.save"
WITHDRAW = "faq.withdraw"
HAND_IN = "faq.hand_in"

LISTED = 20
TEXT_LENGTH = 200

NEXT = (
    "Whoever owns the topic, or a curator, looks at it next. Once one of them approves it, questions are answered from "
    "it within seconds; you are told either way."
)


def draft_form(state: str, answer: str = "", question: str = "") -> Form:
    return Form(
        id=SAVE,
        title="Save as FAQ",
        intro=NEXT,
        fields=(
            TextField(
                "question",
                "Which question does it answer?",
                hint="As somebody would ask it.",
                initial=question,
                max_length=QUESTION_LIMIT,
            ),
            TextField("answer", "The answer", initial=answer, multiline=True, max_length=ANSWER_LIMIT),
        ),
        submit="Save draft",
        state=state,
    )


def form_for(pointed: Pointed, hub: str = COMPANY) -> Form:
    """With the message as the answer, cut where a form takes no more of it. `hub` is whose channel it stands in."""
    text = storable(pointed.text).strip()
    answer = text if len(text) <= ANSWER_LIMIT else text[: ANSWER_LIMIT - 1].rstrip() + "…"
    return draft_form(to_state((pointed.author[:200], pointed.url[:1_000], hub)), answer)


def origin_from(state: str) -> tuple[str, str, str]:
    """Author, address and hub, as the form carried them. Raises UserFacingError."""
    author, url, hub = from_state(state, tuple[str, str, str], lost="nothing was saved")
    address = storable(url)[:1_000]
    is_address = address.startswith(("https://", "http://"))
    return storable(author)[:200], address if is_address else "", storable(hub)[:100]


def draft_post(draft: Draft) -> Post:
    """Edits the saver's earlier message in place. For a draft whose saver can be written to."""
    match draft.state:
        case DraftState.WAITING:
            saved = "Your answer became a FAQ draft" if draft.is_own else "Saved as a FAQ draft"
            text = f"{saved}: {shortened(draft.question, TEXT_LENGTH)}"
            then, button = NEXT, Button("Withdraw", WITHDRAW, draft.id)
        case DraftState.WITHDRAWN:
            text = f"Withdrawn: {shortened(draft.question, TEXT_LENGTH)}"
            then, button = "Nobody is asked about it any more.", Button("Hand it in again", HAND_IN, draft.id)
        case DraftState.DELETED:
            text = f"This draft was deleted: {shortened(draft.question, TEXT_LENGTH)}"
            return _closed(draft, text)
        case DraftState.APPROVED:
            return _closed(draft, f"Approved by {draft.decided_by_name}: {shortened(draft.question, TEXT_LENGTH)}")
        case DraftState.REJECTED:
            text = f"Not taken by {draft.decided_by_name}: {shortened(draft.question, TEXT_LENGTH)}"
            return _closed(draft, text, Note(f"Why: {draft.word}"))
    blocks = (Paragraph(text), Quote(draft.answer), Note(then), Actions((button,)))
    return Post(Message(text, blocks), draft.message_key, draft.place)


def _closed(draft: Draft, text: str, *more: Note) -> Post:
    return Post(Message(text, (Paragraph(text), Quote(draft.answer), *more)), draft.message_key, draft.place)


def drafts_message(drafts: Sequence[Draft], page: str) -> Message:
    """For the admins; `page` is where they are read, edited and exported."""
    if not drafts:
        text = "No FAQ draft is waiting."
        how = Note("Drafts land here when somebody chooses “Save as FAQ” in the menu of a message.")
        return Message(text, (Paragraph(text), how))
    count = len(drafts)
    text = "1 FAQ draft is waiting." if count == 1 else f"{count} FAQ drafts are waiting."
    items = tuple(
        (Span(shortened(draft.question, TEXT_LENGTH), bold=True), Span(f" – saved by {draft.saved_by_name}"))
        for draft in drafts[:LISTED]
    )
    link = (Paragraph((Span("Read, edit, approve and export them", href=page),)),) if page else ()
    return Message(text, (Paragraph(text), Bullets(items), *link))
