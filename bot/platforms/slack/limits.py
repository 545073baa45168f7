"""What Slack takes, from its documentation (docs.slack.dev/reference/block-kit) unless a line says otherwise.

Lengths are counted in UTF-16 units: no way of counting that Slack may use comes to more than that.
"""

import json
from typing import TypeAlias

Json: TypeAlias = dict[str, object]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_BYTES = 12_000  # chat.postMessage refuses more than about 13,200 in all blocks (slackapi/bolt-js#2509, #2867)
VIEW_BYTES = 250_000

TEXT = 3_000  # a text object
SUMMARY = 500  # ours: a notification shows less; escaped it is within 3,000
CHUNK = 1_500  # ours: how much text one block holds before the next begins
HEADER = 150
FIELDS = 10
FIELD = 2_000
BUTTON = 75
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30

TABLE_ROWS = 100  # with the header
TABLE_COLUMNS = 20
TABLE_BYTES = 7_000  # ours: so that a table leaves room for what stands around it
CELL = 300  # ours

VIEW_TITLE = 24
LABEL = 2_000
OPTION = 75
INPUT = 3_000
RADIO_OPTIONS = 6  # ours: as on the web page, more of them are a menu
CHECKBOXES = 10

PROMPTS = 4
PROMPT_TITLE = 75  # ours: Slack names no limit


def json_bytes(block: object) -> int:
    return len(json.dumps(block, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
