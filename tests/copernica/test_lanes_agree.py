"""Any request for any operation is answered, in one form, and alike by the compiled lane and by connexion's full stack.

Two twins hold equal worlds whose clocks stand still, one with the lane and one without.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apitwin import data
from mockserver.app import Options, Twin, build
from mockserver.kernel.promise import load
from tests.copernica.conftest import NAME
from tests.copernica.wire import Wire, requests
from tests.support.client import Answer, Client

OPERATIONS = load(data.specs_dir() / NAME).operations

#: Longest series of requests to one world, and how many series each operation gets.
LENGTH, SERIES = 3, 12


class Sides:
    """Both twins."""

    def __init__(self) -> None:
        self._twins: list[Twin] = [build([NAME], Options(lane=lane)) for lane in (True, False)]
        self._clients = [Client(twin.app) for twin in self._twins]
        self._names = (f"case-{number}" for number in count())

    def close(self) -> None:
        """End the clients."""
        for client, twin in zip(self._clients, self._twins, strict=True):
            client.close()
            twin.close()

    def compare(self, wires: list[Wire]) -> None:
        """Send requests to both, in equal fresh worlds."""
        world = next(self._names)
        for twin in self._twins:
            twin.worlds.fork("default", world)
        for wire in wires:
            fast, full = (_ask(client, world, wire) for client in self._clients)
            assert (fast.status, fast.headers, fast.content) == (full.status, full.headers, full.content), wire
            assert fast.status < 500, (wire, fast)
            if fast.status >= 400:
                assert list(fast.body) == ["error"], (wire, fast)
                assert list(fast.body["error"]) == ["message"], (wire, fast)
        left, right = (twin.worlds.dump(world) for twin in self._twins)
        assert left == right, wires
        for twin in self._twins:
            twin.worlds.drop(world)
            twin.journal.forget(world)


def _ask(client: Client, world: str, wire: Wire) -> Answer:
    headers = {"Twin-World": world, **({} if wire.content_type is None else {"Content-Type": wire.content_type})}
    return client.request(wire.method, wire.target, headers=headers, body=wire.body)


@pytest.fixture(scope="module")
def sides() -> Iterator[Sides]:
    """A twin with the lane on and one with the lane off."""
    both = Sides()
    yield both
    both.close()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_any_request_is_answered_alike(sides: Sides, operation: str) -> None:
    asked = OPERATIONS[operation]

    @settings(
        max_examples=SERIES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.lists(requests(asked), min_size=1, max_size=LENGTH))
    def alike(wires: list[Wire]) -> None:
        sides.compare(wires)

    alike()
