"""The names of what people do with a review, in chats and on pages alike. Each carries the submission's id."""

SUBMIT = "reviews.submit"
"""Opens the form in which work is submitted. Carries nothing."""

COMPLETE = "reviews.complete"
WITHDRAW = "reviews.withdraw"
RELEASE = "reviews.release"
REPLY = "reviews.reply"
CLOSE = "reviews.close"
SHOW = "reviews.show"
HIDE = "reviews.hide"

ACCEPT = "reviews.accept"
DECLINE = "reviews.decline"
RETURN = "reviews.return"
WRITE = "reviews.write"

CHOOSE = "reviews.choose"
"""For admins: who reviews it, where nobody is found."""

CARD = "reviews.card"
"""A new card of it, where its reader writes just now."""

OPENING_FORMS = frozenset({SUBMIT, COMPLETE, REPLY, DECLINE, RETURN, WRITE, CHOOSE})
PRESSED = frozenset({WITHDRAW, RELEASE, CLOSE, SHOW, HIDE, ACCEPT})
ON_PAGES = OPENING_FORMS | PRESSED
"""Those that a page may offer too."""


def page_of(submission_id: str) -> str:
    """The path of its page."""
    return f"/reviews/{submission_id}"
