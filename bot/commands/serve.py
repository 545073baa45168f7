"""`guildhall serve`: the web page and everything behind it."""

import asyncio
import errno
import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.chat.errors import UserFacingError
from bot.commands.explained import explained
from bot.commands.terminal import note, read_settings, result

if TYPE_CHECKING:
    from bot.bootstrap.app import App
    from bot.settings import Settings


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; beyond loopback a sign-in has to be configured.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Serve the web page, until Ctrl-C."""
    settings = read_settings(host=host, port=port)
    note("Starting Guildhall")
    with explained():
        with _keeping_all():
            from bot.bootstrap.build import build
            from bot.commands.logs import configure_logs

            configure_logs(settings.log_level)
            app = build(settings)
        asyncio.run(_serve(app, open_page=open_page))


@contextmanager
def _keeping_all() -> Iterator[None]:
    """What is imported and opened stays, and is not looked through for garbage: that is a tenth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


async def _serve(app: "App", *, open_page: bool) -> None:
    stopping = asyncio.Event()
    if sys.platform != "win32":
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, stopping.set)
    try:
        address = await app.start()
    except OSError as error:
        await app.stop()
        raise _cannot_listen(app.settings, error) from error
    try:
        result(f"Guildhall is at {address}  (Ctrl-C stops it)")
        sys.stdout.flush()
        if open_page and _has_screen():
            import webbrowser

            await asyncio.to_thread(webbrowser.open, address)
        await stopping.wait()
        note("Stopping; what is in hand is finished first")
    finally:
        await app.stop()


def _cannot_listen(settings: "Settings", error: OSError) -> UserFacingError:
    if error.errno == errno.EADDRINUSE:
        return UserFacingError(
            f"Port {settings.port} is taken, perhaps by a Guildhall that runs already: http://{settings.host}:"
            f"{settings.port}/\nNothing was changed. To start another one: guildhall serve --port {settings.port + 1}"
        )
    where = f"{settings.host}:{settings.port}"
    return UserFacingError(f"The page cannot listen on {where}: {error.strerror}. Choose another host or port.")


def _has_screen() -> bool:
    """Without one, opening a page could start a browser in text mode inside this terminal."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
