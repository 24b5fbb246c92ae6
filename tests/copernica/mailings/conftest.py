"""Worlds without mail but for what a test plants: two accounts, a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mockserver.apis.copernica.models.structure import ACCOUNTS, APPLICATIONS, TOKENS, Account, Token
from mockserver.app import Options, Twin, build
from tests.copernica.conftest import NAME, SECOND
from tests.copernica.mailings.post import NOW, Post
from tests.copernica.people import Database
from tests.support.client import Client, TwinClient
from tests.support.databases import Databases


@pytest.fixture(scope="session")
def copernica(databases: Databases, store_name: str) -> Iterator[Twin]:
    """A twin with the empty seed, and a second account in it."""
    state = None if store_name == "memory" else databases.address(store_name)
    twin = build([NAME], Options(seed="empty", state=state))
    with twin.engines[NAME].store.transaction("default", writing=True) as store:
        store.insert(ACCOUNTS, Account("2", "Millers", "Flour", "Millers Ltd"))
        store.insert(TOKENS, Token(SECOND, store.select(APPLICATIONS)[0].id, "2"))
    yield twin
    twin.close()


@pytest.fixture(scope="session")
def client(copernica: Twin) -> Iterator[Client]:
    """An in-process client of that twin."""
    client = Client(copernica.app)
    yield client
    client.close()


@pytest.fixture
def post(copernica: Twin, twin: TwinClient) -> Post:
    """What plants mail of the first account, at `NOW`."""
    twin.freeze(datetime.fromisoformat(NOW).replace(tzinfo=UTC).isoformat())
    return Post(copernica, twin.world)


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A database of people with addresses."""
    return Database(twin, Name="text", Address="email")
