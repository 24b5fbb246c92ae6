"""What a door answers without waiting for anything, and what it leaves untouched for the long way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.kernel.http import Written
from mockserver.kernel.journal import Journal
from tests.pipeline.world import World
from tests.support.client import scope_of

GOOD = (b"x-token", b"good")


class Waiting(Journal):
    """A journal in which nothing can be read at once."""

    waits = True


@pytest.fixture
def world() -> Iterator[World]:
    """A mini API with one thing, and an empty journal."""
    world = World(lane=True)
    world.ask("POST", "/Things/x")
    world.journal.forget("w")
    yield world
    world.close()


def at_once(world: World, method: str, target: str, *lines: tuple[bytes, bytes]) -> Written | None:
    """What the door of a world has at once."""
    return world.door.at_once({**scope_of(method, target, lines), "twin.world": "w"})


@pytest.mark.parametrize(
    ("method", "target", "line", "status"),
    [
        ("GET", "/Things/x", (b"accept", b"*/*"), 200),
        ("GET", "/Things/none", (b"accept", b"*/*"), 404),
        ("POST", "/Things/y?Size=3", (b"content-length", b"0"), 200),
    ],
)
def test_what_the_lane_serves_is_there_at_once_and_in_the_journal(
    world: World, method: str, target: str, line: tuple[bytes, bytes], status: int
) -> None:
    written = at_once(world, method, target, GOOD, line)
    assert written is not None
    assert written.status == status
    assert dict(written.lines)[b"content-length"] == str(len(written.content)).encode()
    assert [(entry.status, entry.lane) for entry in world.journal.entries("w")] == [(status, True)]


@pytest.mark.parametrize(
    ("method", "target", "lines"),
    [
        ("POST", "/Things/y", [(b"x-token", b"bad")]),
        ("POST", "/Things/y", []),
        ("POST", "/Things/y?Size=many", [GOOD]),
        ("POST", "/Nowhere/y", [GOOD]),
        ("POST", "/Things/%zz", [GOOD]),
        ("PATCH", "/Things/y", [GOOD]),
        ("POST", "/Things/y", [GOOD, (b"content-length", b"3")]),
        ("POST", "/Things/y", [GOOD, (b"transfer-encoding", b"chunked")]),
        ("POST", "/Things/y", [GOOD, (b"x-forwarded-proto", b"https")]),
        ("POST", "/Things/y", [GOOD, (b"x-forwarded-for", b"192.0.2.1")]),
    ],
)
def test_anything_else_is_left_as_if_it_had_never_come(
    world: World, method: str, target: str, lines: list[tuple[bytes, bytes]]
) -> None:
    assert at_once(world, method, target, *lines) is None
    assert list(world.journal.entries("w")) == []
    assert world.things() == ["x"]


def test_a_world_that_is_not_there_is_left(world: World) -> None:
    world.store.drop("w")
    assert at_once(world, "GET", "/Things/x", GOOD) is None


@pytest.mark.parametrize(("lane", "journal"), [(False, Journal()), (True, Waiting())])
def test_nothing_is_there_at_once_without_the_lane_or_with_a_journal_to_wait_for(lane: bool, journal: Journal) -> None:
    world = World(lane=lane, journal=journal)
    assert at_once(world, "GET", "/Things/All", GOOD) is None
    world.close()
