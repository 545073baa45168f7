"""Slack: signed requests to the one endpoint, and what then stands in the fake Slack."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from itertools import count

from tests.drivers.driver import Control, Driver, JsonObject, OpenForm, Outcome, Remark, Shown, Someone, Spot, Values
from tests.fake_slack import BOT_USER, TEAM, Channel, FakeSlack, Sender, User

FIELD_KINDS = {
    "plain_text_input": lambda value: {"value": value},
    "datepicker": lambda value: {"selected_date": value or None},
    "static_select": lambda value: {"selected_option": _option(value)},
    "radio_buttons": lambda value: {"selected_option": _option(value)},
    "multi_static_select": lambda value: {"selected_options": [_option(each) for each in value]},
    "checkboxes": lambda value: {"selected_options": [_option(each) for each in value]},
}


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
        words = f"<@{BOT_USER}> {text}" if mention else text
        message: dict[str, object] = {"type": "message", "user": _user(who), "text": words, "ts": ts, "team": TEAM}
        if spot.thread:
            message["thread_ts"] = spot.thread
        self.slack.channels[spot.channel].messages.append(dict(message))
        event = {**message, "channel": spot.channel, "event_ts": ts, "client_msg_id": f"client-{ts}",
                 "channel_type": "channel" if spot.is_shared else "im"}  # fmt: skip
        remark = Remark(who, Spot(spot.channel, spot.is_shared, spot.thread or ts), f"{spot.channel}:{ts}", text, event)
        await self._event(event, f"Ev{ts}")
        if mention:  # Slack tells of a mention twice, under two ids
            await self._event({**event, "type": "app_mention"}, f"EvMention{ts}")
        return remark

    async def resend(self, remark: Remark, *, renumbered: bool) -> None:
        ts = str(remark.sent["ts"])
        await self._event(dict(remark.sent), f"Ev{ts}-again" if renumbered else f"Ev{ts}", retry=1)

    async def edit(self, remark: Remark, text: str) -> None:
        edited = {"user": _user(remark.who), "ts": self.slack.next_ts()}
        message = {**self._message(remark), "text": text, "edited": edited}
        await self._changed(remark, {"subtype": "message_changed", "message": message})

    async def delete(self, remark: Remark) -> None:
        await self._changed(remark, {"subtype": "message_deleted", "deleted_ts": remark.sent["ts"]})

    async def command(self, who: Someone, spot: Spot, text: str) -> Outcome:
        answered = await self.sender.command(text, user=_user(who), channel=spot.channel)
        assert answered.status == 200, answered
        return Outcome(notice=str(answered.json().get("text", "")) if answered.text else "")

    async def press(self, who: Someone, shown: Shown, label: str) -> Outcome:
        control = next(each for each in shown.controls if each.label == label)
        opened = len(self.slack.opened_views)
        action = {**control.wire, "action_ts": self.slack.next_ts(), "block_id": "b"}
        payload: dict[str, object] = {"type": "block_actions", "user": self._who(who), "actions": [action]}
        if isinstance(shown.raw, dict) and shown.raw.get("type") == "home":
            payload["view"] = {**shown.raw, "app_installed_team_id": TEAM}
            payload["container"] = {"type": "view", "view_id": shown.raw["id"]}
        else:
            message = self._find(shown)
            payload["channel"] = {"id": shown.spot.channel, "name": "a-channel"}
            payload["message"] = message
            payload["container"] = {"type": "message", "message_ts": message["ts"], "channel_id": shown.spot.channel}
        answered = await self.sender.interaction(payload)
        assert answered.status == 200, answered
        return await self._opened(opened, self.patience)

    async def submit(self, who: Someone, spot: Spot, form: OpenForm, values: Values) -> Outcome:
        view = next(each for each in self.slack.opened_views if each["id"] == form.wire["id"])
        state = {name: {"value": _filled(kind, values.get(name))} for name, kind in _inputs(view).items()}
        sent = {**view, "state": {"values": state}, "app_installed_team_id": TEAM}
        payload: dict[str, object] = {"type": "view_submission", "user": self._who(who), "view": sent}
        answered = await self.sender.interaction(payload)
        assert answered.status == 200, answered
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
        return Outcome(notice=" ".join(_words(updated)))

    async def point(self, who: Someone, spot: Spot, action: str, text: str) -> Outcome:
        opened = len(self.slack.opened_views)
        ts = self.slack.next_ts()
        message = {"type": "message", "text": text, "user": "U0OTHER", "ts": ts, "team": TEAM}
        answered = await self.sender.interaction(
            {
                "type": "message_action",
                "user": self._who(who),
                "channel": {"id": spot.channel, "name": "a-channel"},
                "callback_id": action,
                "message_ts": ts,
                "message": message,
            }
        )
        assert answered.status == 200, answered
        return await self._opened(opened, self.patience)

    async def begin_chat(self, who: Someone) -> Spot:
        spot = Spot(self.slack.direct_channel(_user(who)).id, thread=self.slack.next_ts())
        self.slack.channels[spot.channel].messages.append({"type": "message", "user": _user(who), "ts": spot.thread})
        thread = {"user_id": _user(who), "channel_id": spot.channel, "thread_ts": spot.thread, "context": {}}
        event: dict[str, object] = {"type": "assistant_thread_started", "assistant_thread": thread}
        await self._event({**event, "event_ts": spot.thread}, f"EvChat{spot.thread}")
        return spot

    async def bring_in(self, who: Someone) -> Spot:
        spot, ts = await self.channel(who), self.slack.next_ts()
        joined = {"type": "message", "subtype": "channel_join", "user": BOT_USER, "inviter": _user(who), "ts": ts}
        text = f"<@{BOT_USER}> has joined the channel"
        event = {**joined, "text": text, "channel": spot.channel, "channel_type": "channel", "event_ts": ts}
        await self._event(event, f"EvJoined{ts}")
        return spot

    async def home(self, who: Someone) -> Shown:
        user = _user(who)
        await self._event(
            {
                "type": "app_home_opened",
                "user": user,
                "channel": self.slack.direct_channel(user).id,
                "tab": "home",
                "event_ts": self.slack.next_ts(),
            },
            f"EvHome{next(self._numbers)}",
        )
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

    async def _event(self, event: dict[str, object], event_id: str, retry: int = 0) -> None:
        answered = await self.sender.event(event, event_id, retry)
        assert answered.status == 200, answered

    async def _changed(self, remark: Remark, change: dict[str, object]) -> None:
        ts = self.slack.next_ts()
        event = {"type": "message", "hidden": True, "channel": remark.spot.channel, "ts": ts, "event_ts": ts,
                 "channel_type": remark.sent["channel_type"], "previous_message": self._message(remark)}  # fmt: skip
        await self._event(event | change, f"Ev{ts}")

    def _message(self, remark: Remark) -> dict[str, object]:
        left_out = ("channel", "channel_type", "event_ts")
        return {name: value for name, value in remark.sent.items() if name not in left_out}

    def _find(self, shown: Shown) -> dict[str, object]:
        return next(each for each in self.slack.messages(shown.spot.channel) if each["ts"] == shown.id)

    def _who(self, who: Someone) -> dict[str, object]:
        return {"id": _user(who), "username": who.name.lower(), "name": who.name.lower(), "team_id": TEAM}

    async def _opened(self, before: int, patience: float) -> Outcome:
        """The view that opened, if one did. A press without one changes the message instead."""
        end = time.monotonic() + patience
        while len(self.slack.opened_views) == before:
            if time.monotonic() > end:
                return Outcome()
            await _moment()
        view = self.slack.opened_views[-1]
        if view.get("submit"):
            return Outcome(OpenForm(" ".join(_words(view["title"])), tuple(_inputs(view)), {"id": view["id"]}))
        return Outcome(notice=" ".join(_words(view)))


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
