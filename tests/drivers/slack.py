"""Slack: recorded payloads in signed requests to the one endpoint, and what then stands in the fake Slack."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from itertools import count

from tests.drivers.driver import Control, Driver, JsonObject, OpenForm, Outcome, Remark, Shown, Someone, Spot, Values
from tests.fake_slack import BOT_USER, TEAM, Channel, FakeSlack, Sender, User
from tests.fake_slack.block_kit import problem_of_view
from tests.fake_slack.sender import Answered
from tests.recorded import fill, recorded
from tests.slack_requests import BOT, CHANNEL, DIRECT, USER, body_of
from tests.slack_requests import TEAM as RECORDED_TEAM

FIELD_KINDS = {
    "plain_text_input": lambda value: {"value": value},
    "datepicker": lambda value: {"selected_date": value or None},
    "static_select": lambda value: {"selected_option": _option(value)},
    "radio_buttons": lambda value: {"selected_option": _option(value)},
    "multi_static_select": lambda value: {"selected_options": [_option(each) for each in value]},
    "checkboxes": lambda value: {"selected_options": [_option(each) for each in value]},
}
STANDING = ("type", "user", "text", "ts", "team", "client_msg_id")

MARKUP = re.compile(r"<[!@#][^>]*>|<https?:[^>]*>|!\[")


class SlackDriver(Driver):
    name = "slack"
    lacks: Mapping[str, str] = {"search": "Slack has no search from the message box: the command library does it."}

    def __init__(self, slack: FakeSlack, address: str, *, patience: float = 0.5) -> None:
        """`patience` in seconds, for a view that may open."""
        self.patience = patience
        self.answers: list[dict[str, object]] = []
        self.slack = slack
        self.sender = Sender(f"{address}/slack/events")
        self._numbers = count(1)

    async def person(self, name: str, email: str = "") -> Someone:
        user = f"U{next(self._numbers):05d}"
        self.slack.add_user(User(user, name, email or f"{user.lower()}@slack.example"))
        return Someone(name, f"slack:{TEAM}:{user}")

    async def channel(self, *people: Someone) -> Spot:
        channel = f"C{next(self._numbers):05d}"
        self.slack.add_channel(Channel(channel, f"channel-{channel.lower()}"))
        return Spot(channel, is_shared=True)

    async def direct(self, who: Someone) -> Spot:
        return Spot(self.slack.direct_channel(_user(who)).id)

    async def say(self, who: Someone, spot: Spot, text: str, *, mention: bool = False) -> Remark:
        ts = self.slack.next_ts()
        values = {
            "event.text": f"<@{BOT_USER}> {text}" if mention else text,
            "event.ts": ts,
            "event.event_ts": ts,
            **({"event.thread_ts": spot.thread} if spot.thread else {}),
        }
        kind = "message_channel" if spot.is_shared else "message_im"
        name = f"{kind}_thread" if spot.thread else f"{kind}_mention" if mention else kind
        client = {"event.client_msg_id": f"client-{ts}", "event_id": f"Ev{ts}"}
        sent = self._recorded(name, who, spot.channel, values | client)
        there = Spot(spot.channel, spot.is_shared, spot.thread or ts)
        remark = Remark(who, there, f"{spot.channel}:{ts}", text, sent)
        self.slack.channels[spot.channel].messages.append(_message(remark))
        await self._send(sent)
        if mention:  # Slack tells of a mention twice, under two ids
            name, again = "app_mention_thread" if spot.thread else "app_mention", {"event_id": f"EvMention{ts}"}
            await self._send(self._recorded(name, who, spot.channel, values | again))
        return remark

    async def resend(self, remark: Remark, *, renumbered: bool) -> None:
        again = {"event_id": f"{remark.sent['event_id']}-again"} if renumbered else {}
        await self._send({**remark.sent, **again}, {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})

    async def edit(self, remark: Remark, text: str) -> None:
        message = {f"event.message.{name}": value for name, value in {**_message(remark), "text": text}.items()}
        await self._changed("message_changed", remark, {**message, "event.message.edited.ts": self.slack.next_ts()})

    async def delete(self, remark: Remark) -> None:
        await self._changed("message_deleted", remark, {"event.deleted_ts": _message(remark)["ts"]})

    async def command(self, who: Someone, spot: Spot, text: str) -> Outcome:
        values = {"text": text, "trigger_id": self._trigger()}
        answered = await self._send(self._recorded("slash_command", who, spot.channel, values))
        return Outcome(notice=str(answered.json().get("text", "")) if answered.text else "")

    async def press(self, who: Someone, shown: Shown, label: str) -> Outcome:
        control = next(each for each in shown.controls if each.label == label)
        opened = len(self.slack.opened_views)
        values: dict[str, object] = {f"actions.0.{name}": value for name, value in control.wire.items()}
        values |= {"actions.0.action_ts": self.slack.next_ts(), "trigger_id": self._trigger()}
        name = "block_actions_feedback" if control.wire["type"] == "feedback_buttons" else "block_actions_message"
        if isinstance(shown.raw, dict) and shown.raw.get("type") == "home":
            name = "block_actions_home"
            values |= {"view.id": shown.raw["id"], "view.blocks": shown.raw["blocks"], "container.view_id": shown.id}
        else:
            message = self._find(shown)
            ts, thread = message["ts"], message.get("thread_ts", message["ts"])
            values |= {"message": message, "container.message_ts": ts, "container.thread_ts": thread}
        await self._send(self._recorded(name, who, shown.spot.channel, values))
        return await self._opened(opened, self.patience)

    async def submit(self, who: Someone, spot: Spot, form: OpenForm, values: Values) -> Outcome:
        view = next(each for each in self.slack.opened_views if each["id"] == form.wire["id"])
        state = {name: {"value": _filled(kind, values.get(name))} for name, kind in _inputs(view).items()}
        values = {f"view.{name}": view[name] for name in ("id", "callback_id", "private_metadata", "blocks", "title")}
        values |= {"view.state.values": state, "trigger_id": self._trigger()}
        answered = await self._send(self._recorded("view_submission", who, spot.channel, values))
        if not answered.text:
            return Outcome()
        said = answered.json()
        self.answers.append(said)
        if said["response_action"] == "errors":
            problems = said["errors"]
            assert isinstance(problems, dict)
            assert set(problems) <= set(form.fields)
            return Outcome(OpenForm(form.title, form.fields, form.wire, problems))
        updated = said["view"]
        assert isinstance(updated, dict) and problem_of_view(updated, "modal") == ""
        view.update(updated, hash=self.slack.next_ts())  # in the place of the one that was sent
        return _seen_in(view)

    async def point(self, who: Someone, spot: Spot, action: str, text: str) -> Outcome:
        opened = len(self.slack.opened_views)
        ts = self.slack.next_ts()
        message = {"message.text": text, "message.ts": ts, "message.thread_ts": ts, "message_ts": ts}
        values = {"callback_id": action, "trigger_id": self._trigger(), **message}
        await self._send(self._recorded("message_action", who, spot.channel, values))
        return await self._opened(opened, self.patience)

    async def react(self, who: Someone, shown: Shown, name: str, *, is_gone: bool = False) -> None:
        ts = self.slack.next_ts()
        item = {"event.item.ts": shown.id, "event.item_user": BOT_USER}
        values = {"event.reaction": name, "event.event_ts": ts, "event_id": f"EvReaction{ts}", **item}
        recorded_as = "reaction_removed" if is_gone else "reaction_added"
        await self._send(self._recorded(recorded_as, who, shown.spot.channel, values))

    async def begin_chat(self, who: Someone) -> Spot:
        spot = Spot(self.slack.direct_channel(_user(who)).id, thread=self.slack.next_ts())
        self.slack.channels[spot.channel].messages.append({"type": "message", "user": _user(who), "ts": spot.thread})
        values = {
            "event.assistant_thread.thread_ts": spot.thread,
            "event.event_ts": spot.thread,
            "event_id": f"EvChat{spot.thread}",
        }
        await self._send(self._recorded("assistant_thread_started", who, spot.channel, values))
        return spot

    async def bring_in(self, who: Someone) -> Spot:
        spot, ts = await self.channel(who), self.slack.next_ts()
        values = {"event.ts": ts, "event.event_ts": ts, "event_id": f"EvJoined{ts}"}
        await self._send(self._recorded("message_invited", who, spot.channel, values))
        return spot

    async def home(self, who: Someone) -> Shown:
        user = _user(who)
        channel = self.slack.direct_channel(user).id
        self.slack.homes.pop(user, None)  # what they saw the last time
        values = {"event.event_ts": self.slack.next_ts(), "event_id": f"EvHome{next(self._numbers)}"}
        await self._send(self._recorded("app_home_opened_home", who, channel, values))
        end = time.monotonic() + 10
        while user not in self.slack.homes:
            assert time.monotonic() < end, "no home was published"
            await _moment()
        view = self.slack.homes[user]
        return _shown(view, str(view["id"]), Spot(self.slack.direct_channel(user).id))

    async def messages(self, spot: Spot) -> list[Shown]:
        standing = self.slack.messages(spot.channel)
        return [
            _shown(each, str(each["ts"]), Spot(spot.channel, spot.is_shared, str(each.get("thread_ts") or "")))
            for each in standing
            if each.get("user") == BOT_USER and spot.thread in ("", each["ts"], each.get("thread_ts"))
        ]

    def _recorded(self, name: str, who: Someone, channel: str, values: JsonObject) -> dict[str, object]:
        """One of tests/payloads, about this workspace, this person and this channel."""
        names = {RECORDED_TEAM: TEAM, BOT: BOT_USER, USER: _user(who), CHANNEL: channel, DIRECT: channel}
        return fill(recorded("slack", name, names), values)

    async def _send(self, payload: JsonObject, more: Mapping[str, str] | None = None) -> Answered:
        body, content_type = body_of(payload)
        answered = await self.sender.post(body.encode(), content_type, more)
        assert answered.status == 200, answered
        return answered

    async def _changed(self, name: str, remark: Remark, change: JsonObject) -> None:
        ts = self.slack.next_ts()
        before = {f"event.previous_message.{name}": value for name, value in _message(remark).items()}
        values = {"event.ts": ts, "event.event_ts": ts, "event_id": f"Ev{ts}"}
        await self._send(self._recorded(name, remark.who, remark.spot.channel, values | before | change))

    def _trigger(self) -> str:
        return f"trigger.{next(self._numbers)}"

    def _find(self, shown: Shown) -> dict[str, object]:
        return next(each for each in self.slack.messages(shown.spot.channel) if each["ts"] == shown.id)

    async def _opened(self, before: int, patience: float) -> Outcome:
        """The view that opened, if one did. A press without one changes the message instead."""
        end = time.monotonic() + patience
        while len(self.slack.opened_views) == before:
            if time.monotonic() > end:
                return Outcome()
            await _moment()
        return _seen_in(self.slack.opened_views[-1])


def _seen_in(view: dict[str, object]) -> Outcome:
    """A form, or words."""
    if view.get("submit"):
        return Outcome(OpenForm(" ".join(_words(view["title"])), tuple(_inputs(view)), {"id": view["id"]}))
    return Outcome(notice=" ".join(_words(view)))


def _message(remark: Remark) -> dict[str, object]:
    """As it stands in the channel."""
    event = remark.sent["event"]
    assert isinstance(event, dict)
    return {name: event[name] for name in STANDING if name in event}


def _user(who: Someone) -> str:
    return who.id.rpartition(":")[2]


async def _moment() -> None:
    await asyncio.sleep(0.02)


def _shown(drawn: JsonObject, message_id: str, spot: Spot) -> Shown:
    blocks = drawn.get("blocks") or drawn.get("text") or ""
    words = list(_words(blocks))
    text = " ".join(words)
    links = tuple(str(each["url"]) for each in _elements(blocks) if "url" in each and each.get("type") != "image")
    return Shown(
        message_id,
        spot,
        text,
        str(drawn.get("text") or ""),
        tuple(_controls(blocks)),
        links,
        tuple(_alive(drawn)),
        drawn,
    )


def _alive(message: JsonObject) -> Iterator[str]:
    """Elements that call somebody or load something; markup where Slack reads it."""
    for each in _elements(message):
        if each.get("type") in ("broadcast", "user", "usergroup", "channel", "image", "video"):
            yield str(each)
        if isinstance(each.get("text"), str) and each.get("type") in ("mrkdwn", "markdown", "message"):
            yield from MARKUP.findall(str(each["text"]))


def _elements(drawn: object) -> Iterator[dict[str, object]]:
    """Every object in it."""
    if isinstance(drawn, dict):
        yield drawn
        for value in drawn.values():
            yield from _elements(value)
    elif isinstance(drawn, list):
        for value in drawn:
            yield from _elements(value)


def _words(drawn: object) -> Iterator[str]:
    if isinstance(drawn, str):
        yield drawn
    for each in _elements(drawn):
        for name in ("text", "title"):
            if isinstance(each.get(name), str):
                yield str(each[name])


def _controls(drawn: object) -> Iterator[Control]:
    for each in _elements(drawn):
        if each.get("type") == "button" and "value" in each:
            label = " ".join(_words(each["text"]))
            yield Control(label, {"type": "button", "action_id": each["action_id"], "value": each["value"]})
        if each.get("type") == "feedback_buttons":
            for name in ("positive_button", "negative_button"):
                opinion = each[name]
                assert isinstance(opinion, dict)
                wire = {"type": "feedback_buttons", "action_id": each["action_id"], "value": opinion["value"]}
                yield Control(" ".join(_words(opinion["text"])), wire)


def _inputs(view: JsonObject) -> dict[str, str]:
    """The fields of a view with the kinds of their inputs."""
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    return {each["block_id"]: each["element"]["type"] for each in blocks if each["type"] == "input"}


def _filled(kind: str, value: str | tuple[str, ...] | None) -> dict[str, object]:
    given = value if value is not None else () if kind in ("multi_static_select", "checkboxes") else ""
    return {"type": kind, **FIELD_KINDS[kind](given)}


def _option(value: str) -> dict[str, object] | None:
    return {"text": {"type": "plain_text", "text": "an option"}, "value": f"={value}"} if value else None
