"""The web page: a browser's requests, and the HTML that comes back."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from itertools import count

from aiohttp import ClientResponse, ClientSession, ClientTimeout, CookieJar
from bs4 import BeautifulSoup, Tag

from tests.drivers.driver import Control, Driver, OpenForm, Outcome, Remark, Shown, Someone, Spot, Values


class WebDriver(Driver):
    name = "web"
    lacks: Mapping[str, str] = {
        "channel": "The web page is for one person alone: there is nobody else in it.",
        "edit": "What was asked on the page stays as it was asked; a thread can be deleted as a whole.",
        "delete": "What was asked on the page stays as it was asked; a thread can be deleted as a whole.",
        "point": "There are no messages of others on the page whose menu could hold an action.",
        "react": "A message on the page takes no reactions: only its reader sees it.",
        "search": "The page has the library itself, with its search and filters.",
        "begin_chat": "An empty thread on the page greets by itself, with the same suggestions.",
        "bring_in": "The web page is for one person alone: there is nobody else in it.",
        "home": "The page has pages instead: what home shows stands there.",
    }

    def __init__(self, address: str) -> None:
        self.address = address
        self._sessions: dict[str, tuple[ClientSession, str]] = {}
        self._numbers = count(1)

    async def close(self) -> None:
        for session, _ in self._sessions.values():
            await session.close()

    async def person(self, name: str, email: str = "", *, as_it_is: bool = False) -> Someone:
        session = ClientSession(self.address, cookie_jar=CookieJar(unsafe=True))
        name = name if as_it_is else f"{name} {next(self._numbers)}"
        proof = await _proof(session, "/sign-in")
        form = {"proof": proof, "name": name, "next": "/"}
        async with session.post("/sign-in", data=form, headers={"Origin": self.address}) as response:
            assert response.status == 200, response.status
        someone = Someone(name, f"web:{name.lower().replace(' ', '-')}")
        if (before := self._sessions.get(someone.id)) is not None:
            await before[0].close()
        self._sessions[someone.id] = (session, await _proof(session, "/"))
        return someone

    async def direct(self, who: Someone) -> Spot:
        """A new thread."""
        return Spot(who.id, thread=f"thread-{next(self._numbers):08d}")

    async def say(self, who: Someone, spot: Spot, text: str, *, mention: bool = False) -> Remark:
        body = {"kind": "said", "key": f"key-{next(self._numbers):08d}", "text": text}
        response = await self._send(who, spot, body)
        assert response.status == 202, await response.text()
        return Remark(who, spot, str(body["key"]), text, body)

    async def resend(self, remark: Remark, *, renumbered: bool) -> None:
        """A browser sends under the key of the first try; it knows no other number."""
        response = await self._send(remark.who, remark.spot, dict(remark.sent))
        assert await response.json() == {"accepted": False}

    async def command(self, who: Someone, spot: Spot, text: str) -> Outcome:
        await self.say(who, spot, f"/{text}")
        return Outcome()

    async def press(self, who: Someone, shown: Shown, label: str) -> Outcome:
        control = next(each for each in shown.controls if each.label == label)
        body = {"kind": "pressed", "key": f"key-{next(self._numbers):08d}", "message": shown.id, **control.wire}
        return await _outcome(await self._send(who, shown.spot, body))

    async def submit(self, who: Someone, spot: Spot, form: OpenForm, values: Values) -> Outcome:
        filled = dict.fromkeys(form.fields, "") | dict(values)
        body = {"kind": "submitted", "key": f"key-{next(self._numbers):08d}", "values": filled, **form.wire}
        return await _outcome(await self._send(who, spot, body), form)

    async def messages(self, spot: Spot) -> list[Shown]:
        session, _ = self._sessions[spot.channel]
        async with session.get(f"/t/{spot.thread}", headers={"Accept": "text/html"}) as response:
            page = BeautifulSoup(await response.text(), "html.parser")
        return [_shown(article, spot) for article in page.select("article.answer")]

    async def private(self, who: Someone) -> list[Shown]:
        threads = await self.page(who, "/threads")
        names = [str(link["href"]).removeprefix("/t/") for link in threads.select("li > a")]
        return [shown for name in names for shown in await self.messages(Spot(who.id, thread=name))]

    async def stream(self, who: Someone, spot: Spot) -> AsyncIterator[tuple[str, str]]:
        """Id and HTML of each entry of a thread, as they come and change."""
        session, _ = self._sessions[who.id]
        async with session.get(f"/t/{spot.thread}/stream", timeout=ClientTimeout()) as response:
            async for line in response.content:
                if line.startswith(b"data: {"):
                    entry = json.loads(line.removeprefix(b"data: "))
                    yield entry["id"], entry["html"]

    async def page(self, who: Someone, path: str) -> BeautifulSoup:
        session, _ = self._sessions[who.id]
        async with session.get(path, headers={"Accept": "text/html"}) as response:
            assert response.status == 200, (path, response.status)
            return BeautifulSoup(await response.text(), "html.parser")

    async def status(self, who: Someone, path: str) -> int:
        session, _ = self._sessions[who.id]
        async with session.get(path, headers={"Accept": "text/html"}) as response:
            return response.status

    async def post_page(self, who: Someone, path: str, values: Mapping[str, str]) -> str:
        """What a page's own form sends; the page that follows, as text."""
        session, proof = self._sessions[who.id]
        form = {**values, "proof": proof}
        async with session.post(path, data=form, headers={"Origin": self.address, "Accept": "text/html"}) as response:
            assert response.status == 200, (path, response.status)
            return BeautifulSoup(await response.text(), "html.parser").get_text(" ", strip=True)

    async def _send(self, who: Someone, spot: Spot, body: Mapping[str, object]) -> ClientResponse:
        session, proof = self._sessions[who.id]
        headers = {"X-Guildhall-Proof": proof, "Origin": self.address, "Content-Type": "application/json"}
        response = await session.post(f"/t/{spot.thread}/turns", data=json.dumps(body), headers=headers)
        assert response.status < 500, await response.text()
        await response.read()
        return response


