"""The real platforms and the real routes, with handlers that say that they were reached and do nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiohttp import web

from bot.bootstrap.chats import open_chats
from bot.bootstrap.parts import open_database, utc_now
from bot.chat.form import Form, TextField
from bot.chat.reply import Actions, Button, Found, Message, Paragraph, Post, Reply
from bot.chat.turn import Pressed, Reworded, Said, Turn, Withdrawn
from bot.dashboard.app import create_web_app
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.feature import Feature, FormRoute, Handler
from bot.platforms.web.chat import WebChat
from bot.platforms.web.listeners import Listeners
from bot.platforms.web.messenger import WebMessenger
from bot.relay import Outlet, Relay
from bot.router import Router
from bot.settings import Settings
from bot.storage.transcript import SqlTranscript
from bot.storage.unit_of_work import UnitOfWork
from tests.drivers.teams import at_any_pace

OPENS = "probe.opens_"
"""Buttons of the probe's own, one for each form."""

PER_CARD = 4


@dataclass
class Probe:
    """`reached` are (kind, name) in order. `cards` hold every button."""

    catalog: Catalog
    reached: list[tuple[str, str]] = field(default_factory=list)

    def features(self) -> list[Feature]:
        forms = [name for each in self.catalog.features for name in each.forms]
        openers = {f"{OPENS}{number}": self._opening(name) for number, name in enumerate(forms)}
        return [*(self._probed(each) for each in self.catalog.features), Feature("probe", buttons=openers)]

    def cards(self) -> list[Message]:
        forms = [name for each in self.catalog.features for name in each.forms]
        buttons = [Button(name, name, "1") for each in self.catalog.features for name in each.buttons]
        parts = [buttons[start : start + PER_CARD] for start in range(0, len(buttons), PER_CARD)]
        # A form that was sent has used up its card's nonce, so each stands alone.
        parts += [[Button(f"form {form}", f"{OPENS}{number}", opens_form=True)] for number, form in enumerate(forms)]
        return [Message("These are buttons.", (Paragraph("Buttons."), Actions(tuple(part)))) for part in parts]

    def _probed(self, feature: Feature) -> Feature:
        return replace(
            feature,
            message=self._message if feature.message else None,
            opened={what: self._posting(OPENED[what], "") for what in feature.opened},
            search=self._search if feature.search else None,
            reacted=self._noting("reacted", "") if feature.reacted else None,
            acted=None,
            overhears=None,
            commands={
                name: replace(each, handler=self._posting("command", name)) for name, each in feature.commands.items()
            },
            buttons={name: self._pressing(name) for name in feature.buttons},
            forms={
                name: FormRoute(self._noting("form", name), lambda state, name=name: form_of(name))
                for name in feature.forms
            },
            message_actions={
                name: replace(
                    each,
                    handler=self._opening(name, "message action")
                    if each.opens_form
                    else self._noting("message action", name),
                )
                for name, each in feature.message_actions.items()
            },
            home=(),
            jobs=(),
            pages=(),
        )

    def _message(self, turn: Turn, unit: UnitOfWork) -> Reply:
        kinds = {Said: "said", Reworded: "edited", Withdrawn: "deleted"}
        self.reached.append((kinds[type(turn.content)], ""))
        if not isinstance(turn.content, Said):
            return Reply()
        return Reply(tuple(Post(card, f"card-{number}") for number, card in enumerate(self.cards())))

    def _search(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self.reached.append(("search", ""))
        return Reply(found=(Found("Found it", "Words.", Message("Found it.", (Paragraph("Words."),))),))

    def _posting(self, kind: str, name: str) -> Handler:
        def handle(turn: Turn, unit: UnitOfWork) -> Reply:
            self.reached.append((kind, name))
            return Reply((Post(Message(f"Reached {kind} {name}.", (Paragraph("Reached."),)), turn.key[:100]),))

        return handle

    def _noting(self, kind: str, name: str) -> Handler:
        def handle(turn: Turn, unit: UnitOfWork) -> Reply:
            self.reached.append((kind, name))
            return Reply()

        return handle

    def _pressing(self, name: str) -> Handler:
        """The card stays as it is, with a fresh nonce."""

        def handle(turn: Turn, unit: UnitOfWork) -> Reply:
            self.reached.append(("button", name))
            pressed = turn.content
            assert isinstance(pressed, Pressed)
            assert pressed.message is not None
            return Reply((Post(self.cards()[int(pressed.message.removeprefix("card-"))], pressed.message),))

        return handle

    def _opening(self, name: str, kind: str = "") -> Handler:
        def handle(turn: Turn, unit: UnitOfWork) -> Reply:
            if kind:
                self.reached.append((kind, name))
            return Reply(form=form_of(name))

        return handle


OPENED = {"home": "home", "chat": "chat opened", "channel": "brought in"}


def form_of(name: str) -> Form:
    return Form(name, "A form", (TextField("words", "Words"),))


@asynccontextmanager
async def running_probe(probe: Probe, settings: Settings) -> AsyncIterator[str]:
    """Everybody is an admin. Gives the address."""
    settings.home.mkdir(parents=True, exist_ok=True)
    database = open_database(settings)
    catalog = Catalog(probe.features())
    directory = Directory(database, utc_now)

    def identify(turn: Turn) -> Turn:
        return replace(turn, person=replace(turn.person, is_admin=True))

    dispatcher = Dispatcher(database, Router(catalog), utc_now, identify=identify)
    chats = open_chats(settings, dispatcher, catalog, database, utc_now, directory.places_of)
    listeners, transcript = Listeners(), SqlTranscript(database)
    outlets = {name: at_any_pace(Outlet(chat.messenger, quiet=chat.quiet)) for name, chat in chats.items()}
    outlets["web"] = Outlet(WebMessenger(transcript, listeners, utc_now))
    relay = Relay(database, outlets, utc_now)
    page = WebChat(dispatcher, transcript, listeners, utc_now, lambda person: ())
    sections = [page, *(chat.section for chat in chats.values())]
    site = create_web_app(settings, pages=(), sections=sections, directory=directory, clock=utc_now)
    server = web.AppRunner(site, access_log=None)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", settings.port).start()
    relaying = asyncio.create_task(relay.run())
    await asyncio.to_thread(dispatcher.start)
    for chat in chats.values():
        await chat.start()
    try:
        yield f"http://127.0.0.1:{server.addresses[0][1]}"
    finally:
        await server.cleanup()
        await asyncio.to_thread(dispatcher.stop)
        relay.stop()
        await relaying
        for chat in chats.values():
            await chat.stop()
        database.close()
