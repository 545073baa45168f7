"""Failures as pages that say what happened, whether anything was lost and what to do."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.chat.errors import UserFacingError
from bot.dashboard.frame import Frame
from bot.dashboard.guard import wants_page

logger = logging.getLogger(__name__)

WORDS = {
    400: ("That request could not be read", "Nothing was changed. Go back, reload the page and try again."),
    401: ("You are signed out", "Reload the page and sign in again."),
    403: ("This is not open to you", "Nothing was changed. If you need it, ask an admin of Guildhall."),
    404: (
        "Nothing here that you can open",
        "The page may have moved, been removed, or be meant for other readers. Search the library for it.",
    ),
    405: ("That cannot be done here", "Nothing was changed. Go back and use the buttons of the page."),
    413: ("That is too large", "Nothing was kept. Send a smaller file, or fewer files at once."),
    421: ("Open this page under its own address", "Use http://localhost with its port on this machine."),
    500: (
        "The page could not be made",
        "The failure is in the log. What was saved before is kept. Reload; if it stays, tell an admin.",
    ),
}


def friendly(frame: Frame) -> Middleware:
    """A page for a person, JSON ``{"error": ...}`` for a script."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPRedirection:
            raise
        except web.HTTPException as failure:
            is_ours = failure.text and not failure.text.startswith(f"{failure.status}:")
            return _response(frame, request, failure.status, failure.text if is_ours else "")
        except UserFacingError as error:
            return _response(frame, request, 409, str(error))
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            return _response(frame, request, 500, "")

    return middleware


def _response(frame: Frame, request: web.Request, status: int, text: str | None) -> web.Response:
    title, usual = WORDS.get(status, ("That did not work", "Nothing was changed. Go back and try again."))
    if not wants_page(request):
        return web.json_response({"error": text or f"{title}. {usual}"}, status=status)
    return frame.page(request, "failure.html", {"title": title, "text": text or usual, "status": status}, status=status)
