"""The names of what people do with a review, in chats and on pages alike. A button carries the submission's id unless a
line says otherwise."""

SUBMIT = "reviews.submit"
"""Opens the form in which work is submitted. Carries the id of its rubric, or nothing: then that is asked first."""

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

LIST = "reviews.list"
"""What somebody owes and what is theirs, each as a card, where they write just now. Carries nothing."""

OPENING_FORMS = frozenset({SUBMIT, COMPLETE, REPLY, DECLINE, RETURN, WRITE, CHOOSE})
PRESSED = frozenset({WITHDRAW, RELEASE, CLOSE, SHOW, HIDE, ACCEPT})
ON_PAGES = OPENING_FORMS | PRESSED
"""Those that a page may offer too."""