async def _proof(session: ClientSession, path: str) -> str:
    async with session.get(path, headers={"Accept": "text/html"}) as response:
        found = re.search(r'name="proof" content="([0-9a-f]+)"', await response.text())
    assert found
    return found[1]


async def _outcome(response: ClientResponse, form: OpenForm | None = None) -> Outcome:
    said = await response.json()
    if "problems" in said:
        assert form is not None
        return Outcome(OpenForm(form.title, form.fields, form.wire, said["problems"]))
    if "error" in said:
        return Outcome(notice=said["error"])
    if not said["form"]:
        return Outcome()
    dialog = BeautifulSoup(said["form"], "html.parser").select_one("dialog")
    assert dialog is not None
    fields = dict.fromkeys(str(each["name"]) for each in dialog.select("[name]"))
    wire = {name: str(dialog[f"data-{name}"]) for name in ("form", "state", "nonce")}
    title = dialog.select_one("h2")
    return Outcome(OpenForm(title.get_text() if title else "", tuple(fields), wire))


def _shown(article: Tag, spot: Spot) -> Shown:
    controls = tuple(
        Control(
            button.get_text(strip=True),
            {name: str(button[f"data-{name}"]) for name in ("action", "value", "nonce")},
        )
        for button in article.select("button[data-action]")
    )
    links = tuple(str(link["href"]) for link in article.select("a[href]"))
    alive = tuple(str(each) for each in article.select("img, script, iframe, object, embed, style, form"))
    for quiet in article.select("h2.quiet"):
        quiet.extract()
    words = article.get_text(" ", strip=True)
    return Shown(str(article["data-entry"]), spot, words, str(article["data-summary"]), controls, links, alive, article)
