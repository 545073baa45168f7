"""Messages to activities: text in Teams' own way where words are enough, an Adaptive Card 1.5 for the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat.reply import Actions, Block, Bullets, Button, Judge, Message, Paragraph, Sources, Suggestions
from bot.platforms.teams.citations import markers, message_entity
from bot.platforms.teams.escaping import inert, message_text, one_line
from bot.platforms.teams.limits import ACTIONS_LIMIT, PROMPTS, SUMMARY_UNITS, fitted
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
    return fitted(message, lambda shown: _activity(shown, view))


def render_card(message: Message, view: View) -> Json:
    """Everything in one card, for whoever `viewer` is, e.g. what a search puts in."""
    return fitted(message, lambda shown: _card(shown, view))


def card_attachment(card: Json) -> Json:
    return {"contentType": CARD, "content": card}


def adaptive_card(body: Sequence[Json], actions: Sequence[Json] = ()) -> Json:
    card: Json = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": list(body),
    }
    if any(element["type"] == "Table" for element in body):
        card["msteams"] = {"width": "Full"}
    return card | {"actions": list(actions)} if actions else card


def _activity(message: Message, view: View) -> Json:
    """Text or a card, never both: Teams makes two messages of that, and names the id of neither."""
    words = _words(message, view)
    cited = [citation for block in message.blocks if isinstance(block, Sources) for citation in block.citations]
    activity: Json = {"type": "message", "summary": one_line(message.summary, SUMMARY_UNITS) or "Guildhall"}
    body = _body(message, view) if words is None else []
    if body:
        activity["attachments"] = [card_attachment(_with_refresh(adaptive_card(body), message, view))]
    else:
        text = _text(words or [], markers(cited)) or message_text(one_line(message.summary, SUMMARY_UNITS)) or "…"
        activity |= {"text": text, "textFormat": "markdown"}
        if suggested := _suggested(message, view):
            activity["suggestedActions"] = {"actions": suggested}
    if cited:
        activity["entities"] = [message_entity(cited)]
    if _has_thumbs(message, view):
        activity["channelData"] = {"feedbackLoop": {"type": "custom"}}
    return activity


def _card(message: Message, view: View) -> Json:
    body = _body(message, view) or rich(one_line(message.summary, SUMMARY_UNITS) or "…")
    return _with_refresh(adaptive_card(body), message, view)


def _words(message: Message, view: View) -> list[Words | Sources] | None:
    """What the message says, where words are enough: citations and thumbs stand beside them in Teams' own way, and
    what can be said instead of a button is suggested."""
    words: list[Words | Sources] = []
    can_suggest = _can_suggest(view)
    has_sources = any(isinstance(block, Sources) and block.citations for block in message.blocks)
    can_say = _can_say_instead(message, view)
    for block in message.blocks:
        if isinstance(block, Suggestions) and not can_suggest:
            words += _listed(block)
        elif isinstance(block, Sources) or (
            is_words(block) and (has_sources or isinstance(block, Paragraph | Bullets))
        ):
            words.append(block)
        elif not (
            (isinstance(block, Judge) and view.native)
            or (isinstance(block, Actions) and can_say)
            or isinstance(block, Suggestions)
        ):
            return None
    return words


def _can_say_instead(message: Message, view: View) -> bool:
    """Whether words can stand for all its buttons. Thumbs aside, that is for a chat alone: where others read along,
    a suggestion would be theirs as well."""
    buttons = [button for block in message.blocks if isinstance(block, Actions) for button in block.buttons]
    return _can_suggest(view) and len(buttons) <= PROMPTS and all(each.spoken for each in buttons)


def _text(words: Sequence[Words | Sources], numbers: str) -> str:
    """The numbers stand where the sources do."""
    cited = next((index for index, block in enumerate(words) if isinstance(block, Sources)), len(words))
    before, after = (
        said([block for block in part if not isinstance(block, Sources)]) for part in (words[:cited], words[cited:])
    )
    return "\n\n".join(part for part in ((before + numbers).strip(), after) if part)


def _body(message: Message, view: View) -> list[Json]:
    """The card's elements; empty where nothing but suggestions is left, which need no card. Thumbs, and buttons that
    not everybody sees, stand together with those beside them; what is two blocks for the same readers stands apart,
    as the last entry's of a list and the list's own."""
    body: list[Json] = []
    together: list[Button] = []
    has_card = any(not isinstance(block, Suggestions) for block in message.blocks)
    can_suggest = _can_suggest(view)
    for before, block in zip((None, *message.blocks), message.blocks, strict=False):
        match block:
            case Actions() | Judge():
                offered = _buttons(block, message, view)
                if len(together) + len(offered) > ACTIONS_LIMIT or _stand_apart(before, block):
                    body += _sets(together, view)
                together += offered
                continue
            case Suggestions():
                drawn = _prompts(block, view) if has_card or not can_suggest else []
            case _:
                drawn = elements(block)
        body += [*_sets(together, view), *drawn]
    return [*body, *_sets(together, view)]


def _stand_apart(before: Block | None, block: Actions | Judge) -> bool:
    return isinstance(before, Actions) and isinstance(block, Actions) and before.only_for == block.only_for


def _sets(together: list[Button], view: View) -> list[Json]:
    """Takes them."""
    drawn = action_sets(together, view.nonce, view.key, native=view.native)
    together.clear()
    return drawn


def _buttons(block: Actions | Judge, message: Message, view: View) -> tuple[Button, ...]:
    if not _may_see(block.only_for, view):
        return ()
    if isinstance(block, Actions):
        return block.buttons
    return () if _has_thumbs(message, view) else (block.helpful, block.unhelpful)


def _prompts(block: Suggestions, view: View) -> list[Json]:
    if _can_suggest(view):
        return prompts(block.prompts[:PROMPTS])
    return [element for each in _listed(block) for element in elements(each)]


def _listed(block: Suggestions) -> tuple[Paragraph, Bullets]:
    return Paragraph("You could ask:"), Bullets(tuple(f"“{prompt}”" for prompt in block.prompts[:PROMPTS]))


def _can_suggest(view: View) -> bool:
    """Where others read along, a suggestion would be theirs too; the Playground draws none."""
    return view.native and not view.is_shared


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
    if not _can_suggest(view):
        return []
    buttons = [button for block in message.blocks if isinstance(block, Actions) for button in block.buttons]
    prompted = [prompt for block in message.blocks if isinstance(block, Suggestions) for prompt in block.prompts]
    said_by = [*((each.spoken, each.label) for each in buttons), *((prompt, prompt) for prompt in prompted)]
    shown = [(inert(words).strip(), one_line(title, 60)) for words, title in said_by]
    suggested: list[Json] = [{"type": "imBack", "title": title, "value": words} for words, title in shown if words]
    return suggested[:PROMPTS]
