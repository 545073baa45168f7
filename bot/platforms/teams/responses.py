"""Bodies of the answers to invokes: what Teams shows at once to whoever pressed, submitted or searched."""

from collections.abc import Mapping, Sequence

from bot.chat.form import Form
from bot.chat.reply import Found
from bot.platforms.teams.escaping import inert, message_text, one_line
from bot.platforms.teams.limits import without_buttons
from bot.platforms.teams.render import CARD, View, adaptive_card, card_attachment, render_card
from bot.platforms.teams.render_form import Values, form_card
from bot.platforms.teams.render_text import Json, rich

FOUND_LIMIT = 25  # Teams' own limit for one page of a search
TITLE_UNITS = 100
TEXT_UNITS = 200
TEXT_LIMIT = 1_000
MANY_FIELDS = 3


def form_dialog(
    form: Form, nonce: str, *, values: Values | None = None, problems: Mapping[str, str] | None = None
) -> Json:
    """For task/fetch and task/submit, composeExtension/fetchTask and submitAction, message/fetchTask."""
    card = form_card(form, nonce, values=values or {}, problems=problems or {})
    size = "large" if len(form.fields) > MANY_FIELDS else "medium"
    shown: Json = {"title": form.title, "height": size, "width": "medium", "card": card_attachment(card)}
    return {"task": {"type": "continue", "value": shown}}


def message_dialog(text: str) -> Json:
    """For task/fetch and task/submit: says one thing, e.g. why nothing was done."""
    return {"task": {"type": "message", "value": _words(text)}}


def notice_dialog(text: str) -> Json:
    """The same for message extensions and thumbs, where clients show an empty box for a message."""
    card = adaptive_card(rich(_words(text)))
    shown: Json = {"title": "Guildhall", "height": "small", "width": "small", "card": card_attachment(card)}
    return {"task": {"type": "continue", "value": shown}}


def card_response(card: Json) -> Json:
    """For adaptiveCard/action: the card as this person sees it from now on."""
    return {"statusCode": 200, "type": CARD, "value": card}


def message_response(text: str) -> Json:
    """For adaptiveCard/action: said below the card, to this person alone."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": _words(text)}


def search_response(found: Sequence[Found]) -> Json:
    """For composeExtension/query: what was found, and the card that each of it puts in. Whoever chooses one sends it
    in their own name, so it has no buttons."""
    return {
        "composeExtension": {
            "type": "result",
            "attachmentLayout": "list",
            "attachments": [_result(each) for each in found[:FOUND_LIMIT]],
        }
    }


def search_message(text: str) -> Json:
    """For composeExtension/query, where there is nothing to choose from."""
    return {"composeExtension": {"type": "message", "text": _words(text)}}


def _result(found: Found) -> Json:
    title = one_line(found.title, TITLE_UNITS) or one_line(found.message.summary, TITLE_UNITS) or "Untitled"
    preview: Json = {"title": title, "text": message_text(one_line(found.text, TEXT_UNITS))}
    card = render_card(without_buttons(found.message), View(nonce="", key=""))
    thumbnail: Json = {"contentType": "application/vnd.microsoft.card.thumbnail", "content": preview}
    return {**card_attachment(card), "preview": thumbnail}


def _words(text: str) -> str:
    """Teams shows them as they are."""
    return inert(text).strip()[:TEXT_LIMIT] or "Done."
