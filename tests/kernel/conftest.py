"""Every store, for the tests that drive each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.kernel.store.protocol import Store
from tests.kernel.stores import KINDS
from tests.support.databases import STORES, Databases


@pytest.fixture(params=STORES)
def make_store(request: pytest.FixtureRequest, databases: Databases) -> Callable[[], Store]:
    """Makes empty stores that know the kinds of these tests; only the last one made may be used."""
    if request.param == "postgres":
        assert databases.server
    return lambda: databases.store(request.param, KINDS)
