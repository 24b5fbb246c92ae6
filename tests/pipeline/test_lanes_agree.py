"""The compiled lane and connexion's full stack answer alike: status, headers, body, and what they leave behind.

Two twins hold equal worlds whose clocks stand still, one with the lane and one without. 84 operations with 25 drawn
cases of one or two requests each are some 3 000 requests to either twin; they are the same on every run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apitwin import data
from mockserver.app import Options, Twin, build
from tests.support.client import Answer, Client, scope_of
from tests.support.right import GUIDS, RIGHT
from tests.support.wire import Wire, requests, right

API = "kopicloud-ad"
MOMENT = "2026-06-01T12:00:00Z"


class Side:
    """One twin, and a client of it."""

    def __init__(self, *, lane: bool, fixtures: Path) -> None:
        self.twin: Twin = build([API], Options(lane=lane, fixtures=fixtures))
        self._client = Client(self.twin.app)

    def close(self) -> None:
        """End the client."""
        self._client.close()

    def ask(self, world: str, wire: Wire) -> Answer:
        """Send a request in a world."""
        lines = [(name.encode(), value.encode()) for name, value in (*wire.headers, ("twin-world", world))]
        if wire.body:
            lines.append((b"content-length", str(len(wire.body)).encode()))
        answer = self._client.talk(scope_of(wire.method, wire.target, lines), [wire.body])
        assert answer is not None
        return answer

    def credentials(self) -> tuple[str, ...]:
        """Header values of every credential of the seed, that of the administrator first."""
        known = self.twin.credentials(API)
        return (dict(known)["twin-admin"], *(value for _, value in known))

    def guids(self, token: str) -> dict[str, str]:
        """GUIDs of the things that right requests name."""
        headers = {"Auth-Token": token}
        return {name: self._client.request("GET", at, headers=headers).result["guid"] for name, at in GUIDS.items()}

    def served_by_lane(self, world: str) -> list[bool]:
        """Of each exchange of a world, whether the lane served it."""
        return [entry.lane for entry in self.twin.journal.entries(world)]


class Sides:
    """Both twins and what requests need to name."""

    def __init__(self, fixtures: Path) -> None:
        self.fast, self.full = (Side(lane=lane, fixtures=fixtures) for lane in (True, False))
        self.tokens = self.fast.credentials()
        self.guids: Mapping[str, str] = self.fast.guids(self.tokens[0])
        self.operations = self.fast.twin.engines[API].promise.operations
        self._names = (f"case-{number}" for number in count())

    def close(self) -> None:
        """End both clients."""
        self.fast.close()
        self.full.close()

    def compare(self, wires: list[Wire]) -> tuple[list[bool], list[int]]:
        """Send requests to both, in equal fresh worlds; which of them the lane served, and the statuses."""
        world, both = next(self._names), (self.fast, self.full)
        for side in both:
            side.twin.worlds.fork("default", world)
        try:
            fast, full = ([side.ask(world, wire) for wire in wires] for side in both)
            for wire, one, other in zip(wires, fast, full, strict=True):
                assert shown(one) == shown(other), (wire.method, wire.target, wire.headers)
                assert one.status < 500, (wire.method, wire.target, one)
            left, right_ = (side.twin.worlds.dump(world) for side in both)
            assert left == right_, [wire.target for wire in wires]
            assert not any(self.full.served_by_lane(world))
            return self.fast.served_by_lane(world), [answer.status for answer in fast]
        finally:
            for side in both:
                side.twin.worlds.drop(world)
                side.twin.journal.forget(world)


def shown(answer: Answer) -> tuple[Any, ...]:
    """Everything a client sees of an answer."""
    return answer.status, answer.headers, answer.content


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    """A twin with the lane on and one with the lane off, both planted in the same moment."""
    fixtures = tmp_path_factory.mktemp("fixtures")
    seed = fixtures / API / "seeds" / "baseline.yaml"
    seed.parent.mkdir(parents=True)
    baseline = data.fixtures_dir() / API / "seeds" / "baseline.yaml"
    seed.write_text(f"clock: {MOMENT}\n{baseline.read_text('utf-8')}", "utf-8")
    both = Sides(fixtures)
    yield both
    both.close()


def test_there_is_a_right_request_for_every_operation(sides: Sides) -> None:
    assert set(RIGHT) == set(sides.operations)


@pytest.mark.parametrize("operation", RIGHT)
def test_a_right_request_is_served_by_the_lane_as_the_full_stack_would(sides: Sides, operation: str) -> None:
    first = RIGHT[operation].first
    names = [operation] if first is None else [first, operation]
    wires = [right(sides.operations[name], sides.guids, sides.tokens[0]) for name in names]
    lane, statuses = sides.compare(wires)
    assert lane == [True] * len(wires)
    assert statuses == [200] * len(wires)


@pytest.mark.parametrize("operation", RIGHT)
def test_any_request_is_answered_alike(sides: Sides, operation: str) -> None:
    asked = sides.operations[operation]

    @settings(max_examples=25, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(requests(asked, sides.guids, sides.tokens), min_size=1, max_size=2))
    def alike(wires: list[Wire]) -> None:
        sides.compare(wires)

    alike()
