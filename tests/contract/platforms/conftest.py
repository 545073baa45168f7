from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from tests.drivers.driver import Driver
from tests.drivers.product import Product, running_native, running_product
from tests.drivers.slack import SlackDriver
from tests.drivers.teams import TeamsDriver
from tests.drivers.teams_native import NativeTeamsDriver
from tests.drivers.web import WebDriver

NATIVE = "teams-native"

DRIVERS: Mapping[str, type[Driver]] = {
    "web": WebDriver,
    "slack": SlackDriver,
    "teams": TeamsDriver,
    NATIVE: NativeTeamsDriver,
}


def where_one_can(ability: str) -> pytest.MarkDecorator:
    """On the platforms that have it; docs/parity.md says why others have not."""
    having = [name for name, driver in DRIVERS.items() if ability not in driver.lacks]
    return pytest.mark.parametrize("driver", having, indirect=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    async with running_product(tmp_path_factory.mktemp("platforms")) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def native(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    async with running_native(tmp_path_factory.mktemp("native")) as running:
        yield running


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest, product: Product, native: Product) -> Driver:
    """Teams twice: as its Playground has it, and as Teams itself does."""
    return native.drivers["teams"] if request.param == NATIVE else product.drivers[request.param]
