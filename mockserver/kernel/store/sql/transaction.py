"""Rows of one world within one transaction. Writes wait here until a query needs them or the transaction ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn, cast

import orjson

from mockserver.kernel.store.protocol import DuplicateKey, Kind, MissingRow, Row, StoreError, UniqueKey
from mockserver.kernel.store.query import WHOLE, Condition, Order, Page, Scalar, attributes_of, check_kept
from mockserver.kernel.store.sql import cells
from mockserver.kernel.store.sql.cache import Memories, Stored
from mockserver.kernel.store.sql.catalogue import Catalogue, Catalogued, Claim
from mockserver.kernel.store.sql.dialects import Parameters
from mockserver.kernel.store.sql.groups import ENOUGH, smallest
from mockserver.kernel.store.sql.queries import Questions
from mockserver.kernel.store.sql.session import Batches, Session
from mockserver.kernel.store.sql.statements import Statements, layers_of

#: The order of one flush: what is given up before what is taken.
STEPS = ("leave", "disclaim", "remove", "bury", "put", "claim", "enter", "number")

NOTHING = Stored(None, 0)


@dataclass(slots=True)
class Change:
    """A row as it shall be, and as the database has it."""

    kind: Catalogued[Any]
    key: str
    row: Any
    base: Stored
    written: Parameters | None


class _Closed:
    """What a transaction acts on before and after its block: nothing."""

    def __getattr__(self, name: str) -> NoReturn:
        raise StoreError("this transaction is not open; use it inside its own with block")


CLOSED = cast(Session, _Closed())


class Parts:
    """What all transactions of a store share."""

    def __init__(self, *, catalogue: Catalogue, statements: Statements, memories: Memories, database: Any) -> None:
        self.catalogue, self.statements, self.memories, self.database = catalogue, statements, memories, database
        self._questions: dict[int, Questions] = {}

    def questions(self, kind: Catalogued[Any]) -> Questions:
        """The queries on a kind."""
        known = self._questions.get(kind.id)
        if known is None:
            known = self._questions[kind.id] = Questions(self.database, kind)
        return known


class SqlTransaction:
    """One transaction on one world; also the context that commits or rolls it back."""

    __slots__ = ("_changes", "_claims", "_name", "_numbers", "_parts", "_session", "_target", "_waiting", "_writing")

    def __init__(self, *, name: str, session: Session, parts: Parts, writing: bool) -> None:
        self._name, self._target, self._parts, self._writing = name, session, parts, writing
        self._session: Session = CLOSED
        self._changes: dict[tuple[int, str], Change] = {}
        self._claims: dict[tuple[int, str], str | None] = {}
        self._numbers: dict[str, int] = {}
        self._waiting: set[tuple[int, str]] = set()

    def __enter__(self) -> SqlTransaction:
        busy = self._parts.memories.busy
        if self._name in busy:
            self._target.close(None)
            raise StoreError("a transaction on this world is under way; transactions do not nest")
        if self._writing:
            try:
                self._target.lock()
            except BaseException as error:
                self._target.close(error)
                raise
        busy.add(self._name)
        self._session = self._target
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session, self._session = self._session, CLOSED
        self._parts.memories.busy.discard(self._name)
        try:
            if error is None:
                session.commit(self._batches(session))
                self._remember(session)
        except BaseException as broken:
            error = broken
            raise
        finally:
            session.close(error)

    def get(self, kind: Kind[Row], key: str) -> Row | None:
        """The row with this primary key."""
        row: Row | None = self._stored(self._parts.catalogue.of(kind), key).row
        return row

    def find(self, key: UniqueKey[Row], *values: Scalar) -> Row | None:
        """The row with these values in attributes declared unique together."""
        key.check(values)
        if None in values:
            return None
        known = self._parts.catalogue.of(key.kind)
        owner = self._owner(self._session, known, known.claims[key.place], cells.group(values))
        return None if owner is None else self.get(key.kind, owner)

    def select(
        self,
        kind: Kind[Row],
        where: Condition | None = None,
        *,
        order: tuple[Order, ...] = (),
        page: Page = WHOLE,
    ) -> list[Row]:
        """Rows that meet the condition, ordered, one page of them."""
        known = self._parts.catalogue.of(kind)
        return list(self._answered(known, (where, order, page), self._selected))

    def count(self, kind: Kind[Row], where: Condition | None = None) -> int:
        """How many rows meet the condition."""
        known = self._parts.catalogue.of(kind)
        (found,) = self._answered(known, (where,), self._counted)
        return int(found)

    def stamp(self, kind: Kind[Any]) -> object:
        """The state of a kind's rows: the version of the whole world, nothing that lasts after a change."""
        if self._changes:
            return object()
        self._session.remembered()
        world = self._session.memory.world
        return world.id, world.version

    def insert(self, kind: Kind[Row], row: Row) -> None:
        """Add a row."""
        known = self._parts.catalogue.of(kind)
        self._session.write()
        key = known.codec.key_of(row)
        old = self._stored(known, key)
        if old.row is not None:
            raise DuplicateKey(kind.name, (kind.key,), (key,))
        self._change(known, key, row, old)

    def replace(self, kind: Kind[Row], row: Row) -> None:
        """Put a row in the place of the one with its primary key."""
        known = self._parts.catalogue.of(kind)
        self._session.write()
        key = known.codec.key_of(row)
        old = self._stored(known, key)
        if old.row is None:
            raise MissingRow(kind.name, key)
        self._change(known, key, row, old)

    def delete(self, kind: Kind[Row], key: str) -> None:
        """Remove a row."""
        known = self._parts.catalogue.of(kind)
        self._session.write()
        old = self._stored(known, key)
        if old.row is None:
            raise MissingRow(kind.name, key)
        self._change(known, key, None, old)

    def next_number(self, sequence: str) -> int:
        """The next number of a named sequence, from 1."""
        session = self._session
        session.write()
        last = self._numbers.get(sequence)
        if last is None:
            last = session.memory.numbers.get(sequence)
        if last is None:
            session.read()
            found, chain = None, session.chain
            if chain:
                statement = self._parts.statements.deep("numbered", len(chain))
                found = session.one(statement, {**layers_of(chain), "sequence": sequence})
            last = session.memory.numbers[sequence] = found[0] if found else 0
        self._numbers[sequence] = last + 1
        return last + 1

    def _selected(
        self, known: Catalogued[Any], where: Condition | None, order: tuple[Order, ...], page: Page
    ) -> tuple[Any, ...]:
        anchor = None
        known.kind.check((*attributes_of(where), *(key.attribute for key in order)))
        if page.after is not None:
            anchor = self._stored(known, page.after).row
            if anchor is None:
                raise MissingRow(known.kind.name, page.after)
        lines = self._asked(known, where, order, page, anchor=anchor)
        return tuple([self._row(known, *line) for line in lines])

    def _counted(self, known: Catalogued[Any], where: Condition | None) -> tuple[int]:
        known.kind.check(attributes_of(where))
        lines = self._asked(known, where, (), WHOLE, counts=True)
        return (int(lines[0][0]) if lines else 0,)

    def _answered(
        self, known: Catalogued[Any], query: tuple[Any, ...], ask: Callable[..., tuple[Any, ...]]
    ) -> tuple[Any, ...]:
        """An answer from memory, or from the database and then remembered; never across changes of its kind."""
        if any(kind == known.id for kind, _ in self._changes):
            return ask(known, *query)
        session = self._session
        answers = session.memory.answers.get(known.id)
        found = None if answers is None else answers.get(query)
        if found is not None:
            session.remembered()
            return found
        found = ask(known, *query)
        session.memory.answer(known.id, query, found)
        return found

    def _stored(self, known: Catalogued[Any], key: str) -> Stored:
        """A row as it is now, and the layer the database has it in."""
        place, session = (known.id, key), self._session
        memory = session.memory
        change = self._changes.get(place)
        if change is not None:
            return Stored(change.row, change.base.layer)
        found = memory.rows.get(place)
        if found is not None:
            session.remembered()
            return found
        check_kept(key)
        session.read()
        memory, chain = session.memory, session.chain
        if not chain:
            return NOTHING
        line = session.one(
            self._parts.statements.deep("get", len(chain)), {**layers_of(chain), "kind": known.id, "key": key}
        )
        found = NOTHING
        if line is not None:
            layer, variant, document = line
            found = Stored(None if variant is None else known.codec.read(variant, document), layer)
        memory.rows[place] = found
        return found

    def _owner(self, session: Session, known: Catalogued[Any], claim: Claim, by: str) -> str | None:
        """The key of the row that has these unique values."""
        place = (claim.id, by)
        if place in self._claims:
            return self._claims[place]
        if place in session.memory.claims:
            session.remembered()
            return session.memory.claims[place]
        session.read()
        memory, chain = session.memory, session.chain
        if not chain:
            return None
        values = {**layers_of(chain), "kind": known.id, "lookup": claim.id, "by": by}
        line = session.one(self._parts.statements.deep("find", len(chain)), values)
        owner = None
        if line is not None:
            layer, owner, variant, document = line
            if (known.id, owner) not in memory.rows and (known.id, owner) not in self._changes:
                memory.rows[known.id, owner] = Stored(known.codec.read(variant, document), layer)
        memory.claims[place] = owner
        return owner

    def _change(self, known: Catalogued[Any], key: str, row: Any, old: Stored) -> None:
        """Note a change, checked completely before anything is noted."""
        given_up = dict.fromkeys((claim.id, by) for claim, by in known.claimed(old.row)) if old.row is not None else {}
        taken: dict[tuple[int, str], str | None] = {}
        written = None if row is None else self._written(known, key, row)
        if row is not None:
            for claim, by in known.claimed(row):
                owner = self._owner(self._session, known, claim, by)
                if owner is not None and owner != key:
                    raise DuplicateKey(known.kind.name, claim.group, tuple(getattr(row, name) for name in claim.group))
                taken[claim.id, by] = key
        place = (known.id, key)
        change = self._changes.get(place)
        base = old if change is None else change.base
        self._changes[place] = Change(known, key, row, base, written)
        self._claims |= {**given_up, **taken}
        self._waiting.add(place)

    def _written(self, known: Catalogued[Any], key: str, row: Any) -> Parameters:
        shown = known.codec.cells(row)
        return {
            "kind": known.id,
            "key": key,
            "variant": type(row).__name__,
            "document": known.codec.write(row),
            "cells": orjson.dumps(shown).decode(),
            "entries": known.entries(row),
        }

    def _asked(
        self,
        known: Catalogued[Any],
        where: Condition | None,
        order: tuple[Order, ...],
        page: Page,
        *,
        anchor: Any = None,
        counts: bool = False,
    ) -> list[Any]:
        session = self._session
        session.read()
        self._flush(session)
        if not session.chain:
            return []
        questions = self._parts.questions(known)
        order = order or known.kind.by_key[:1]
        rivals = questions.rivals(where, order)
        sizes = self._answered(known, (where, order), self._sized) if len(rivals) > 1 else [0] * len(rivals)
        lookup = smallest(rivals, sizes, order)
        small = len(rivals) > 1 and max(sizes) < ENOUGH
        question = questions.ask(
            where, order, page, chain=session.chain, lookup=lookup, together=small, anchor=anchor, counts=counts
        )
        return session.all(questions.statement(question.plan), question.values)

    def _sized(self, known: Catalogued[Any], where: Condition | None, order: tuple[Order, ...]) -> tuple[int, ...]:
        """How large the groups are that a query may run over."""
        session, questions = self._session, self._parts.questions(known)
        return tuple(session.one(*questions.sizes(where, questions.rivals(where, order), session.chain)))

    def _row(self, known: Catalogued[Any], key: str, variant: str, document: str) -> Any:
        """A row from a query: the one at hand, if it is, instead of another equal one."""
        place = (known.id, key)
        change = self._changes.get(place)
        if change is not None:
            return change.row
        found = self._session.memory.rows.get(place)
        return found.row if found is not None and found.row is not None else known.codec.read(variant, document)

    def _flush(self, session: Session) -> None:
        """Write what waits."""
        if self._waiting:
            session.run(self._batches(session))

    def _batches(self, session: Session) -> Batches:
        """The statements that write what waits."""
        if not self._waiting and not self._numbers:
            return {}
        batches: Batches = {step: [] for step in STEPS}
        head, deep = session.head, session.deep
        for place in self._waiting:
            change = self._changes[place]
            _write(change, head, deep, batches)
            change.base = Stored(change.row, head)
        self._waiting.clear()
        batches["number"] = [{"layer": head, "sequence": name, "value": value} for name, value in self._numbers.items()]
        return batches

    def _remember(self, session: Session) -> None:
        """What was committed is the world's present version."""
        memory = session.memory
        for place, change in self._changes.items():
            memory.rows[place] = change.base
        for kind in {kind for kind, _ in self._changes}:
            memory.answers.pop(kind, None)
        memory.claims |= self._claims
        memory.numbers |= self._numbers
        memory.trim()


