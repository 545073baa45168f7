"""Where a thread opens, for links outside Slack. Pure."""

from urllib.parse import quote, urlsplit

from bot.chat.turn import Place
from bot.platforms.slack.inbound import is_id, is_ts

GOVERNMENT = "slack-gov.com"


def thread_url(place: Place, message_id: str, *, api_url: str = "") -> str:
    """The thread in Slack's client, under the address that the client itself shows. `message_id` is that of a message
    in it, ``{channel}:{ts}``. Empty where neither says enough: of a slash command Slack tells no message, and the
    direct messages are named by their person there."""
    team, _, channel = place.channel.partition(":")
    said_in, _, said_ts = message_id.partition(":")
    if channel.startswith(("U", "W")):
        channel = said_in
    ts = place.thread or said_ts
    if not (is_id(team) and is_id(channel) and is_ts(ts)):
        return ""
    is_government = (urlsplit(api_url).hostname or "").endswith(GOVERNMENT)
    host = f"app.{GOVERNMENT}" if is_government else "app.slack.com"
    return quote(f"https://{host}/client/{team}/{channel}/thread/{channel}-{ts}", safe=":/")
