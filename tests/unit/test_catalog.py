import pytest

from bot.chat.form import Form
from bot.chat.reply import Reply
from bot.chat.turn import Turn
from bot.features.catalog import Catalog
from bot.features.feature import Command, Feature, FormRoute
from bot.storage.unit_of_work import UnitOfWork
from tests.builders import ADMIN, DANA


def handle(turn: Turn, unit: UnitOfWork) -> Reply:
    return Reply()


@pytest.mark.parametrize(
    "feature",
    [
        Feature("b", message=handle),
        Feature("b", opened={"home": handle}),
        Feature("b", commands={"go": Command(handle, "goes")}),
        Feature("b", buttons={"a.go": handle}),
        Feature("b", forms={"a.go": FormRoute(handle, lambda state: Form("a.go", "Go", ()))}),
    ],
)
def test_two_features_cannot_answer_to_the_same(feature: Feature) -> None:
    with pytest.raises(ValueError, match="Two features"):
        Catalog([feature, feature])
    Catalog([feature])


def test_what_only_admins_may_do_is_hidden_from_others() -> None:
    commands = {"go": Command(handle, "goes"), "reset": Command(handle, "resets", admin_only=True)}
    catalog = Catalog([Feature("a", commands=commands)])
    assert [name for name, _ in catalog.commands_for(DANA)] == ["go"]
    assert [name for name, _ in catalog.commands_for(ADMIN)] == ["go", "reset"]
