"""Turns, messages and places as JSON text and back."""

from functools import cache

from pydantic import TypeAdapter

from bot.chat.reply import Message
from bot.chat.turn import Place, Turn


@cache
def _turns() -> TypeAdapter[Turn]:
    return TypeAdapter(Turn)


@cache
def _messages() -> TypeAdapter[Message]:
    return TypeAdapter(Message)


@cache
def _places() -> TypeAdapter[Place]:
    return TypeAdapter(Place)


def prepare() -> None:
    """Build now what the first turn would otherwise wait for, a tenth of a second."""
    _turns()
    _messages()
    _places()


def turn_to_json(turn: Turn) -> str:
    return _turns().dump_json(turn).decode()


def turn_from_json(text: str) -> Turn:
    return _turns().validate_json(text)


def message_to_json(message: Message) -> str:
    return _messages().dump_json(message).decode()


def message_from_json(text: str) -> Message:
    return _messages().validate_json(text)


def place_to_json(place: Place) -> str:
    return _places().dump_json(place).decode()


def place_from_json(text: str) -> Place:
    return _places().validate_json(text)
