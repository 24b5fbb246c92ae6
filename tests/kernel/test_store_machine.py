"""Every store, driven at random beside the plain model, gives the same answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from mockserver.kernel.store import sorted as chunks
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import DuplicateKey, FrozenWorld, MissingRow, Store, Transaction
from mockserver.kernel.store.query import And, AtLeast, AtMost, Condition, Eq, Greater, Less, Like, Not, Or, Order, Page
from tests.kernel.model import Model
from tests.kernel.stores import CODE, ID, NAME, PARENT, RANK, THINGS, UNIQUE_NAME, Thing, Tool

KEYS = st.sampled_from([f"k{number}" for number in range(12)])
TEXTS = st.sampled_from([None, "", "a", "b", "B", "ä", "ab", "a%", "a_b", "\\", "line\nfeed", "\U0001f600", "\uffff"])
RANKS = st.sampled_from([None, 0, 1, True, False, 1.0, 2.5, -1, 2**53 + 1, "1", "a"])
PARENTS = st.sampled_from([None, "p", "q"])
THING = st.builds(Thing, KEYS, TEXTS, PARENTS, RANKS, TEXTS)
ROWS = st.one_of(THING, st.builds(Tool, KEYS, TEXTS, PARENTS, RANKS, TEXTS, weight=st.integers(0, 3)))
ATTRIBUTES = st.sampled_from([THINGS.attribute(name) for name in sorted(THINGS.attributes)])
COMPARISONS = (Less, AtMost, Greater, AtLeast)
PATTERNS = st.sampled_from(["%", "", "a%", "%b", "a_b", "_", "a\\%", "a\\_b", "\\\\", "%a%b%", "l%d", "k1%"])
EQUAL = st.one_of(
    st.builds(Eq, st.just(PARENT), PARENTS), st.builds(Eq, st.just(RANK), RANKS), st.builds(Eq, ATTRIBUTES, TEXTS)
)
SIMPLE = st.one_of(
    EQUAL,
    st.builds(Eq, st.just(ID), KEYS),
    *(st.builds(each, ATTRIBUTES, RANKS.filter(lambda rank: rank is not None)) for each in COMPARISONS),
    st.builds(Like, ATTRIBUTES, PATTERNS),
)


def _combined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, max_size=3)
    return st.one_of(
        several.map(lambda found: And(*found)), several.map(lambda found: Or(*found)), st.builds(Not, parts)
    )


PINNED = st.lists(EQUAL, max_size=3).map(lambda found: And(*found))
CONDITIONS = st.one_of(st.none(), SIMPLE, PINNED, st.recursive(SIMPLE, _combined, max_leaves=5))
ORDERS = st.lists(st.builds(Order, ATTRIBUTES, st.booleans()), max_size=2).map(tuple)
INDEXED = st.builds(Order, st.sampled_from([NAME, ID, CODE]), st.booleans()).map(lambda order: (order,))
PAGES = st.builds(
    Page, limit=st.none() | st.integers(0, 5), offset=st.sampled_from([0, 0, 1, 4]), after=st.none() | KEYS
)
Query = tuple[Condition | None, tuple[Order, ...], Page]
QUERIES = st.tuples(CONDITIONS, INDEXED | ORDERS, PAGES)

#: Every declared look-up, read in its order: what a write must have kept in step.
PROBES: list[Query] = [
    (where, (Order(order),), Page())
    for where, order in [
        (None, NAME),
        (None, ID),
        *((Eq(PARENT, parent), NAME) for parent in (None, "p", "q")),
        *((Eq(RANK, rank), NAME) for rank in (None, 1)),
        *((And(Eq(RANK, 1), Eq(PARENT, parent)), CODE) for parent in (None, "p", "q")),
    ]
]
WRITES = st.one_of(
    st.tuples(st.just("insert"), ROWS),
    st.tuples(st.just("replace"), ROWS),
    st.tuples(st.just("delete"), KEYS),
    st.tuples(st.just("next_number"), st.sampled_from(["sid", "guid"])),
)


class Abandoned(Exception):
    """What a failing handler raises."""


class StoreMachine(RuleBasedStateMachine):
    """Worlds of a store beside worlds of the model."""

    makes: ClassVar[list[Callable[[], Store]]]

    worlds: Bundle[str] = Bundle("worlds")

    def __init__(self) -> None:
        super().__init__()
        self.store = self.makes[0]()
        self.models: dict[str, Model] = {}
        self.made = 0

    @rule(target=worlds, rows=st.lists(ROWS, min_size=4, max_size=20))
    def create(self, rows: list[Thing]) -> str:
        world = self._name()
        self.store.create(world)
        self.models[world] = Model()
        self.write(world, [("insert", row) for row in rows], abandon=False)
        return world

    @rule(target=worlds, source=worlds, frozen=st.booleans())
    def fork(self, source: str, frozen: bool) -> str:
        world = self._name()
        self.store.fork(source, world)
        self.models[world] = self.models[source].copy()
        if frozen:
            self.store.freeze(world)
            self.models[world].frozen = True
        return world

    @rule(world=worlds, source=worlds)
    def restore(self, world: str, source: str) -> None:
        if self.models[world].frozen:
            with pytest.raises(FrozenWorld, match="snapshot"):
                self.store.restore(world, source)
            return
        self.store.restore(world, source)
        self.models[world] = self.models[source].copy()

    @rule(world=consumes(worlds))
    def drop(self, world: str) -> None:
        self.store.drop(world)
        del self.models[world]

    @rule(world=worlds, writes=st.lists(WRITES, min_size=1, max_size=4), abandon=st.booleans())
    def write(self, world: str, writes: list[tuple[str, Any]], abandon: bool) -> None:
        before = self.models[world]
        model = before.copy()
        if before.frozen:
            self._write_frozen(world, writes)
            return
        try:
            with self.store.transaction(world) as store:
                for name, argument in writes:
                    assert _outcome(store, name, argument) == getattr(model, name)(argument)
                if abandon:
                    raise Abandoned
        except Abandoned:
            model = before
        self.models[world] = model

    @rule(world=worlds, queries=st.lists(QUERIES, min_size=1, max_size=6))
    def query(self, world: str, queries: list[Query]) -> None:
        with self.store.transaction(world) as store:
            for query in queries:
                _compare(store, self.models[world], query)

    @rule(world=worlds, key=KEYS, parent=PARENTS, name=TEXTS)
    def look_up(self, world: str, key: str, parent: str | None, name: str | None) -> None:
        rows = self.models[world].rows
        sharing = [row for row in rows.values() if (row.parent, row.name) == (parent, name)]
        exempt = parent is None or name is None
        with self.store.transaction(world) as store:
            assert store.get(THINGS, key) == rows.get(key)
            assert store.find(UNIQUE_NAME, parent, name) == (None if exempt or not sharing else sharing[0])

    @invariant()
    def same_state(self) -> None:
        assert self.store.worlds() == sorted(self.models)
        for world, model in self.models.items():
            expected = {"test.thing": dict(sorted(model.rows.items()))} if model.rows else {}
            assert self.store.dump(world) == expected
            assert self.store.frozen(world) == model.frozen
            with self.store.transaction(world) as store:
                for query in PROBES:
                    _compare(store, model, query)

    def _write_frozen(self, world: str, writes: list[tuple[str, Any]]) -> None:
        with self.store.transaction(world) as store:
            for name, argument in writes:
                with pytest.raises(FrozenWorld, match="snapshot"):
                    _write(store, name, argument)

    def _name(self) -> str:
        self.made += 1
        return f"world-{self.made}"


def _compare(store: Transaction, model: Model, query: Query) -> None:
    where, order, page = query
    expected = model.select(where, order, page)
    if isinstance(expected, str):
        with pytest.raises(MissingRow):
            store.select(THINGS, where, order=order, page=page)
    else:
        assert store.select(THINGS, where, order=order, page=page) == expected
    assert store.count(THINGS, where) == len(model.select(where, (), Page()))


def _write(store: Transaction, name: str, argument: Any) -> Any:
    if name == "next_number":
        return store.next_number(argument)
    return getattr(store, name)(THINGS, argument)


def _outcome(store: Transaction, name: str, argument: Any) -> Any:
    """What a write answers or raises, as the model says it."""
    try:
        answer = _write(store, name, argument)
    except (DuplicateKey, MissingRow) as error:
        return type(error).__name__
    return "done" if answer is None else answer


def _drive(make_store: Callable[[], Store], examples: int) -> None:
    run_state_machine_as_test(
        type("StoreMachine", (StoreMachine,), {"makes": [make_store]}),
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None, derandomize=True),
    )


def test_a_store_agrees_with_the_model(make_store: Callable[[], Store]) -> None:
    _drive(make_store, 20)


@pytest.mark.parametrize("chunk", [2, 2048])
def test_the_memory_store_agrees_with_the_model_however_its_entries_are_cut(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", chunk)
    _drive(MemoryStore, 40)
