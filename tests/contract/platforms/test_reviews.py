"""Work finds its reviewers, and they find its author: the whole way on each platform."""

import pytest

from tests.drivers import reviewing
from tests.drivers.driver import Driver
from tests.drivers.product import Product
from tests.drivers.reviewing import KINDS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_work_is_submitted_reviewed_answered_and_closed(driver: Driver, native: Product) -> None:
    kind = KINDS["teams-native" if driver in native.drivers.values() else driver.name]
    everybody = await reviewing.cast(driver, kind)
    await reviewing.submitted(everybody)
    await reviewing.completed(everybody)
    await reviewing.accepted(everybody)
    await reviewing.written(everybody)
    await reviewing.answered_and_closed(everybody)
