from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.drivers.driver import Driver
from tests.drivers.product import Product, running_native, running_product

NATIVE = "teams-native"

DRIVERS = ("web", "slack", "teams", NATIVE)


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
