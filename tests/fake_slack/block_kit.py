"""What Slack refuses in blocks and views, as far as it matters here: kinds, counts, lengths, ids used twice."""

from collections.abc import Mapping

Json = Mapping[str, object]

BLOCKS = frozenset(
    [
        "actions",
        "alert",
        "card",
        "carousel",
        "container",
        "context",
        "context_actions",
        "data_table",
        "data_visualization",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "markdown",
        "plan",
        "rich_text",
        "section",
        "table",
        "task_card",
        "video",
    ]
)
MESSAGE_LIMIT = 50
VIEW_LIMIT = 100
TEXT_LIMITS = {"header": 150, "section": 3_000}


def problem_of_blocks(blocks: object, limit: int = MESSAGE_LIMIT) -> str:
    """Why Slack would refuse them; empty where it takes them."""
    if not isinstance(blocks, list):
        return "blocks is not a list"
    if len(blocks) > limit:
        return f"more than {limit} blocks"
    for number, block in enumerate(blocks):
        if not isinstance(block, dict) or block.get("type") not in BLOCKS:
            return f"/blocks/{number} has no known type"
        problem = _problem_of_block(block)
        if problem:
            return f"/blocks/{number}: {problem}"
        ids = [element["action_id"] for element in _elements(block) if "action_id" in element]
        if len(ids) != len(set(ids)):  # in different blocks they may be the same
            return f"/blocks/{number}: an action_id stands twice"
    named = [block["block_id"] for block in blocks if "block_id" in block]
    return "a block_id stands twice" if len(named) != len(set(named)) else ""


def problem_of_view(view: object, kind: str) -> str:
    """`kind` is modal or home."""
    if not isinstance(view, dict) or view.get("type") != kind:
        return f"not a {kind}"
    blocks = view.get("blocks")
    if kind == "modal":
        title = view.get("title")
        if not isinstance(title, dict) or not 0 < len(str(title.get("text", ""))) <= 24:
            return "a title has 1 to 24 characters"
        has_input = isinstance(blocks, list) and any(block.get("type") == "input" for block in blocks)
        if has_input and "submit" not in view:
            return "a modal with inputs needs a submit"
    if len(str(view.get("private_metadata", ""))) > 3_000:
        return "private_metadata is too long"
    return problem_of_blocks(blocks, VIEW_LIMIT)


def _problem_of_block(block: Json) -> str:
    kind = str(block["type"])
    if kind in TEXT_LIMITS and "text" in block:
        text = block["text"]
        written = str(text.get("text", "")) if isinstance(text, dict) else ""
        if not 0 < len(written) <= TEXT_LIMITS[kind]:
            return f"its text has 1 to {TEXT_LIMITS[kind]} characters"
    if kind == "section" and not ("text" in block or "fields" in block):
        return "a section has text or fields"
    if kind in ("actions", "context_actions") and not 0 < len(_elements(block)) <= 25:
        return "1 to 25 elements"
    for element in _elements(block):
        if len(str(element.get("value", ""))) > 2_000 or len(str(element.get("action_id", ""))) > 255:
            return "a value or an action_id is too long"
    return ""


def _elements(block: Json) -> list[dict[str, object]]:
    listed = block.get("elements")
    elements = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    for name in ("accessory", "element"):
        single = block.get(name)
        if isinstance(single, dict):
            elements.append(single)
    return elements
