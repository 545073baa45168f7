"""Teams itself rather than its Playground: signed requests, text with citations, thumbs, suggestions, dialogs."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.teams import connector as connector_module
from bot.platforms.teams.connector import is_service_url
from bot.platforms.teams.invokes import GONE
from bot.platforms.teams.settings import CLOUDS, Cloud
from tests.drivers.driver import PATIENCE, Control, OpenForm, Outcome, Shown, Someone, Spot, Values
from tests.drivers.teams import TeamsDriver, dialog, thread_of
from tests.fake_teams import TENANT, FakeTeams
from tests.fake_teams.connector import CLIENT_KEY
from tests.teams_requests import APP, ISSUER
from tests.token_issuer import TokenIssuer

SETTINGS: Mapping[str, object] = {
    "teams_playground": False,
    "MicrosoftAppId": APP,
    "MicrosoftAppPassword": CLIENT_KEY,
    "MicrosoftAppTenantId": TENANT,
}
THUMBS = {"Helpful": "like", "Not helpful": "dislike"}


@contextmanager
def this_cloud(service_url: str, metadata_url: str) -> Iterator[None]:
    """Microsoft's cloud is on this machine: its keys, its tokens, and one service address of it."""

    def is_ours(url: str, *, on_loopback: bool = False) -> bool:
        return url == service_url or is_service_url(url, on_loopback=on_loopback)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CLOUDS, "public", Cloud(ISSUER, metadata_url, service_url))
        patch.setattr(connector_module, "is_service_url", is_ours)
        yield


class NativeTeamsDriver(TeamsDriver):
    def __init__(self, teams: FakeTeams, address: str, issuer: TokenIssuer) -> None:
        super().__init__(teams, address)
        self._issuer = issuer

    def headers(self) -> dict[str, str]:
        claims = {"iss": ISSUER, "aud": APP, "serviceurl": self.teams.url}
        return {"Authorization": f"Bearer {self._issuer.token(claims, at=datetime.now(UTC) - timedelta(minutes=1))}"}

    def controls(self, activity: Mapping[str, object]) -> Iterator[Control]:
        """Thumbs below the message, its buttons, and what is suggested above the box to write in."""
        if activity.get("channelData") == {"feedbackLoop": {"type": "custom"}}:
            yield from (Control(label, {"type": "thumb", "reaction": each}) for label, each in THUMBS.items())
        yield from super().controls(activity)
        suggested = activity.get("suggestedActions", {})
        assert isinstance(suggested, dict)
        for action in suggested.get("actions", []):
            assert action["type"] == "imBack"
            yield Control(action["title"], action)

    async def press(self, who: Someone, shown: Shown, label: str) -> Outcome:
        control = next(each for each in shown.controls if each.label == label)
        if control.wire["type"] == "imBack":
            await self.say(who, shown.spot, str(control.wire["value"]), mention=shown.spot.is_shared)
            return Outcome()
        if control.wire["type"] != "thumb":
            return await super().press(who, shown, label)
        reaction = control.wire["reaction"]
        asked = {"value.data.actionValue.reaction": reaction, "replyToId": shown.id}
        answered = dialog(await self.invoke(who, thread_of(shown), "thumb", asked))
        end = time.monotonic() + PATIENCE
        while answered.notice == GONE and time.monotonic() < end:  # a program presses before its id is kept
            await asyncio.sleep(0.05)
            answered = dialog(await self.invoke(who, thread_of(shown), "thumb", asked))
        return _of_thumb(answered, str(reaction), shown.id)

    async def submit(self, who: Someone, spot: Spot, form: OpenForm, values: Values) -> Outcome:
        if "reaction" not in form.wire:
            return await super().submit(who, spot, form, values)
        data = form.wire["data"]
        assert isinstance(data, Mapping)
        reaction, message_id = str(form.wire["reaction"]), str(form.wire["message"])
        given = {"reaction": reaction, "feedback": json.dumps({**data, **values})}
        sent = {f"value.actionValue.{name}": value for name, value in given.items()}
        answered = dialog(await self.invoke(who, spot, "thumb_submit", {**sent, "replyToId": message_id}))
        return _of_thumb(answered, reaction, message_id)


def _of_thumb(answered: Outcome, reaction: str, message_id: str) -> Outcome:
    form = answered.form
    if form is None:
        return answered
    wire = {**form.wire, "reaction": reaction, "message": message_id}
    return Outcome(OpenForm(form.title, form.fields, wire, form.problems), answered.notice)
