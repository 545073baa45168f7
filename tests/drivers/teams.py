"""Teams: recorded activities to the one endpoint, and what then stands at the fake Bot Connector."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import count

from aiohttp import ClientSession

from bot.platforms.teams.messenger import TeamsMessenger
from bot.platforms.teams.pace import WINDOWS, Pace
from bot.relay import Outlet
from tests.drivers.driver import Control, Driver, OpenForm, Outcome, Remark, Shown, Someone, Spot, Values
from tests.fake_teams import BOT, TENANT, FakeTeams, Member
from tests.recorded import fill, recorded
from tests.teams_requests import APP, CHANNEL, MEGAN, SERVICE
from tests.teams_requests import TENANT as RECORDED_TENANT

MARKUP = re.compile(r"</?[a-z][^>]*>|!\[[^\]]*\]\(", re.IGNORECASE)
US = {"id": BOT, "name": "Guildhall"}
INPUTS = ("Input.Text", "Input.ChoiceSet", "Input.Date", "Input.Toggle")


def at_any_pace(outlet: Outlet) -> Outlet:
    """How fast the platforms let us be is the relay's own tests' affair, and Teams'."""
    if isinstance(outlet.messenger, TeamsMessenger):
        outlet.messenger.pace = Pace(lambda: datetime.now(UTC), WINDOWS[-1:])
    return replace(outlet, pace=timedelta(0))


