"""Front matter and folder settings: YAML without aliases, or TOML between plus signs."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime

import yaml

from indexer.formats.parsed import Meta, Unparsable

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_AUDIENCE = re.compile(r"^[ \t]*[\"']?audience\b", re.MULTILINE | re.IGNORECASE)
_LINE = re.compile(r"^([a-z][a-z_]*):[ \t]+(\w[^\n]*?)[ \t]*$", re.MULTILINE)  # what broken YAML still tells
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


class _NoAliases(yaml.SafeLoader):
    """A few aliases can stand for billions of nodes, and no document here needs one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not allowed")
        return super().compose_node(parent, index)


def load_yaml(text: str) -> object:
    """Plain values. Raises Unparsable with the line where it breaks."""
    try:
        value: object = _NoAliases(text).get_single_data()
        return value
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        what = getattr(error, "problem", None) or error
        raise Unparsable(f"invalid YAML{where}: {what}") from error


def split_front_matter(text: str) -> tuple[Meta, str, tuple[str, ...]]:
    """What stands before the content, the content, and warnings. Broken front matter costs no document, but where
    it speaks of an audience nobody may read the document until it is mended."""
    text = text.lstrip("\n")
    found = _YAML.match(text) or _TOML.match(text)
    if not found:
        is_open = text.startswith(("---\n", "+++\n")) and _AUDIENCE.search(text[:4_000])
        return ({"audience": ()}, text, ("front matter has no end",)) if is_open else ({}, text, ())
    body = text[found.end() :]
    try:
        value = load_yaml(found[1]) if text.startswith("-") else tomllib.loads(found[1])
        return meta_of(value), body, ()
    except (Unparsable, tomllib.TOMLDecodeError) as error:
        told: dict[str, str | tuple[str, ...]] = dict(_LINE.findall(found[1]))
        if _AUDIENCE.search(found[1]):
            told["audience"] = ()
        return told, body, (f"front matter: {error}",)


def meta_of(value: object) -> Meta:
    """Lower-case keys, hyphens as underscores; texts and lists of texts."""
    if not isinstance(value, Mapping):
        return {}
    meta: dict[str, str | tuple[str, ...]] = {}
    for key, item in value.items():
        name = str(key).strip().lower().replace("-", "_")
        if isinstance(item, list):
            meta[name] = tuple(filter(None, (_scalar(part) for part in item)))
        elif (text := _scalar(item)) is not None:
            meta[name] = text
        elif name == "audience" and item is not None:
            meta[name] = ()  # somebody meant to limit it, in a shape that nobody can read
    return meta


def _scalar(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, str | int | float | date):
        return str(value).strip()
    return None
