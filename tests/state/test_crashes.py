"""`kill -9` under load: whatever was answered is there afterwards, and nothing is half there."""

from __future__ import annotations

from collections import Counter
from random import Random
from threading import Event, Thread

import httpx
import pytest
from sqlalchemy import select

from mockserver.apis.kopicloud_ad import API
from mockserver.kernel.store.sql.opening import open_store
from mockserver.kernel.store.sql.schema import CLAIMS, ENTRIES, ROWS
from mockserver.kernel.store.sql.store import SqlStore
from tests.face.command import Twin, serving
from tests.support.databases import Databases
from tests.support.thorough import times

#: 50 of both together.
POINTS = times(3, 25)
CLIENTS = 4


class Load:
    """Clients that create users until the server is gone; ``done`` are the names of those that were answered."""

    def __init__(self, twin: Twin, point: int, enough: int) -> None:
        self._twin, self._point, self._enough = twin, point, enough
        self.done: list[str] = []
        self.reached = Event()
        self._threads = [Thread(target=self._create, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until every client has noticed that the server is gone."""
        for thread in self._threads:
            thread.join()

    def _create(self, client: int) -> None:
        header = self._twin.header("twin-admin")
        with httpx.Client(base_url=self._twin.url, headers=header, trust_env=False, timeout=30) as http:
            for number in range(10_000):
                name = f"u{self._point}-{client}-{number}"
                try:
                    answer = http.post(f"/api/ADUser/{name}", params={"Password": "Tw1n-Passw0rd!"})
                except httpx.TransportError:
                    return
                assert answer.status_code == 200, answer.text
                self.done.append(name)
                if len(self.done) >= self._enough:
                    self.reached.set()


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_nothing_answered_is_lost_and_nothing_is_half_there(databases: Databases, store: str) -> None:
    address, random, answered = databases.address(store), Random(7), []
    for point in range(POINTS):
        with serving("kopicloud-ad", "--state", address) as twin:
            load = Load(twin, point, enough=random.randint(1, 60))
            assert load.reached.wait(30)
            twin.process.kill()
            load.join()
        answered += load.done
        state = open_store(address, API.kinds)
        accounts = {row.account for row in state.dump("default")["kopicloud-ad.object"].values()}
        assert set(answered) - accounts == set()
        assert len(accounts) <= 200 + len(answered) + CLIENTS * (point + 1)
        check_whole(state)
        state.close()


def check_whole(store: SqlStore) -> None:
    """Claims and entries are exactly those of the rows of their layer."""
    claims: Counter[tuple[object, ...]] = Counter()
    entries: Counter[tuple[object, ...]] = Counter()
    with store.connections.engine.connect() as connection:
        for row in connection.execute(select(ROWS).where(ROWS.c.variant.is_not(None))):
            kind = store.catalogue.named(row.kind)
            assert kind is not None
            thing = kind.codec.read(row.variant, row.document)
            claims.update((row.layer, claim.id, by, row.key) for claim, by in kind.claimed(thing))
            entries.update((row.layer, lookup, by, place, row.key) for lookup, by, place in kind.entries(thing))
        assert Counter(tuple(line) for line in connection.execute(select(CLAIMS))) == claims
        assert Counter(tuple(line) for line in connection.execute(select(ENTRIES))) == entries
