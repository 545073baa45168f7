"""Invokes: what Teams wants answered inside its request. Each gets an answer that it understands, an error too."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import structlog

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import worded
from bot.chat.ports import Delivered, Inbound
from bot.chat.reply import Judge, Message, Reply
from bot.chat.turn import Content, Person, Place, Pointed, Pressed, Searched, Submitted
from bot.platforms.payload import object_at, objects_at, text_at
from bot.platforms.teams.inbound import (
    ID_LIMIT,
    NAME_LIMIT,
    TEXT_LIMIT,
    direct_of,
    files_of,
    person_of,
    place_of,
    turn_of,
)
from bot.platforms.teams.references import PLATFORM
from bot.platforms.teams.render import render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.teams.render_text import Json
from bot.platforms.teams.responses import (
    card_response,
    form_dialog,
    message_dialog,
    message_response,
    notice_dialog,
    search_message,
    search_response,
)
from bot.platforms.teams.views import Views
from bot.platforms.teams.wire import FORM, OURS, REFRESH, NotOurs, is_form, pressed, refreshed, submitted, wording
from bot.platforms.teams.words import html_text, tidy
from bot.platforms.validation import JsonObject

ANSWER_WITHIN = 4.5
"""Seconds. Teams gives message extensions 5, everything else 10 to 15."""

SLOW = (
    "This takes longer than Teams waits for an answer. It goes on, and nothing is lost: look at the message again in a "
    "moment."
)
UNKNOWN = "That is from an older version of Guildhall, so nothing was done. Ask again to get a current one."
GONE = "That message is not kept any more, so nothing was done. Ask again to get a current one."
JUDGED = "Noted. The message shows it in a moment, where you can also take it back."
JUDGED_BEFORE = "Nothing was changed: that answer has been judged, or replaced. The message shows where things stand."
NOTHING_FOUND = "Nothing in the library matches that. Try other words, or ask Guildhall in a chat."
NO_WORDS = "There are no words in that message, so nothing was done. Choose a message with text."
DONE = "Done."
POINTED = "Done. What comes of it is in your chat with Guildhall."

log = structlog.stdlib.get_logger(__name__)


class Invokes:
    def __init__(self, inbound: Inbound, delivered: Delivered, clock: Callable[[], datetime], views: Views) -> None:
        self._inbound = inbound
        self._delivered = delivered
        self._clock = clock
        self._views = views

    async def answer(self, activity: JsonObject) -> Json | None:
        """The body of the answer; None is an empty one, which closes a dialog."""
        name, person = text_at(activity, "name"), person_of(activity)
        if person is None:
            return None
        match name:
            case "adaptiveCard/action":
                return await _refusable(self._card(activity, person), message_response)
            case "task/fetch" | "task/submit":
                return await _refusable(self._dialog(activity, person), message_dialog)
            case "composeExtension/query":
                return await _refusable(self._search(activity, person), search_message)
            case "composeExtension/fetchTask" | "composeExtension/submitAction":
                return await _refusable(self._extension(activity, person), notice_dialog)
            case "message/fetchTask" | "message/submitAction":
                return await _refusable(self._judge(activity, person), notice_dialog)
            case _:
                log.info("an invoke that nothing answers", name=name[:100])
                return None

    async def _card(self, activity: JsonObject, person: Person) -> Json:
        """Action.Execute: what was pressed is done, and the card shows it at once."""
        action = object_at(activity, "value", "action")
        verb, data = text_at(action, "verb"), object_at(action, "data")
        if verb == REFRESH:
            return await self._shown(activity, person, refreshed(data)) or message_response(GONE)
        content = submitted(data) if verb == FORM else pressed(data, verb)
        try:
            reply = await self._ask(activity, person, content, text_at(activity, "id"))
        except FormRejected as rejected:
            if rejected.form is None or not isinstance(content, Submitted):
                raise
            again = form_card(
                worded(rejected.form, wording(data)),
                content.nonce,
                values=content.values,
                problems=rejected.problems,
                in_card=True,
            )
            return card_response(again)
        if reply.form is not None:
            return card_response(form_card(reply.form, reply.nonce, in_card=True))
        key = (content.message or "") if isinstance(content, Pressed) else ""
        return await self._shown(activity, person, key) or message_response(DONE)

    async def _shown(self, activity: JsonObject, person: Person, key: str) -> Json | None:
        """The newest version of the card that was used, as this person may see it."""
        place, message_id = place_of(activity), text_at(activity, "replyToId")[:ID_LIMIT]
        found = await asyncio.to_thread(self._latest, place, key, message_id)
        if found is None:
            return None
        key, message, nonce = found
        view = await self._views.of(place, message, key, nonce, viewer=direct_of(person))
        return card_response(render_card(message, view))

    async def _dialog(self, activity: JsonObject, person: Person) -> Json | None:
        """A dialog is opened by a button, sent as a form."""
        data = object_at(activity, "value", "data")
        return await self._in_dialog(activity, person, _sent(data), text_at(activity, "id"), said=wording(data))

    async def _in_dialog(
        self, activity: JsonObject, person: Person, content: Content, *parts: str, said: str = ""
    ) -> Json | None:
        """`said` is the wording of the form that is sent."""
        try:
            reply = await self._ask(activity, person, content, *parts)
        except FormRejected as rejected:
            if rejected.form is None or not isinstance(content, Submitted):
                raise
            form = worded(rejected.form, said)
            return form_dialog(form, content.nonce, values=content.values, problems=rejected.problems)
        if reply.form is not None:
            return form_dialog(reply.form, reply.nonce)
        return message_dialog(DONE) if text_at(activity, "name") == "task/fetch" else None

    async def _search(self, activity: JsonObject, person: Person) -> Json:
        parameters = objects_at(activity, "value", "parameters")
        is_first = any(text_at(each, "name") == "initialRun" for each in parameters)
        words = "" if is_first else next((text_at(each, "value") for each in parameters), "")
        searched = Searched(tidy(words)[:TEXT_LIMIT])
        reply = await self._ask(activity, person, searched, uuid4().hex)
        return search_response(reply.found) if reply.found else search_message(NOTHING_FOUND)

    async def _extension(self, activity: JsonObject, person: Person) -> Json | None:
        """An action chosen from a message's menu, or the form that it opened."""
        value = object_at(activity, "value")
        if OURS in object_at(value, "data"):
            return await self._dialog(activity, person) or notice_dialog(POINTED)
        pointed = _pointed(value)
        if not pointed.text and not pointed.files:
            raise UserFacingError(NO_WORDS)
        delivery = text_at(value, "requestId") or text_at(activity, "id")
        shown = await self._in_dialog(activity, person, pointed, pointed.action, pointed.url, delivery)
        return shown or notice_dialog(POINTED)

    async def _judge(self, activity: JsonObject, person: Person) -> Json | None:
        """A thumb below one of our messages (`message/fetchTask`), or what was said in the dialog that it opened."""
        value = object_at(activity, "value")
        acted = object_at(value, "actionValue") or object_at(value, "data", "actionValue")
        sent = _feedback(acted) or object_at(value, "data")
        if OURS in sent:
            return await self._in_dialog(activity, person, _sent(sent), text_at(activity, "id"), said=wording(sent))
        place, message_id = place_of(activity), text_at(activity, "replyToId")[:ID_LIMIT]
        press = await asyncio.to_thread(self._thumb, place, message_id, text_at(acted, "reaction"))
        shown = await self._in_dialog(activity, person, press, text_at(activity, "id"))
        return shown or (notice_dialog(JUDGED) if text_at(activity, "name") == "message/fetchTask" else None)

    def _thumb(self, place: Place, message_id: str, reaction: str) -> Pressed:
        """The button that the thumb stands for."""
        found = self._latest(place, "", message_id)
        if found is None:
            raise UserFacingError(GONE)
        key, message, nonce = found
        judge = next((block for block in message.blocks if isinstance(block, Judge)), None)
        if judge is None or reaction not in ("like", "dislike"):
            raise UserFacingError(JUDGED_BEFORE)
        button = judge.helpful if reaction == "like" else judge.unhelpful
        return Pressed(button.action, button.value, nonce, key)

    def _latest(self, place: Place, key: str, message_id: str) -> tuple[str, Message, str] | None:
        """By the key, or else by Teams' id: key, message and nonce. Of a post that begins a thread Teams says that it
        stands in there."""
        posted = replace(place, thread=None) if place.thread == message_id else place
        known = key or self._delivered.key_of(posted, message_id)
        found = self._delivered.latest(posted, known) if known else None
        return (known, *found) if known and found else None

    async def _ask(self, activity: JsonObject, person: Person, content: Content, *parts: str) -> Reply:
        turn = turn_of(activity, person, content, self._clock(), *parts)
        if isinstance(content, Pointed):  # a message extension is used where we may not be a member and cannot post
            turn = replace(turn, place=Place(PLATFORM, turn.direct))
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._inbound.answer(turn)
        except TimeoutError as error:
            raise UserFacingError(SLOW) from error


