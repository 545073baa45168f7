"""Serves the features' pages: a request in, a sync handler in a worker thread, a response out."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import web

from bot.chat.turn import storable
from bot.dashboard.frame import Frame
from bot.dashboard.posted import read_form
from bot.features.page import Download, Page, PageNotFound, PageRequest, Redirect, View

LAST_PLACEHOLDER = re.compile(r"\{(\w+)\}$")


def routes(pages: tuple[Page, ...], frame: Frame) -> list[web.RouteDef]:
    """A placeholder at a path's end takes the rest of it, slashes included; pages are matched in their order."""
    return [
        web.route(page.method, LAST_PLACEHOLDER.sub(r"{\1:.+}", page.path), _handler(page, frame)) for page in pages
    ]


def _handler(page: Page, frame: Frame) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        person = frame.person(request)
        if page.admin_only and not person.is_admin:
            raise web.HTTPForbidden(text="This page is for Guildhall's admins. Nothing was changed.")
        posted = await read_form(request) if page.method == "POST" else None
        asked = PageRequest(
            person=person,
            path={name: storable(value) for name, value in request.match_info.items()},
            query={name: storable(request.query[name]) for name in request.query},
            form=posted.fields if posted else {},
            uploads=posted.uploads if posted else (),
        )
        return await asyncio.to_thread(_answer, page, asked, request, frame)

    return handle


def _answer(page: Page, asked: PageRequest, request: web.Request, frame: Frame) -> web.Response:
    try:
        answer = page.handler(asked)
    except PageNotFound as error:
        raise web.HTTPNotFound from error
    match answer:
        case View():
            return frame.page(request, answer.template, answer.values, status=answer.status)
        case Download():
            return web.Response(
                body=answer.content,
                content_type=answer.content_type,
                headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(answer.filename, safe='')}"},
            )
        case Redirect():
            return frame.redirect(request, answer.to, answer.notice)
