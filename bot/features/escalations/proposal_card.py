"""What an expert said in a thread, shown to them alone: is that the answer?"""

from collections.abc import Sequence

from bot.chat.question_words import looks_like_question
from bot.chat.reply import Actions, Block, Bullets, Button, Message, Note, Paragraph, Quote, Span
from bot.chat.wording import shortened
from bot.features.escalations.model import Escalation
from bot.features.escalations.proposals import Part, whole

SEND = "escalations.send_said"
EDIT = "escalations.edit_said"
ASK_BACK = "escalations.ask_back_said"
ASIDE = "escalations.put_aside"

QUOTED = 120


def proposal_message(escalation: Escalation, parts: Sequence[Part]) -> Message:
    """One thing said, or several in a row. What sounds like a question may be meant to ask back."""
    answer, card = whole(parts), parts[0].card
    asks = escalation.owner_id == parts[0].person_id and looks_like_question(answer.text)
    text = "Ask that back, or send it as your answer?" if asks else "Send this as your answer?"
    blocks: list[Block] = [Paragraph((Span(text, bold=True),)), Quote(answer.text)]
    if answer.links:
        blocks.append(Bullets(tuple((Span(link.title, href=link.url),) for link in answer.links)))
    send = Button("Send", SEND, card, "normal" if asks else "primary")
    edit = Button("Edit", EDIT, card, opens_form=True)
    back = (Button("Ask back", ASK_BACK, card, "primary"),) if asks else ()
    blocks.append(Actions((*back, send, edit, Button("Not an answer", ASIDE, card))))
    if answer.links:
        blocks.append(Note("Files stay where you shared them: whoever asked has to be able to open them there."))
    asked = shortened(escalation.text, QUOTED)
    claims = "" if escalation.owner_id else " Sending it claims the question."
    blocks.append(Note(f"You said it in the thread of “{asked}”.{claims} Nobody gets it until you send it."))
    return Message(f"{text} “{shortened(answer.text, QUOTED)}”", tuple(blocks))


def done_message(text: str) -> Message:
    """In its place, once it is decided."""
    return Message(text, (Note(text),))