async def _refusable(answering: Awaitable[Json | None], say: Callable[[str], Json]) -> Json | None:
    try:
        return await answering
    except NotOurs:
        return say(UNKNOWN)
    except UserFacingError as error:
        return say(str(error))


def _sent(data: JsonObject) -> Pressed | Submitted:
    return submitted(data) if is_form(data) else pressed(data)


def _pointed(value: JsonObject) -> Pointed:
    message = object_at(value, "messagePayload")
    content = text_at(message, "body", "content")
    text = tidy(content) if text_at(message, "body", "contentType") == "text" else html_text(content)
    author = text_at(message, "from", "user", "displayName") or text_at(message, "from", "application", "displayName")
    url = text_at(message, "linkToMessage")
    return Pointed(
        text_at(value, "commandId")[:ID_LIMIT],
        text[:TEXT_LIMIT],
        tidy(author)[:NAME_LIMIT],
        url if url.startswith("https://") and len(url) <= 2_000 else "",
        files_of(message),
    )


def _feedback(acted: JsonObject) -> JsonObject:
    """What a dialog of ours sent: an object, or one written out as text."""
    feedback = acted.get("feedback")
    if isinstance(feedback, str):
        try:
            feedback = json.loads(feedback)
        except (ValueError, RecursionError):
            return {}
    return feedback if isinstance(feedback, dict) else {}
