"""Messages to activities: text in Teams' own way where words are enough, an Adaptive Card 1.5 for the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.chat.reply import Actions, Bullets, Judge, Message, Paragraph, Sources, Suggestions
from bot.platforms.teams.citations import markers, message_entity
from bot.platforms.teams.escaping import inert, message_text, one_line
from bot.platforms.teams.limits import (
    ACTIVITY_BYTES,
    BUDGETS,
    PROMPTS,
    SUMMARY_UNITS,
    cut,
    size,
    without_buttons,
)
from bot.platforms.teams.render_actions import action_sets, prompts
from bot.platforms.teams.render_blocks import elements
from bot.platforms.teams.render_text import Json, Words, is_words, rich, said
from bot.platforms.teams.wire import REFRESH, refresh_data

CARD = "application/vnd.microsoft.card.adaptive"
VIEWS_LIMIT = 60
"""People who may see a card of their own."""


@dataclass(frozen=True, slots=True)
class View:
    """Where a message stands and who looks at it. `user_ids` are Teams' ids by person id, of those who get a card of
    their own in a shared place; `viewer` is the person whose own card it is. Without `native` there are neither
    dialogs nor thumbs, as in the Agents Playground: forms open in the card, and judging is done by buttons."""

    nonce: str
    key: str
    is_shared: bool = False
    viewer: str = ""
    user_ids: Mapping[str, str] = field(default_factory=dict)
    native: bool = True


def render_activity(message: Message, view: View) -> Json:
    """The body of one message, always small enough to be taken."""
    activity = _activity(message, view)
    for budget in BUDGETS:
        if size(activity) <= ACTIVITY_BYTES:
            return activity
        activity = _activity(cut(message, budget), view)
    return activity if size(activity) <= ACTIVITY_BYTES else _activity(without_buttons(cut(message, BUDGETS[-1])), view)


def render_card(message: Message, view: View) -> Json:
    """The card of `message`, for whoever `viewer` is: all of it that does not stand in the message's text."""
    return _fitting(message, view, has_text=True)


def render_whole_card(message: Message, view: View) -> Json:
    """Everything in one card, where there is no text beside it: what a search puts in."""
    return _fitting(message, view, has_text=False)


def card_attachment(card: Json) -> Json:
    return {"contentType": CARD, "content": card}


def adaptive_card(body: Sequence[Json], actions: Sequence[Json] = ()) -> Json:
    card: Json = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": list(body),
        "msteams": {"width": "Full"},
    }
    return card | {"actions": list(actions)} if actions else card


def _fitting(message: Message, view: View, *, has_text: bool) -> Json:
    card = _card(message, view, has_text=has_text)
    for budget in BUDGETS:
        if size(card) <= ACTIVITY_BYTES:
            return card
        card = _card(cut(message, budget), view, has_text=has_text)
    return card if size(card) <= ACTIVITY_BYTES else _card(without_buttons(message), view, has_text=has_text)


def _activity(message: Message, view: View) -> Json:
    words, rest = _parted(message)
    cited = [citation for block in message.blocks if isinstance(block, Sources) for citation in block.citations]
    thumbs = _has_thumbs(message, view)
    body = _body(rest, view)
    text = said(words)
    if not text and (cited or not body):
        text = message_text(one_line(message.summary, SUMMARY_UNITS)) or "…"
    activity: Json = {"type": "message", "summary": one_line(message.summary, SUMMARY_UNITS) or "Guildhall"}
    if text:
        activity |= {"text": text + markers(cited), "textFormat": "markdown"}
    if cited:
        activity["entities"] = [message_entity(cited)]
    if thumbs:
        activity["channelData"] = {"feedbackLoop": {"type": "custom"}}
    if body:
        activity["attachments"] = [card_attachment(_with_refresh(adaptive_card(body), message, view))]
    elif suggested := _suggested(message, view):
        activity["suggestedActions"] = {"actions": suggested}
    return activity


def _card(message: Message, view: View, *, has_text: bool) -> Json:
    rest = _parted(message)[1] if has_text else message
    body = _body(rest, view) or rich(one_line(message.summary, SUMMARY_UNITS) or "…")
    return _with_refresh(adaptive_card(body), message, view)


def _parted(message: Message) -> tuple[list[Words], Message]:
    """What the message's text says, and what is left for the card."""
    blocks = message.blocks
    if any(isinstance(block, Sources) and block.citations for block in blocks):
        count = next((index for index, block in enumerate(blocks) if not is_words(block)), len(blocks))
    elif all(isinstance(block, Paragraph | Bullets | Suggestions) for block in blocks):
        count = next((index for index, block in enumerate(blocks) if not is_words(block)), len(blocks))
        if any(not isinstance(block, Suggestions) for block in blocks[count:]):
            count = 0
    else:
        count = 0
    words = [block for block in blocks[:count] if is_words(block)]
    return [*words], replace(message, blocks=blocks[count:])


def _body(message: Message, view: View) -> list[Json]:
    """The card's elements; empty where nothing but suggestions is left, which need no card."""
    body: list[Json] = []
    has_card = any(not isinstance(block, Suggestions) for block in message.blocks)
    for block in message.blocks:
        match block:
            case Actions():
                if _may_see(block.only_for, view):
                    body += action_sets(block.buttons, view.nonce, view.key, native=view.native)
            case Judge():
                if _may_see(block.only_for, view) and not _has_thumbs(message, view):
                    buttons = (block.helpful, block.unhelpful)
                    body += action_sets(buttons, view.nonce, view.key, native=view.native)
            case Suggestions():
                if view.is_shared:
                    body += elements(Bullets(tuple(f"“{prompt}”" for prompt in block.prompts[:PROMPTS])))
                elif has_card:
                    body += prompts(block.prompts[:PROMPTS])
            case _:
                body += elements(block)
    return body


def _has_thumbs(message: Message, view: View) -> bool:
    return view.native and any(isinstance(block, Judge) for block in message.blocks)


def _may_see(only_for: str, view: View) -> bool:
    """Where nobody knows how Teams calls that person, everybody sees the buttons; the route refuses the others."""
    return not only_for or not view.is_shared or view.viewer == only_for or only_for not in view.user_ids


def _with_refresh(card: Json, message: Message, view: View) -> Json:
    own = [block.only_for for block in message.blocks if isinstance(block, Actions | Judge) and block.only_for]
    ids = [view.user_ids[person] for person in dict.fromkeys(own) if person in view.user_ids]
    if not view.is_shared or not ids:
        return card
    action: Json = {"type": "Action.Execute", "verb": REFRESH, "data": refresh_data(view.key)}
    return card | {"refresh": {"action": action, "userIds": ids[:VIEWS_LIMIT]}}


def _suggested(message: Message, view: View) -> list[Json]:
    if view.is_shared:
        return []
    prompted = [prompt for block in message.blocks if isinstance(block, Suggestions) for prompt in block.prompts]
    shown = [(inert(prompt).strip(), one_line(prompt, 60)) for prompt in prompted]
    suggested: list[Json] = [{"type": "imBack", "title": title, "value": words} for words, title in shown if words]
    return suggested[:PROMPTS]
