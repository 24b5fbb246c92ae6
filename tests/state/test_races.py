"""Many at once: unique names stay unique, numbers are given once, and every client gets an answer."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlsplit

import pytest

from mockserver.kernel.store.attempts import attempt
from mockserver.kernel.store.protocol import DuplicateKey, Store, Transaction
from mockserver.kernel.store.query import Eq
from mockserver.kernel.store.sql.opening import open_store
from tests.face.command import Twin, serving
from tests.kernel.stores import KINDS, PARENT, THINGS, UNIQUE_NAME, Thing
from tests.support.thorough import times

CLIENTS, ROUNDS, WORKERS = 32, times(4, 100), 4


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """A store with a world ``w`` that was forked, so that its rows lie in two layers."""
    store = open_store(address, KINDS)
    store.create("origin")
    with store.transaction("origin") as transaction:
        transaction.insert(THINGS, Thing("p", name="parent"))
    store.fork("origin", "w")
    yield store
    store.close()


def at_once(act: Callable[[int], str]) -> list[str]:
    """What came of the same thing done by many threads, sorted."""
    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(act, range(16)))


def test_one_of_many_gets_a_unique_name(store: Store) -> None:
    def claim(number: int, name: str) -> str:
        def insert(transaction: Transaction) -> None:
            if transaction.find(UNIQUE_NAME, "p", name) is None:
                transaction.insert(THINGS, Thing(f"{name}-{number}", parent="p", name=name))
            else:
                raise DuplicateKey(THINGS.name, ("name",), (name,))

        try:
            attempt(store, "w", insert)
        except DuplicateKey:
            return "refused"
        return "done"

    for name in ("a", "b", "c"):
        assert at_once(partial(claim, name=name)) == ["done", *["refused"] * 15]
    with store.transaction("w") as transaction:
        assert transaction.count(THINGS, Eq(PARENT, "p")) == 3


def test_a_number_is_given_once(store: Store) -> None:
    def number(_: int) -> str:
        return f"{attempt(store, 'w', lambda transaction: transaction.next_number('sid'), writing=True):02}"

    assert at_once(number) == [f"{number:02}" for number in range(1, 17)]


def test_what_a_transaction_has_read_is_still_so_when_it_commits(store: Store) -> None:
    """Each takes the parent away, or hangs a child on it, but never both."""

    def act(number: int) -> str:
        def remove(transaction: Transaction) -> str:
            if transaction.get(THINGS, "p") and not transaction.count(THINGS, Eq(PARENT, "p")):
                transaction.delete(THINGS, "p")
            return "removed"

        def hang(transaction: Transaction) -> str:
            if transaction.get(THINGS, "p"):
                transaction.insert(THINGS, Thing(f"child {number}", parent="p", name=f"{number}"))
            return "hung"

        return attempt(store, "w", hang if number % 2 else remove)

    at_once(act)
    with store.transaction("w") as transaction:
        children = transaction.count(THINGS, Eq(PARENT, "p"))
        assert (transaction.get(THINGS, "p") is None) == (children == 0)


def test_one_of_32_clients_of_4_workers_creates_a_user(address: str) -> None:
    with serving("kopicloud-ad", "--state", address, "--workers", str(WORKERS)) as twin:
        connections = [http.client.HTTPConnection(urlsplit(twin.url).netloc, timeout=60) for _ in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            for round_ in range(ROUNDS):
                statuses = sorted(pool.map(lambda each: _create(each, twin, f"racer{round_}"), connections))  # noqa: B023
                assert statuses == [200, *[400] * (CLIENTS - 1)]
        for each in connections:
            each.close()
        users = twin.ask("GET", "/api/ADUser/ListUsers/All", headers=twin.header("twin-admin")).json()["result"]
    assert sum(user["username"].startswith("racer") for user in users) == ROUNDS


def _create(connection: http.client.HTTPConnection, twin: Twin, name: str) -> int:
    connection.request("POST", f"/api/ADUser/{name}?Password=Tw1n-Passw0rd!", headers=twin.header("twin-admin"))
    answer = connection.getresponse()
    answer.read()
    return answer.status
