"""What Teams asks of an activity with an Adaptive Card 1.5: Microsoft's schema, and what that does not say."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from jsonschema import validators
from jsonschema.protocols import Validator

ACTIVITY_BYTES = 28 * 1024
CARD = "application/vnd.microsoft.card.adaptive"

# Property names that each type knows, those that it must have with a *.
KNOWN = {
    "AdaptiveCard": "$schema type* version body actions refresh msteams",
    "TextBlock": "type* text* wrap size weight style spacing isSubtle color",
    "RichTextBlock": "type* inlines* spacing",
    "TextRun": "type* text* weight size isSubtle fontType color underline selectAction",
    "Container": "type* items* style spacing",
    "ColumnSet": "type* columns* spacing",
    "Column": "type* width items style minHeight spacing",
    "FactSet": "type* facts*",
    "Table": "type* columns* rows*",
    "TableRow": "type* cells*",
    "TableCell": "type* items*",
    "ActionSet": "type* actions* spacing",
    "Input.Text": "type* id* label* isRequired errorMessage maxLength isMultiline placeholder value",
    "Input.ChoiceSet": "type* id* label* isRequired errorMessage style choices* wrap isMultiSelect placeholder value",
    "Input.Date": "type* id* label* isRequired errorMessage value",
    "Action.Execute": "type* title style verb* data fallback",
    "Action.Submit": "type* title* style data*",
    "Action.OpenUrl": "type* url*",
    "Action.ShowCard": "type* title* style card*",
}
ELEMENTS = frozenset(
    {"TextBlock", "RichTextBlock", "Container", "ColumnSet", "FactSet", "Table", "ActionSet"}
    | {"Input.Text", "Input.ChoiceSet", "Input.Date"}
)
ACTIONS_LIMIT = 6


def size(activity: object) -> int:
    return len(json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode())


def problems_of_activity(activity: Mapping[str, object], *, quickly: bool = False) -> list[str]:
    """`quickly` leaves out Microsoft's schema, which takes milliseconds."""
    found = [] if size(activity) <= ACTIVITY_BYTES else [f"{size(activity)} bytes"]
    attachments = activity.get("attachments", [])
    assert isinstance(attachments, list)
    if not activity.get("text") and not attachments:
        found.append("neither text nor card")
    if not str(activity.get("summary", "")).strip():
        found.append("no summary")
    for attachment in attachments:
        check = _our_problems if quickly else problems
        found += check(attachment["content"]) if attachment["contentType"] == CARD else ["not a card"]
    entities = activity.get("entities", [])
    assert isinstance(entities, list)
    for entity in entities:
        found += _citation_problems(entity)
    return found


def problems(card: Mapping[str, object]) -> list[str]:
    """Each with where it stands; empty where Teams would take the card."""
    return _our_problems(card) + schema_problems(card)


def _our_problems(card: Mapping[str, object]) -> list[str]:
    found = [] if card.get("version") == "1.5" else ["not version 1.5"]
    if not card.get("body"):
        found.append("an empty body")
    for path, node in _nodes(card, "card"):
        found += [f"{path}: {problem}" for problem in _node_problems(node)]
    ids = [node["id"] for _, node in _nodes(card, "card") if "id" in node]
    if len(ids) != len(set(ids)):
        found.append("two inputs share an id")
    return found


def schema_problems(card: Mapping[str, object]) -> list[str]:
    """Teams knows "msteams", the schema does not."""
    known = {name: value for name, value in card.items() if name != "msteams"}
    return [f"{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}" for each in _schema().iter_errors(known)]


@cache
def _schema() -> Validator:
    schema = json.loads(files("adaptive_cards").joinpath("schemas/schema-1.5.json").read_text(encoding="utf-8"))
    return validators.validator_for(schema)(schema)


def texts(card: object) -> Iterator[str]:
    """Everything in it that somebody reads."""
    if isinstance(card, dict):
        for name, value in card.items():
            if name in ("text", "title", "value", "label", "placeholder") and isinstance(value, str):
                yield value
            elif name not in ("data", "refresh"):
                yield from texts(value)
    elif isinstance(card, list):
        for each in card:
            yield from texts(each)


def nodes(card: Mapping[str, object], kind: str) -> list[Mapping[str, object]]:
    return [node for _, node in _nodes(card, "card") if node["type"] == kind]


def _nodes(value: object, path: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Everything with a type, except what stands in an action's data."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield path, value
        for name, inner in value.items():
            if name not in ("data", "msteams"):
                yield from _nodes(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _nodes(each, f"{path}[{index}]")


def _node_problems(node: Mapping[str, object]) -> list[str]:
    kind = str(node["type"])
    if kind not in KNOWN:
        return [f"an unknown type {kind}"]
    names = KNOWN[kind].split()
    known = {name.rstrip("*") for name in names}
    found = [f"{kind} has {name}, which it does not know" for name in node if name not in known]
    found += [f"{kind} lacks {name[:-1]}" for name in names if name.endswith("*") and name[:-1] not in node]
    match node:
        case {"type": "TextBlock" | "TextRun", "text": str(text)} if not text:
            found.append("an empty text")
        case {"type": "RichTextBlock", "inlines": []} | {"type": "Container" | "TableCell", "items": []}:
            found.append("nothing in it")
        case {"type": "ActionSet", "actions": list(actions)} if not 0 < len(actions) <= ACTIONS_LIMIT:
            found.append(f"{len(actions)} actions")
        case {"type": "FactSet", "facts": list(facts)} if not all(f["title"] and f["value"] for f in facts):
            found.append("an empty fact")
        case {"type": "Action.OpenUrl", "url": str(url)} if urlsplit(url).scheme not in ("http", "https", "mailto"):
            found.append(f"opens {url}")
        case {"type": "Input.ChoiceSet", "isMultiSelect": True, "choices": list(choices)}:
            found += ["a comma in a choice" for choice in choices if "," in choice["value"]]
        case {"isRequired": True} if not node.get("errorMessage"):
            found.append("says not what is missing")
        case {"type": "Table", "columns": list(columns), "rows": list(rows)}:
            found += ["a row of another width" for row in rows if len(row["cells"]) != len(columns)]
    for name in ("items", "body"):
        inner = node.get(name, [])
        assert isinstance(inner, list)
        found += [f"{each['type']} is no element" for each in inner if each["type"] not in ELEMENTS]
    return found


def _citation_problems(entity: Mapping[str, object]) -> list[str]:
    claims = entity.get("citation", [])
    assert isinstance(claims, list)
    found = [] if len(claims) <= 20 else ["more than 20 citations"]
    positions = [claim["position"] for claim in claims]
    if len(set(positions)) < len(positions) or any(position < 1 for position in positions):
        found.append("positions do not tell the citations apart")
    for claim in claims:
        appearance = claim["appearance"]
        for name, limit in (("name", 80), ("abstract", 160)):
            units = len(appearance[name].encode("utf-16-le")) // 2
            if not 0 < units <= limit:
                found.append(f"a citation's {name} of {units} characters")
    return found
