"""What somebody typed in Slack, as plain words: without Slack's escapes, and without being called by name."""

import re

TEXT_LIMIT = 40_000  # characters; Slack cuts messages there

_TOKEN = re.compile(r"<([^<>]+)>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_CALLED = re.compile(r"^[\s,:;–—-]+")
_GAPS = re.compile(r"[ \t]{2,}")
_ADDRESS = re.compile(r"(?:mailto|tel):", re.IGNORECASE)


def plain_words(text: str, bot_user: str = "") -> str:
    """Labels and addresses instead of ``<...>``; the mention of `bot_user` is left out."""

    def words(token: re.Match[str]) -> str:
        return _token(token[1], bot_user)

    spoken = _TOKEN.sub(words, text[:TEXT_LIMIT])
    for escaped, character in _ENTITIES:
        spoken = spoken.replace(escaped, character)
    if spoken == text:
        return spoken.strip()
    return _GAPS.sub(" ", _CALLED.sub("", spoken) if mentions(text, bot_user) else spoken).strip()


def mentions(text: str, user: str) -> bool:
    """Whether `user` is called by name in it."""
    return bool(user) and (f"<@{user}>" in text or f"<@{user}|" in text)


def _token(token: str, bot_user: str) -> str:
    target, _, label = token.partition("|")
    kind, name = target[:1], target[1:]
    if kind == "@":
        if name == bot_user:
            return ""
        return f"@{label.removeprefix('@')}" if label else "@colleague"
    if kind == "#":
        return f"#{label.removeprefix('#') or 'channel'}"
    if kind == "!":
        return label or f"@{name.partition('^')[0]}"
    address = _ADDRESS.sub("", target)
    if not label or label in (target, address):
        return address
    return f"{label} ({address})"
