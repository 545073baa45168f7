"""Bolt: verifies what comes, and sorts it by kind. It holds no token and sends nothing."""

import logging
import re
from collections.abc import Awaitable, Callable

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.listeners import Listeners
from bot.platforms.validation import JsonObject

ANYTHING = re.compile(r"")
MALFORMED = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What Bolt ends in where a payload is not what Slack documents."""

UNDERSTOOD = "understood_by_bolt"
"""In Bolt's context: it has read the payload, and a listener of ours has it."""

log = structlog.stdlib.get_logger(__name__)


async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Everyone: whose workspace it is, the listeners ask the installations."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


async def understand(context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]) -> None:
    """The listeners make nothing of what is malformed: what fails from here on is our fault, not the payload's."""
    context[UNDERSTOOD] = True
    await next_()


async def on_error(error: Exception, context: AsyncBoltContext) -> BoltResponse:
    """What was understood and could not be kept is sent again by Slack. What nobody understands is not."""
    if context.get(UNDERSTOOD) or not isinstance(error, MALFORMED):
        log.error("what slack sent could not be taken", exc_info=error)
        return BoltResponse(status=503)
    log.warning("slack sent something malformed", fault=type(error).__name__)
    return BoltResponse(status=400)


def create_bolt(signing_secret: str, listeners: Listeners) -> AsyncApp:
    """With a listener for everything that Slack sends: what nobody listens to would count as not delivered."""
    silent = logging.getLogger(f"{__name__}.silent")
    silent.setLevel(logging.CRITICAL)  # Bolt writes down whole requests, refused ones included
    app = AsyncApp(
        name="guildhall",
        logger=silent,
        process_before_response=True,
        signing_secret=signing_secret,
        client=AsyncWebClient(logger=silent),
        authorize=authorize,
        ignoring_self_events_enabled=False,  # the translation to turns knows who we are
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.error(on_error)
    ours = [understand]
    app.event(ANYTHING, middleware=ours)(listeners.on_event)  # a workflow's function_executed among them
    app.action(ANYTHING, middleware=ours)(listeners.on_action)
    app.view(ANYTHING, middleware=ours)(listeners.on_view)
    app.shortcut(ANYTHING, middleware=ours)(listeners.on_shortcut)
    app.command(ANYTHING, middleware=ours)(listeners.on_command)
    app.options(ANYTHING, middleware=ours)(listeners.on_options)
    return app


async def dispatch(app: AsyncApp, request: AsyncBoltRequest, body: JsonObject) -> BoltResponse:
    """`body` is what `request` says, parsed and checked."""
    request.body = dict(body)
    try:
        response = await app.async_dispatch(request)
    except MALFORMED as error:
        log.warning("slack sent something malformed", fault=type(error).__name__)
        return BoltResponse(status=400)
    if response.status == 404:  # verified, and of a kind that no listener knows
        return BoltResponse(status=200)
    return response