def _write(change: Change, head: int, deep: bool, batches: Batches) -> None:
    """The statements that bring one row from what the database has to what it shall have."""
    known, base, spot = change.kind, change.base, {"layer": head, "key": change.key}
    own = base.row is not None and base.layer == head
    left = set(known.entries(base.row)) if own else set()
    given_up = {(claim.id, by) for claim, by in known.claimed(base.row)} if own else set()
    entered: set[tuple[int, str, str]] = set()
    taken: set[tuple[int, str]] = set()
    if change.row is not None and change.written is not None:
        written = dict(change.written)
        entered = set(written.pop("entries"))
        taken = {(claim.id, by) for claim, by in known.claimed(change.row)}
        batches["put"].append({"layer": head, **written})
    elif base.row is not None:
        batches["bury" if deep else "remove"].append({"kind": known.id, **spot})
    batches["leave"] += [{"lookup": a, "by": by, "place": place, **spot} for a, by, place in left - entered]
    batches["enter"] += [{"lookup": a, "by": by, "place": place, **spot} for a, by, place in entered - left]
    batches["disclaim"] += [{"layer": head, "lookup": a, "by": by} for a, by in given_up - taken]
    batches["claim"] += [{"lookup": a, "by": by, **spot} for a, by in taken - given_up]
