"""What the admin's forms bring."""

import pytest

from bot.chat.errors import FormRejected
from bot.features.indexing.posted import meta_from


def test_an_admin_says_what_holds_for_documents_that_say_nothing_themselves() -> None:
    form = {"document_kind": "playbook", "owner": " Mia  Chen ", "review_by": "2027-06-30", "hub": "emea"}
    said = meta_from(form | {"audience": "board, sales", "topics": "renewals", "language": "DE"})
    assert said == {
        "kind": ("playbook",),
        "owner": ("Mia Chen",),
        "review_by": ("2027-06-30",),
        "hub": ("emea",),
        "audience": ("board", "sales"),
        "topics": ("renewals",),
        "language": ("de",),
    }
    with pytest.raises(FormRejected, match="code like en or de"):
        meta_from({"language": "German"})
