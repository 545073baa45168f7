"""Which addresses may be opened from Slack. Everything else is shown as words."""

from urllib.parse import quote, urlsplit

from bot.platforms.slack.limits import LINK

_KEPT = "%/:?#[]@!$&'()*+,;=~-._"


def link_target(href: str | None) -> str | None:
    """The address as Slack takes it, or None for what is no absolute http, https or mailto address."""
    if not href or href != href.strip() or any(ord(character) < 0x20 for character in href):
        return None
    try:
        parts = urlsplit(href)
        address = quote(href, safe=_KEPT)
    except (ValueError, UnicodeEncodeError):
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "\\" not in href
    is_mail = parts.scheme == "mailto" and "@" in parts.path
    return address if (is_web or is_mail) and len(address) <= LINK else None
