"""Which addresses e-mail is sent to."""

import re

LIMIT = 254  # characters (RFC 5321)

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")


def is_address(text: str) -> bool:
    """Whether it is an address as people have them: ASCII, nothing quoted, no comments."""
    return len(text) <= LIMIT and _ADDRESS.fullmatch(text) is not None and ".." not in text
