"""Where a message opens, for links outside Teams. Pure."""

import re
from urllib.parse import quote, urlencode

from bot.chat.turn import Place

HOSTS = {
    "public": "teams.microsoft.com",
    "gcc-high": "gov.teams.microsoft.us",
    "dod": "dod.teams.microsoft.us",
}
"""Teams itself in each of Microsoft's clouds."""

_MESSAGE = re.compile(r"[0-9]{1,20}")


def message_url(place: Place, message_id: str, *, tenant_id: str = "", host: str = HOSTS["public"]) -> str:
    """Microsoft's deep link to a message of a group chat or channel. Empty for chats with the bot alone: their
    conversation's id, ``a:…``, is none that a link takes."""
    if not place.channel.startswith("19:") or not _MESSAGE.fullmatch(message_id):
        return ""
    query = {"tenantId": tenant_id} if tenant_id else {}
    if place.thread is not None:
        query["parentMessageId"] = place.thread
    else:
        query["context"] = '{"contextType":"chat"}'
    return (
        f"https://{host}/l/message/{quote(place.channel, safe=':@')}/{message_id}?{urlencode(query, quote_via=quote)}"
    )
