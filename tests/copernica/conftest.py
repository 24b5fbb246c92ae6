"""Shared by all tests of the Copernica twins: one twin per session, one world per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.app import Options, Twin, build
from tests.support.client import Client, TwinClient
from tests.support.databases import Databases

NAME = "copernica-v1"

#: Tokens of the baseline seed: of the first account, and of the second.
FIRST = "0123456789abcdef0123456789abcdef"
SECOND = "fedcba9876543210fedcba9876543210"


@pytest.fixture(scope="session")
def copernica(databases: Databases, store_name: str) -> Iterator[Twin]:
    """A twin of version 1 with the baseline seed."""
    state = None if store_name == "memory" else databases.address(store_name)
    twin = build([NAME], Options(seed="baseline", state=state))
    yield twin
    twin.close()


@pytest.fixture(scope="session")
def client(copernica: Twin) -> Iterator[Client]:
    """An in-process client of that twin."""
    client = Client(copernica.app)
    yield client
    client.close()


@pytest.fixture
def world(copernica: Twin, world_names: Iterator[str]) -> Iterator[str]:
    """A fresh copy of the baseline world."""
    world = next(world_names)
    copernica.worlds.fork("default", world)
    yield world
    copernica.worlds.drop(world)
    copernica.journal.forget(world)


@pytest.fixture
def twin(client: Client, world: str) -> TwinClient:
    """A client of that world, with the token of the first account."""
    return TwinClient(client=client, world=world, api=NAME, parameter="access_token", token=FIRST)


@pytest.fixture
def other(client: Client, world: str) -> TwinClient:
    """A client of the same world, with the token of the second account."""
    return TwinClient(client=client, world=world, api=NAME, parameter="access_token", token=SECOND)


@pytest.fixture
def database(twin: TwinClient) -> str:
    """The id of a new database."""
    return twin.post("/v1/databases", json={"name": "Köpare"}).headers["x-created"]


@pytest.fixture
def field(twin: TwinClient, database: str) -> str:
    """The id of a new field of it."""
    return twin.post(f"/v1/database/{database}/fields", json={"name": "Title"}).headers["x-created"]


@pytest.fixture
def profile(twin: TwinClient, database: str, field: str) -> str:
    """The address of a profile with two interests to have."""
    assert field
    for name in ("tennis", "chess"):
        twin.post(f"/v1/database/{database}/interests", json={"name": name})
    made = twin.post(f"/v1/database/{database}/profiles", json={"Title": "sir"})
    return "/v1/profile/" + made.headers["x-created"]
