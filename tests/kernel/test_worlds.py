"""Worlds: made, copied, kept, compared and forgotten, each apart from all others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.kernel.store.protocol import FrozenWorld, Store, StoreError, Transaction
from mockserver.kernel.worlds import Worlds
from tests.kernel.stores import NOTES, THINGS, Note, Thing, Tool


@pytest.fixture
def worlds(make_store: Callable[[], Store]) -> Worlds:
    """At most five worlds; ``default`` has one row."""
    worlds = Worlds(store=make_store(), limit=5)
    worlds.create("default", lambda store: store.insert(THINGS, Thing("1", name="planted")))
    return worlds


def put(worlds: Worlds, world: str, *rows: Thing) -> None:
    """Insert or replace rows."""
    with worlds.transaction(world) as store:
        for row in rows:
            (store.replace if store.get(THINGS, row.id) else store.insert)(THINGS, row)


def names(worlds: Worlds, world: str) -> dict[str, str | None]:
    """Key and name of each row."""
    return {row.id: row.name for row in worlds.dump(world).get("test.thing", [])}


def test_a_fork_has_the_state_of_its_origin_and_goes_its_own_way(worlds: Worlds) -> None:
    put(worlds, "default", Thing("2"))
    worlds.fork("default", "ci-1")
    put(worlds, "ci-1", Thing("3"))
    put(worlds, "default", Thing("4"))
    assert (sorted(names(worlds, "ci-1")), sorted(names(worlds, "default"))) == (["1", "2", "3"], ["1", "2", "4"])


def test_reset_brings_back_the_first_state_again_and_again(worlds: Worlds) -> None:
    put(worlds, "default", Thing("2"))
    worlds.fork("default", "fork")
    for _ in range(2):
        for world in ("default", "fork"):
            put(worlds, world, Thing("1", name="changed"), Thing("9"))
            worlds.reset(world)
    assert names(worlds, "default") == {"1": "planted"}
    assert names(worlds, "fork") == {"1": "planted", "2": None}


def test_restore_brings_back_a_snapshot(worlds: Worlds) -> None:
    worlds.snapshot("default", "before")
    put(worlds, "default", Thing("1", name="changed"))
    worlds.restore("default", "before")
    put(worlds, "default", Thing("2"))
    assert names(worlds, "default") == {"1": "planted", "2": None}
    assert names(worlds, "before") == {"1": "planted"}
    assert [worlds.frozen(world) for world in ("before", "default")] == [True, False]


def test_restoring_a_world_from_itself_loses_nothing(worlds: Worlds) -> None:
    put(worlds, "default", Thing("2"))
    worlds.restore("default", "default")
    assert sorted(names(worlds, "default")) == ["1", "2"]


@pytest.mark.parametrize(
    "act",
    [
        lambda worlds: worlds.reset("kept"),
        lambda worlds: worlds.restore("kept", "default"),
        lambda worlds: put(worlds, "kept", Thing("2")),
    ],
)
def test_a_snapshot_never_changes(worlds: Worlds, act: Callable[[Worlds], None]) -> None:
    worlds.snapshot("default", "kept")
    put(worlds, "default", Thing("3"))
    with pytest.raises(FrozenWorld, match="snapshot and cannot be changed"):
        act(worlds)
    assert names(worlds, "kept") == {"1": "planted"}
    assert worlds.frozen("kept")


def test_a_difference_is_told_by_kind_key_and_attribute(worlds: Worlds) -> None:
    put(worlds, "default", Thing("2"), Thing("3", rank=1), Tool("4", name="same", weight=1))
    worlds.fork("default", "after")
    with worlds.transaction("after") as store:
        store.delete(THINGS, "2")
        store.replace(THINGS, Thing("3", rank=2, code="x"))
        store.replace(THINGS, Tool("4", name="same", weight=2))
        store.replace(THINGS, Thing("1", name="planted"))
        store.insert(THINGS, Thing("5"))
        store.insert(NOTES, Note("n1"))
    changed = {"3": {"rank": [1, 2], "code": [None, "x"]}, "4": {"weight": [1, 2]}}
    assert worlds.diff("default", "after") == {
        "test.note": {"added": ["n1"], "removed": [], "changed": {}},
        "test.thing": {"added": ["5"], "removed": ["2"], "changed": changed},
    }
    assert worlds.diff("after", "after") == {}


def test_a_world_whose_planting_fails_does_not_exist(worlds: Worlds) -> None:
    def plant(store: Transaction) -> None:
        store.insert(THINGS, Thing("1"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        worlds.create("broken", plant)
    assert worlds.names() == ["default"]
    worlds.create("broken", lambda store: None)
    assert worlds.dump("broken") == {}


def test_a_dropped_world_leaves_its_forks_and_its_name(worlds: Worlds) -> None:
    worlds.fork("default", "a")
    worlds.fork("a", "b")
    worlds.drop("a")
    assert worlds.names() == ["b", "default"]
    assert not worlds.exists("a")
    worlds.create("a", lambda store: None)
    assert (names(worlds, "a"), names(worlds, "b")) == ({}, {"1": "planted"})


def test_the_number_of_worlds_is_limited(worlds: Worlds) -> None:
    for number in range(4):
        worlds.fork("default", f"w{number}")
    with pytest.raises(StoreError, match="there are 5 worlds already; drop some first"):
        worlds.fork("default", "one-more")
    worlds.drop("w0")
    worlds.fork("default", "one-more")
    assert len(worlds.names()) == 5


@pytest.mark.parametrize("name", ["", ".", "..", "a b", "a/b", "ä", "x" * 65, "planted of default", "a\n", "../a"])
def test_a_wrong_name_is_refused(worlds: Worlds, name: str) -> None:
    with pytest.raises(StoreError, match="allowed are 1 to 64 letters, digits"):
        worlds.fork("default", name)
    assert worlds.names() == ["default"]


@pytest.mark.parametrize("name", ["a", "A.b_c-9", "-", "x" * 64])
def test_a_right_name_is_taken(worlds: Worlds, name: str) -> None:
    worlds.fork("default", name)
    assert worlds.exists(name)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda worlds: worlds.drop("default"), "the world 'default' cannot be dropped; reset it instead"),
        (lambda worlds: worlds.fork("default", "default"), "world 'default' exists already; drop it first"),
        (lambda worlds: worlds.fork("defalt", "x"), "no world 'defalt' .did you mean 'default'"),
        (lambda worlds: worlds.drop("defalt"), "no world 'defalt' .did you mean 'default'"),
        (lambda worlds: worlds.reset("x"), "no world 'x' .known: default"),
        (lambda worlds: worlds.dump("x"), "no world 'x' .known: default"),
        (lambda worlds: worlds.frozen("x"), "no world 'x' .known: default"),
        (lambda worlds: worlds.diff("default", "x"), "no world 'x' .known: default"),
        (lambda worlds: worlds.diff("x", "default"), "no world 'x' .known: default"),
        (lambda worlds: worlds.restore("default", "x"), "no world 'x' .known: default"),
        (lambda worlds: worlds.transaction("planted of default"), "no world 'planted of default'"),
        (lambda worlds: worlds.fork("planted of default", "x"), "no world 'planted of default'"),
    ],
)
def test_a_wrong_world_is_refused(worlds: Worlds, act: Callable[[Worlds], Any], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        act(worlds)
    assert names(worlds, "default") == {"1": "planted"}
