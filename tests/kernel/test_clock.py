"""A world's time and identities: they stand, move and repeat as told, and belong to their world alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mockserver.kernel.clock import SEED, Clock, Ids, SeedState
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import Transaction

MOMENT = datetime(2026, 1, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Wall:
    """Real time, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """Real time as the clock sees it."""
    wall = Wall()
    monkeypatch.setattr(time, "time", lambda: wall.seconds)
    return wall


@pytest.fixture
def store() -> MemoryStore:
    """One empty world, ``w``."""
    store = MemoryStore()
    store.create("w")
    return store


@pytest.fixture
def transaction(store: MemoryStore) -> Iterator[Transaction]:
    """An open transaction on it."""
    with store.transaction("w") as transaction:
        yield transaction


def test_an_untouched_clock_shows_real_time(transaction: Transaction, wall: Wall) -> None:
    clock = Clock(store=transaction)
    assert clock.timestamp() == 1_000_000
    wall.seconds += 5
    assert clock.timestamp() == 1_000_005
    assert clock.now() == datetime.fromtimestamp(1_000_005, UTC)


def test_a_frozen_clock_stands_until_it_is_thawed(transaction: Transaction, wall: Wall) -> None:
    clock = Clock(store=transaction)
    clock.freeze(MOMENT)
    wall.seconds += 100
    assert clock.now() == MOMENT
    clock.thaw()
    assert clock.now() == MOMENT
    wall.seconds += 60
    assert clock.now() == MOMENT + timedelta(seconds=60)


def test_a_clock_can_be_frozen_where_it_stands(transaction: Transaction, wall: Wall) -> None:
    clock = Clock(store=transaction)
    clock.freeze()
    wall.seconds += 100
    assert clock.timestamp() == 1_000_000


def test_thawing_a_running_clock_changes_nothing(transaction: Transaction, wall: Wall) -> None:
    clock = Clock(store=transaction)
    clock.advance(DAY)
    clock.thaw()
    assert clock.timestamp() == wall.seconds + 86_400


@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_can_be_moved_forward_and_back(transaction: Transaction, wall: Wall, frozen: bool) -> None:
    clock = Clock(store=transaction)
    if frozen:
        clock.freeze()
    clock.advance(DAY)
    clock.advance(-3 * DAY)
    assert clock.timestamp() == wall.seconds - 2 * 86_400


def test_each_world_has_its_own_time(store: MemoryStore, wall: Wall) -> None:
    with store.transaction("w") as transaction:
        Clock(store=transaction).freeze(MOMENT)
    store.fork("w", "fork")
    with store.transaction("fork") as transaction:
        Clock(store=transaction).advance(DAY)
        assert Clock(store=transaction).now() == MOMENT + DAY
    with store.transaction("w") as transaction:
        assert Clock(store=transaction).now() == MOMENT


def drawn(store: MemoryStore, world: str = "w", seed: int | None = None) -> list[str | int]:
    """The next identities of a world, three of each sort in turn."""
    with store.transaction(world) as transaction:
        if seed is not None:
            transaction.insert(SEED, SeedState(number=seed))
        ids = Ids(store=transaction)
        return [draw for _ in range(3) for draw in (ids.guid(), ids.token(), ids.number("sid"))]


def test_the_same_seed_gives_the_same_identities_and_another_seed_others() -> None:
    made = []
    for seed in (7, 7, 8):
        store = MemoryStore()
        store.create("w")
        made.append(drawn(store, seed=seed))
    assert made[0] == made[1]
    assert [first == other for first, other in zip(made[0], made[2], strict=True)] == [False, False, True] * 3


def test_no_identity_is_given_twice_in_a_line_of_descent(store: MemoryStore) -> None:
    first = drawn(store)
    store.fork("w", "fork")
    further, forked = drawn(store), drawn(store, "fork")
    assert len({*first, *further}) == 18
    assert forked == further


def test_identities_of_a_failed_transaction_were_never_given(store: MemoryStore) -> None:
    given: list[str] = []
    with pytest.raises(ZeroDivisionError):
        _draw_and_fail(store, given)
    with store.transaction("w") as transaction:
        assert Ids(store=transaction).guid() == given[0]


def _draw_and_fail(store: MemoryStore, given: list[str]) -> None:
    with store.transaction("w") as transaction:
        given.append(Ids(store=transaction).guid())
        raise ZeroDivisionError


def test_identities_have_their_forms(transaction: Transaction) -> None:
    ids = Ids(store=transaction)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", ids.guid())
    assert re.fullmatch(r"[0-9a-f]{32}", ids.token())
    assert [ids.number("rid") for _ in range(3)] == [1, 2, 3]
