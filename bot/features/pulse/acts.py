"""What can be done with the pulse, by button: the same on a card and on the page."""

from bot.chat.reply import Button

ANSWER = "pulse.answer"
WORD = "pulse.word"
OUT = "pulse.out"
BACK = "pulse.back"
ON_PAGES = frozenset({ANSWER, WORD, OUT, BACK})

SCALE = {1: "1 not at all", 2: "2 hardly", 3: "3 partly", 4: "4 mostly", 5: "5 very much"}


def scores() -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """In two rows."""
    found = tuple(Button(label, ANSWER, str(score)) for score, label in SCALE.items())
    return found[:3], found[3:]


def word() -> Button:
    return Button("Add a word", WORD, opens_form=True)


def out() -> Button:
    return Button("Do not ask me again", OUT)


def back() -> Button:
    return Button("Ask me again", BACK)
