"""What is wrong with a file of rules: in which line, which field, and what to do. Pure."""

from collections.abc import Mapping, Sequence

import yaml
from pydantic import ValidationError

Where = tuple[int | str, ...]

MEND: Mapping[str, str] = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not known here; take it out, or spell it as docs/community.md does",
    "enum": "has to be one of {expected}",
    "model_type": "has to be fields with values, as docs/community.md shows",
}
"""What to do, by pydantic's name of what is wrong; in its own words where these say it."""


def problems_in(error: ValidationError, text: str) -> Sequence[str]:
    """``line 7, needs.2.words: …``, in the order of the lines; the first of a list is 1. `text` is YAML that was read
    already."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    found: list[tuple[int, str]] = []
    for each in error.errors():
        name = ".".join(str(step + 1 if isinstance(step, int) else step) for step in each["loc"]) or "the whole file"
        mend, own = MEND.get(each["type"]), each["msg"].removeprefix("Value error, ")
        said = own if mend is None else mend.format_map(each.get("ctx", {}))
        found.append((_line(root, each["loc"]), f"{name}: {said}"))
    return [f"line {line}, {said}" for line, said in sorted(found)]


def _line(node: yaml.Node | None, where: Where) -> int:
    """Of that field, or of the last one above it that there is."""
    line = node.start_mark.line + 1 if node is not None else 1
    for step in where:
        below: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    below, line = value, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            below = node.value[step]
            line = below.start_mark.line + 1
        if below is None:
            break
        node = below
    return int(line)
