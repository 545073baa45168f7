"""What can be done with the pulse, by button: the same on a card and on the page."""

from bot.chat.reply import Button

ANSWER = "pulse.answer"
WORD = "pulse.word"
OUT = "pulse.out"
BACK = "pulse.back"
HIDE = "pulse.hide"
UNHIDE = "pulse.unhide"
ON_PAGES = frozenset({ANSWER, WORD, OUT, BACK, HIDE, UNHIDE})

SCALE = {
    1: "1 of 5, does not help at all",
    2: "2 of 5, hardly helps",
    3: "3 of 5, helps in part",
    4: "4 of 5, helps a good deal",
    5: "5 of 5, helps very much",
}
"""Each can be read alone, by whoever hears it too, and none is cut on a phone: Slack cuts at about 30 characters."""


def scores() -> tuple[Button, ...]:
    return tuple(Button(label, ANSWER, str(score)) for score, label in SCALE.items())


def word() -> Button:
    return Button("Add a word", WORD, opens_form=True)


def out() -> Button:
    return Button("Do not ask me again", OUT)


def back() -> Button:
    return Button("Ask me again", BACK)


def hide(word_id: str) -> Button:
    return Button("Hide", HIDE, word_id, "danger", "Hide this word? Only curators see it then, and can show it again.")


def unhide(word_id: str) -> Button:
    return Button("Show it again", UNHIDE, word_id)
