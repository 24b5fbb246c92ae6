"""Layers that worlds no longer need: freed, joined with the one below, or copied flat."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    not_,
    select,
    update,
)

from mockserver.kernel.store.sql.schema import CLAIMS, ENTRIES, LAYERS, LOOKUPS, NUMBERS, ROWS, WORLDS

#: A world that reads through more layers than this is copied flat when it is next forked.
DEEPEST = 16

#: A world's layers, newest first.
Chain = tuple[int, ...]


def chains(connection: Connection) -> dict[int, Chain]:
    """The chain of every world, by the world's id."""
    found = connection.execute(select(WORLDS.c.id, WORLDS.c.chain))
    return {number: tuple(orjson.loads(chain)) for number, chain in found}


def free(connection: Connection) -> None:
    """Forget every layer that no world reads."""
    made = set(connection.scalars(select(LAYERS.c.id)))
    used = {layer for chain in chains(connection).values() for layer in chain}
    for layer in made - used:
        for table in (ROWS, ENTRIES, CLAIMS, NUMBERS):
            connection.execute(delete(table).where(table.c.layer == layer))
        connection.execute(delete(LAYERS).where(LAYERS.c.id == layer))


def join(connection: Connection) -> None:
    """Make one layer of two that lie on each other and are read by the same worlds: chains stay short.

    The caller keeps all writers away.
    """
    known = chains(connection)
    for upper, lower in _pairs(known):
        _move(connection, upper, lower, root=all(chain[-1] == lower for chain in known.values() if lower in chain))
        connection.execute(delete(LAYERS).where(LAYERS.c.id == upper))
        for number, chain in known.items():
            if upper in chain:
                known[number] = tuple(layer for layer in chain if layer != upper)
                changed = {"chain": orjson.dumps(known[number]).decode(), "version": WORLDS.c.version + 1}
                connection.execute(update(WORLDS).where(WORLDS.c.id == number).values(changed))
    # a layer that only one world is left to read is that world's to write
    for number, chain in known.items():
        if chain and _readers(known, chain[0]) == {number}:
            mine = update(WORLDS).where(WORLDS.c.id == number, not_(WORLDS.c.owned))
            connection.execute(mine.values(owned=True, version=WORLDS.c.version + 1))


def flatten(connection: Connection, chain: Chain) -> int:
    """A new layer that holds what a chain shows."""
    layer = new_layer(connection)
    _copy(connection, ROWS, layer, [ROWS.c.layer.in_(chain), ROWS.c.variant.is_not(None), _visible(ROWS, chain)])
    for table in (ENTRIES, CLAIMS):
        _copy(connection, table, layer, [table.c.layer.in_(chain), _visible(table, chain)])
    later = NUMBERS.alias("later")
    newer = exists().where(
        later.c.layer.in_(chain), later.c.layer > NUMBERS.c.layer, later.c.sequence == NUMBERS.c.sequence
    )
    _copy(connection, NUMBERS, layer, [NUMBERS.c.layer.in_(chain), not_(newer)])
    return layer


def new_layer(connection: Connection) -> int:
    """The id of a new layer, larger than all before it."""
    return int(connection.execute(insert(LAYERS).returning(LAYERS.c.id)).scalar_one())


def _pairs(known: dict[int, Chain]) -> list[tuple[int, int]]:
    """Neighbours with the same readers, lowest first, so that a run of them becomes one layer: upper and lower one."""
    neighbours = {(upper, lower) for chain in known.values() for upper, lower in pairwise(chain)}
    alike = {upper: lower for upper, lower in neighbours if _readers(known, upper) == _readers(known, lower)}
    found: list[tuple[int, int]] = []
    for upper in sorted(alike):
        lower = alike[upper]
        found.append((upper, dict(found).get(lower, lower)))
    return found


def _readers(known: dict[int, Chain], layer: int) -> set[int]:
    return {number for number, chain in known.items() if layer in chain}


def _move(connection: Connection, upper: int, lower: int, *, root: bool) -> None:
    """Everything of the upper layer into the lower one, in the place of what it shadows there."""
    for table in (ENTRIES, CLAIMS, ROWS):
        shadowed = exists(_newer(table, (upper,)))
        connection.execute(delete(table).where(table.c.layer == lower, shadowed))
    later = NUMBERS.alias("later")
    older = exists().where(later.c.layer == upper, later.c.sequence == NUMBERS.c.sequence)
    connection.execute(delete(NUMBERS).where(NUMBERS.c.layer == lower, older))
    for table in (ENTRIES, CLAIMS, ROWS, NUMBERS):
        connection.execute(update(table).where(table.c.layer == upper).values(layer=lower))
    if root:  # nothing lies below that a tombstone could hide
        connection.execute(delete(ROWS).where(ROWS.c.layer == lower, ROWS.c.variant.is_(None)))


def _visible(table: Table, chain: Chain) -> ColumnElement[bool]:
    """Whether no newer layer of a chain has another version of the row, or its tombstone."""
    return not_(exists(_newer(table, chain)))


def _newer(table: Table, layers: Chain) -> Select[Any]:
    """Versions of a line's row in newer layers."""
    newer = ROWS.alias("newer")
    found = select(newer.c.key).where(newer.c.layer.in_(layers), newer.c.layer > table.c.layer)
    if table is ROWS:
        found = found.where(newer.c.kind == ROWS.c.kind)
    else:
        found = found.select_from(newer.join(LOOKUPS, LOOKUPS.c.kind == newer.c.kind))
        found = found.where(LOOKUPS.c.id == table.c.lookup)
    return found.where(newer.c.key == table.c.key).correlate(table)


def _copy(connection: Connection, table: Table, layer: int, conditions: list[ColumnElement[bool]]) -> None:
    """Lines of a table once more, in another layer."""
    names = [column.name for column in table.c if column.name != "layer"]
    chosen = select(bindparam("copy", layer, BigInteger), *(table.c[name] for name in names)).where(*conditions)
    connection.execute(insert(table).from_select(["layer", *names], chosen))
