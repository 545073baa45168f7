"""Which addresses may be opened from a chat. Everything else is shown as words."""

from collections.abc import Collection
from urllib.parse import quote, urlsplit

from bot.chat.wording import shortened
from bot.platforms.cleaning import line

LINK_LIMIT = 2_000  # characters; Slack takes 3,000

NAME_LIMIT = 200

_KEPT = "%/:?#[]@!$&'()*+,;=~-._"


def link_target(href: str | None) -> str | None:
    """The address in ASCII, or None for what is no absolute http, https or mailto address."""
    if not href or line(href) != href:
        return None
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "\\" not in href
    is_mail = parts.scheme == "mailto" and "@" in parts.path
    address = quote(href, safe=_KEPT)
    return address if (is_web or is_mail) and " " not in parts.netloc and len(address) <= LINK_LIMIT else None


def link_on(hosts: Collection[str], href: str) -> str | None:
    """The address in ASCII, or None for what is not https on one of `hosts` or under it."""
    target = link_target(href)
    if target is None:
        return None
    parts = urlsplit(target)
    host = parts.hostname or ""
    is_there = any(host == each or host.endswith(f".{each}") for each in hosts)
    return target if parts.scheme == "https" and is_there else None


def file_name(name: str) -> str:
    """On one line; a file may have none."""
    return shortened(line(name), NAME_LIMIT) or "File without a name"