class TeamsDriver(Driver):
    name = "teams"
    lacks: Mapping[str, str] = {"home": "In Teams the personal tab is the web page, which has all of it."}

    def __init__(self, teams: FakeTeams, address: str) -> None:
        self.teams = teams
        self.url = f"{address}/api/messages"
        self._numbers = count(1)
        self.answers: list[dict[str, object]] = []

    async def person(self, name: str, email: str = "") -> Someone:
        object_id = f"00000000-0000-0000-0000-{next(self._numbers):012d}"
        email = email or f"{object_id}@teams.example"
        member = Member(f"29:{object_id}", object_id, name, email)
        self.teams.people.append(member)
        self.teams.chat(f"a:{object_id}", "personal", member)
        return Someone(name, f"teams:{TENANT}:{object_id}")

    async def channel(self, *people: Someone) -> Spot:
        channel = f"19:channel-{next(self._numbers)}@thread.tacv2"
        known = {f"teams:{TENANT}:{each.object_id}": each for each in self.teams.people}
        self.teams.chat(channel, "channel", *(known[who.id] for who in people))
        return Spot(channel, is_shared=True)

    async def direct(self, who: Someone) -> Spot:
        return Spot(f"a:{_object_id(who)}")

    async def say(self, who: Someone, spot: Spot, text: str, *, mention: bool = False) -> Remark:
        message_id = self._next_id()
        shared = spot.is_shared
        there = Spot(spot.channel, shared, spot.thread or message_id) if shared else spot
        name = "message_channel_mention" if mention else "message_channel_overheard" if shared else "message_personal"
        words = f"<at>Guildhall</at> {text}" if mention else text
        activity = self._recorded(name, who, there, {"id": message_id, "text": words})
        if not shared:
            fill(activity, {"attachments.0.content": f"<p>{escape(text)}</p>"})
        client = {"clientActivityID": f"client-{message_id}"}  # some clients name theirs
        activity["channelData"] = _object(activity["channelData"]) | client
        await self._send(activity)
        return Remark(who, there, message_id, text, activity)

    async def resend(self, remark: Remark, *, renumbered: bool) -> None:
        again = {"id": self._next_id(), "timestamp": _now()} if renumbered else {}
        await self._send({**remark.sent, **again})

    async def edit(self, remark: Remark, text: str) -> None:
        words = str(remark.sent["text"]).replace(remark.text, text)
        values = {"id": remark.id, "text": words, "entities": remark.sent["entities"]}
        await self._send(self._recorded("message_update", remark.who, remark.spot, values))

    async def delete(self, remark: Remark) -> None:
        await self._send(self._recorded("message_delete", remark.who, remark.spot, {"id": remark.id}))

    async def command(self, who: Someone, spot: Spot, text: str) -> Outcome:
        await self.say(who, spot, text, mention=spot.is_shared)
        return Outcome()

    async def press(self, who: Someone, shown: Shown, label: str) -> Outcome:
        control = next(each for each in shown.controls if each.label == label)
        spot = thread_of(shown)
        if control.wire["type"] == "Action.Submit":
            asked = {"value.data": control.wire["data"], "replyToId": shown.id}
            return dialog(await self.invoke(who, spot, "task_fetch", asked))
        action = {f"value.action.{name}": control.wire[name] for name in ("verb", "data")}
        return await self._execute(who, spot, action, shown.id)

    async def submit(self, who: Someone, spot: Spot, form: OpenForm, values: Values) -> Outcome:
        filled = {name: ",".join(value) if isinstance(value, tuple) else value for name, value in values.items()}
        data = {**_object(form.wire["data"]), **filled}
        if "verb" not in form.wire:
            return dialog(await self.invoke(who, spot, str(form.wire["recorded"]), {"value.data": data}))
        action = {"value.action.verb": form.wire["verb"], "value.action.data": data}
        message_id = str(form.wire["message"])
        there = replace(spot, thread=spot.thread or message_id) if spot.is_shared else spot
        return await self._execute(who, there, action, message_id)

    async def point(self, who: Someone, spot: Spot, action: str, text: str) -> Outcome:
        message = {"id": self._next_id(), "body.content": f"<p>{escape(text)}</p>"}
        pointed = {f"value.messagePayload.{name}": value for name, value in message.items()}
        answered = dialog(await self.invoke(who, spot, "message_action", {"value.commandId": action, **pointed}))
        if answered.form is None:
            return answered
        wire = {**answered.form.wire, "recorded": "message_action_submit"}
        return Outcome(OpenForm(answered.form.title, answered.form.fields, wire))

    async def react(self, who: Someone, shown: Shown, name: str, *, is_gone: bool = False) -> None:
        """Somebody's next reaction to the same message takes the first one back by itself; here they have none yet."""
        told = {"reactionsRemoved" if is_gone else "reactionsAdded": [{"type": name}]}
        values = {"id": f"f:{self._next_id()}", "replyToId": shown.id}
        activity = self._recorded("message_reaction", who, thread_of(shown), values)
        await self._send({**activity, "reactionsAdded": [], "reactionsRemoved": [], **told})

    async def search(self, who: Someone, text: str) -> Sequence[str]:
        spot = await self.begin_chat(who)  # a message extension comes with the app, which greets whoever adds it
        answered = await self.invoke(who, spot, "search", {"value.parameters.0.value": text})
        found = _object(answered["composeExtension"]).get("attachments", [])
        assert isinstance(found, list)
        return [str(each["preview"]["content"]["title"]) for each in found]

    async def begin_chat(self, who: Someone) -> Spot:
        spot = await self.direct(who)
        await self._send(self._recorded("installed_personal", who, spot, {"id": self._next_id()}))
        return spot

    async def bring_in(self, who: Someone) -> Spot:
        spot = await self.channel(who)
        added = {"id": self._next_id(), "membersAdded": [US]}
        await self._send(self._recorded("members_added_personal", who, spot, added))
        await self._send(self._recorded("installed_personal", who, spot, {"id": self._next_id()}))
        return spot

    async def messages(self, spot: Spot) -> list[Shown]:
        chat = self.teams.chats[spot.channel]
        return [
            self._shown({**activity, "id": activity_id}, Spot(spot.channel, spot.is_shared, chat.threads[activity_id]))
            for activity_id, activity in chat.activities.items()
            if spot.thread in ("", chat.threads[activity_id])
        ]

    async def as_seen_by(self, who: Someone, shown: Shown) -> Shown:
        """A card that names this person is asked for theirs as soon as they look at it."""
        for card in _cards(shown.raw):
            refresh = _object(card.get("refresh", {}))
            listed = refresh.get("userIds", [])
            assert isinstance(listed, list)
            if f"29:{_object_id(who)}" in listed:
                asked = {"value.action": refresh["action"], "replyToId": shown.id}
                answer = await self.invoke(who, thread_of(shown), "refresh", asked)
                mine = {**_object(shown.raw), "id": shown.id, "attachments": [{"content": answer["value"]}]}
                return self._shown(mine, shown.spot)
        return shown

    def headers(self) -> dict[str, str]:
        """What says who sends a request; the Playground says nothing."""
        return {}

    def controls(self, activity: Mapping[str, object]) -> Iterator[Control]:
        return _controls(activity)

    def _shown(self, activity: Mapping[str, object], spot: Spot) -> Shown:
        text = " ".join(_words(activity))
        links = tuple(str(each["url"]) for each in _elements(activity) if "url" in each)
        return Shown(str(activity["id"]), spot, text, str(activity.get("summary") or activity.get("text") or ""),
                     tuple(self.controls(activity)), links, tuple(_alive(activity)), activity)  # fmt: skip

    async def _send(self, activity: Mapping[str, object]) -> None:
        async with (
            ClientSession() as session,
            session.post(self.url, json=dict(activity), headers=self.headers()) as response,
        ):
            assert response.status in (200, 201, 202), (response.status, await response.text())

    async def invoke(self, who: Someone, spot: Spot, name: str, values: Mapping[str, object]) -> dict[str, object]:
        activity = self._recorded(name, who, spot, {"id": self._next_id(), **values})
        async with (
            ClientSession() as session,
            session.post(self.url, json=activity, headers=self.headers()) as response,
        ):
            assert response.status == 200, (response.status, await response.text())
            answer = _object(await response.json()) if await response.text() else {}
        self.answers.append(answer)
        return answer

    async def _execute(self, who: Someone, spot: Spot, action: Mapping[str, object], message_id: str) -> Outcome:
        answer = await self.invoke(who, spot, "execute", {**action, "replyToId": message_id})
        return _card_answer(answer, message_id)

    def _recorded(self, name: str, who: Someone, spot: Spot, values: Mapping[str, object]) -> dict[str, object]:
        """One of tests/payloads, about this tenant, this person and this chat."""
        object_id = _object_id(who)
        names = {
            SERVICE: self.teams.url,
            RECORDED_TENANT: TENANT,
            MEGAN: object_id,
            CHANNEL: spot.channel,
            f"28:{APP}": BOT,
        }
        activity = recorded("teams", name, names)
        chat = recorded("teams", "message_channel_mention" if spot.is_shared else "message_personal", names)
        conversation = {**_object(chat["conversation"]), "id": _conversation(spot)}
        data = {**_object(activity["channelData"]), **_object(chat["channelData"])}
        where = {"conversation": conversation, "channelData": data}
        person = {"from.id": f"29:{object_id}", "timestamp": _now()}
        person |= {"from.name": who.name} if "name" in _object(activity["from"]) else {}
        return fill(activity, {**where, **person, **values})

    def _next_id(self) -> str:
        return f"17000000{next(self._numbers):05d}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _conversation(spot: Spot) -> str:
    return f"{spot.channel};messageid={spot.thread}" if spot.is_shared and spot.thread else spot.channel


