from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.drivers.driver import Driver
from tests.drivers.product import Product, running_product

PLATFORMS = ("web", "slack", "teams")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    async with running_product(tmp_path_factory.mktemp("platforms")) as running:
        yield running


@pytest.fixture(params=PLATFORMS)
def driver(request: pytest.FixtureRequest, product: Product) -> Driver:
    return product.drivers[request.param]
