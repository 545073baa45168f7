"""A small Slack of our own, written from its documentation, for what no public stand-in covers.

``async with FakeSlack() as slack:`` listens on 127.0.0.1; ``slack.api_url`` goes where SLACK_API_URL does.

- `world.py`        workspaces, people, channels
- `slack.py`        what there is of them, messages, views, every call that was made; and the server
- `web_api.py`      which methods there are, with their scopes; they stand in `messages.py`, `surfaces.py`, `tokens.py`
- `block_kit.py`    what Slack refuses in blocks and views, as far as it matters here
- `faults.py`       what can be switched on: ``slack.fail("chat.postMessage", LostResponse())``
- `sender.py`       signed events, commands and interactions, as Slack sends them over HTTP
- `socket_mode.py`  the same over websockets: hello, envelopes, acknowledgements, refresh, redelivery

Shapes: docs.slack.dev/reference/methods, /apis/events-api, /interactivity, /apis/events-api/using-socket-mode.
"""

from tests.fake_slack.faults import Delayed, LateCommit, LostResponse, RateLimited, Refused, ServerError, Slow
from tests.fake_slack.sender import SIGNING_KEY, Sender
from tests.fake_slack.slack import FakeSlack
from tests.fake_slack.world import APP_KEY, BOT_KEY, BOT_USER, TEAM, Channel, User

__all__ = [
    "APP_KEY",
    "BOT_KEY",
    "BOT_USER",
    "SIGNING_KEY",
    "TEAM",
    "Channel",
    "Delayed",
    "FakeSlack",
    "LateCommit",
    "LostResponse",
    "RateLimited",
    "Refused",
    "Sender",
    "ServerError",
    "Slow",
    "User",
]