def thread_of(shown: Shown) -> Spot:
    """Where Teams says that what was done with it happened: a post that begins a thread stands in there."""
    spot = shown.spot
    return replace(spot, thread=spot.thread or shown.id) if spot.is_shared else spot


def _object_id(who: Someone) -> str:
    return who.id.rpartition(":")[2]


def _object(value: object) -> dict[str, object]:
    assert isinstance(value, Mapping), value
    return dict(value)


def _cards(activity: object) -> Iterator[dict[str, object]]:
    return (each for each in _elements(activity) if each.get("type") == "AdaptiveCard")


def _alive(activity: Mapping[str, object]) -> Iterator[str]:
    for each in _elements(activity):
        if each.get("type") in ("mention", "Image", "ImageSet", "Media") or "backgroundImage" in each:
            yield str(each)
        for name in ("text", "title"):
            if isinstance(each.get(name), str):
                yield from MARKUP.findall(str(each[name]))


def _elements(drawn: object) -> Iterator[dict[str, object]]:
    """Every object that a client draws: not what stands in for actions that it knows."""
    if isinstance(drawn, Mapping):
        yield dict(drawn)
        for name, value in drawn.items():
            if name != "fallback":
                yield from _elements(value)
    elif isinstance(drawn, list):
        for value in drawn:
            yield from _elements(value)


def _words(drawn: object) -> Iterator[str]:
    for each in _elements(drawn):
        for name in ("text", "title", "name", "abstract", "value"):
            if isinstance(each.get(name), str):
                yield str(each[name])


def _controls(drawn: object) -> Iterator[Control]:
    for each in _elements(drawn):
        if each.get("type") == "Action.Execute" and "title" in each:
            yield Control(str(each["title"]), {"type": "Action.Execute", "verb": each["verb"], "data": each["data"]})
        elif each.get("type") == "Action.Submit" and _object(each["data"]).get("msteams") == {"type": "task/fetch"}:
            yield Control(str(each["title"]), {"type": "Action.Submit", "data": each["data"]})


def _card_answer(answer: dict[str, object], message_id: str) -> Outcome:
    """The answer to adaptiveCard/action: words, the card as it stands now, or a form in it."""
    if answer.get("type") != "application/vnd.microsoft.card.adaptive":
        return Outcome(notice=str(answer.get("value", "")))
    form = _form(answer["value"])
    if form is None:
        return Outcome()
    return Outcome(OpenForm(form.title, form.fields, {**form.wire, "message": message_id}, form.problems))


def dialog(answer: dict[str, object]) -> Outcome:
    """The answer to task/fetch and its like: a dialog, words, or nothing."""
    task = _object(answer.get("task", {}))
    if not task:
        return Outcome()
    if task["type"] == "message":
        return Outcome(notice=str(task["value"]))
    shown = _object(task["value"])
    card = _object(shown["card"])["content"]
    form = _form(card)
    if form is None:
        return Outcome(notice=" ".join(_words(card)))
    return Outcome(OpenForm(str(shown["title"]), form.fields, {**form.wire, "recorded": "task_submit"}, form.problems))


def _form(card: object) -> OpenForm | None:
    """A card with inputs. A problem is said in the colour of attention, below its field."""
    fields: list[str] = []
    problems: dict[str, str] = {}
    wire: dict[str, object] = {}
    title = ""
    for each in _elements(card):
        if each.get("type") in INPUTS:
            fields.append(str(each["id"]))
        elif each.get("color") == "Attention":
            problems[fields[-1] if fields else ""] = " ".join(_words(each))
        elif each.get("type") == "Action.Execute":
            wire = {"verb": each["verb"], "data": each["data"]}
        elif each.get("type") == "Action.Submit" and not wire:
            wire = {"data": each["data"]}
        elif each.get("type") == "TextBlock" and not title:
            title = str(each["text"])
    return OpenForm(title, tuple(fields), wire, problems) if fields else None
