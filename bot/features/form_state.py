"""What a form or a button brings back of what it was made for. It went through somebody's hands meanwhile."""

import json
from functools import cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.chat.errors import UserFacingError

Carried = TypeVar("Carried", bound=tuple[object, ...])


def to_state(carried: tuple[object, ...]) -> str:
    """Of strings, numbers and tuples of them."""
    return json.dumps(carried, ensure_ascii=False, separators=(",", ":"))


def from_state(
    text: str, shape: type[Carried], *, lost: str = "nothing was changed", then: str = "Open it again."
) -> Carried:
    """`shape` is a named tuple, or a tuple's type. Raises UserFacingError for what is no such thing."""
    try:
        carried: Carried = _adapter(shape).validate_json(text)
    except ValidationError as error:
        raise UserFacingError(f"That form cannot be read any more, so {lost}. {then}") from error
    return carried


@cache
def _adapter(shape: type[Carried]) -> TypeAdapter[Carried]:
    return TypeAdapter(shape)
