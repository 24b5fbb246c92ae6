"""Shared by all tests: one twin per session, one world per test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import hypothesis
import pytest

from mockserver.app import Options, Twin, build
from tests.support.client import Client, TwinClient
from tests.support.databases import STORES, Databases

#: The never-expiring JWT of the baseline seed, as `apitwin serve` prints it.
ADMIN = "twin-admin"

#: What is drawn is the same each time, on a slow machine too: a change is not stopped by luck.
hypothesis.settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which store the twins of the session keep their state in."""
    parser.addoption("--store", choices=STORES, default="memory", help="store of the twins under test")


@pytest.fixture(scope="session")
def store_name(pytestconfig: pytest.Config) -> str:
    """The store chosen for the session."""
    return str(pytestconfig.getoption("--store"))


@pytest.fixture(scope="session")
def kopicloud(databases: Databases, store_name: str) -> Iterator[Twin]:
    """A twin of the KopiCloud AD API with the baseline seed."""
    state = None if store_name == "memory" else databases.address(store_name)
    twin = build(["kopicloud-ad"], Options(seed="baseline", state=state))
    yield twin
    twin.close()


@pytest.fixture(scope="session")
def client(kopicloud: Twin) -> Iterator[Client]:
    """An in-process client of that twin."""
    client = Client(kopicloud.app)
    yield client
    client.close()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Databases for stores that last."""
    databases = Databases()
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def world_names() -> Iterator[str]:
    """Names for worlds, never the same twice."""
    return (f"test-{number}" for number in count())


@pytest.fixture
def twin(kopicloud: Twin, client: Client, world_names: Iterator[str]) -> Iterator[TwinClient]:
    """A client of a fresh copy of the baseline world, with the credential of `twin-admin`."""
    world = next(world_names)
    kopicloud.worlds.fork("default", world)
    yield TwinClient(
        client=client, world=world, api="kopicloud-ad", header="Auth-Token", token=credential(kopicloud, ADMIN)
    )
    kopicloud.worlds.drop(world)
    kopicloud.journal.forget(world)


def credential(twin: Twin, label: str) -> str:
    """The header value of a credential of the baseline seed, by the label it is printed with."""
    credentials = dict(twin.credentials("kopicloud-ad"))
    return credentials[label]
