from collections.abc import Callable

import pytest

from bot.storage.unit_of_work import Database
from tests.conftest import KINDS
from tests.stores import Stores, open_stores


@pytest.fixture(params=["memory", *KINDS])
def stores(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Stores:
    """The same test on the fakes and on both databases."""
    return open_stores(str(request.param), new_database)
