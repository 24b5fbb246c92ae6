"""Every statement that is always the same, as text with named parameters in the form its driver wants."""

from __future__ import annotations

from functools import cache

from sqlalchemy import text

from mockserver.kernel.store.sql.dialects import Database, sql_of

_WORLD = "SELECT id, version, frozen, owned, chain FROM worlds"

#: What stands for the layers of a chain, and for: no newer layer of it has another version of the row ``x.key``.
_CHAIN, _NEWEST = "{chain}", "{newest}"
_SHADOW = (
    "NOT EXISTS (SELECT 1 FROM rows s WHERE s.layer IN ({chain}) AND s.layer > x.layer"
    " AND s.kind = {kind} AND s.key = x.key)"
)

_FIXED = {
    "world": f"{_WORLD} WHERE name = :name",
    "bump": "UPDATE worlds SET version = :next, owned = TRUE, chain = :chain WHERE id = :id AND version = :version",
    "layer": "INSERT INTO layers DEFAULT VALUES RETURNING id",
    "put": (
        "INSERT INTO rows (layer, kind, key, variant, document, cells)"
        " VALUES (:layer, :kind, :key, :variant, :document, :cells)"
        " ON CONFLICT (layer, kind, key) DO UPDATE SET"
        " variant = excluded.variant, document = excluded.document, cells = excluded.cells"
    ),
    "bury": (
        "INSERT INTO rows (layer, kind, key, variant, document, cells) VALUES (:layer, :kind, :key, NULL, NULL, NULL)"
        " ON CONFLICT (layer, kind, key) DO UPDATE SET variant = NULL, document = NULL, cells = NULL"
    ),
    "remove": "DELETE FROM rows WHERE layer = :layer AND kind = :kind AND key = :key",
    "claim": 'INSERT INTO claims (layer, lookup, "by", key) VALUES (:layer, :lookup, :by, :key)',
    "disclaim": 'DELETE FROM claims WHERE layer = :layer AND lookup = :lookup AND "by" = :by',
    "enter": 'INSERT INTO entries (layer, lookup, "by", place, key) VALUES (:layer, :lookup, :by, :place, :key)',
    "leave": (
        'DELETE FROM entries WHERE layer = :layer AND lookup = :lookup AND "by" = :by AND place = :place AND key = :key'
    ),
    "number": (
        "INSERT INTO numbers (layer, sequence, value) VALUES (:layer, :sequence, :value)"
        " ON CONFLICT (layer, sequence) DO UPDATE SET value = excluded.value"
    ),
}

_BY_DEPTH = {
    "get": (
        "SELECT layer, variant, document FROM rows WHERE layer IN ({chain}) AND kind = :kind AND key = :key"
        " ORDER BY layer DESC LIMIT 1"
    ),
    "find": (
        "SELECT r.layer, r.key, r.variant, r.document FROM claims x"
        " JOIN rows r ON r.layer = x.layer AND r.kind = :kind AND r.key = x.key"
        ' WHERE x.layer IN ({chain}) AND x.lookup = :lookup AND x."by" = :by AND {newest}'
    ),
    "numbered": (
        "SELECT value FROM numbers WHERE layer IN ({chain}) AND sequence = :sequence ORDER BY layer DESC LIMIT 1"
    ),
    "dump": (
        "SELECT x.kind, x.key, x.variant, x.document FROM rows x"
        " WHERE x.layer IN ({chain}) AND x.variant IS NOT NULL AND {newest}"
    ),
}


class Statements:
    """The statements of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.fixed = {name: sql_of(database, text(statement)) for name, statement in _FIXED.items()}
        self._by_depth = cache(self._deep)

    def world_by_id(self, number: int) -> str:
        """A world's line, without parameters, so that it can be sent together with others."""
        return f"{_WORLD} WHERE id = {number:d}"

    def deep(self, name: str, depth: int) -> str:
        """A statement over a chain of so many layers, given as ``layer0``, ``layer1`` ..."""
        return self._by_depth(name, depth)

    def _deep(self, name: str, depth: int) -> str:
        chain = ", ".join(f":layer{at}" for at in range(depth))
        shadow = _SHADOW.replace("{kind}", "x.kind" if name == "dump" else ":kind")
        return sql_of(self._database, text(_BY_DEPTH[name].replace(_NEWEST, shadow).replace(_CHAIN, chain)))


def layers_of(chain: tuple[int, ...]) -> dict[str, int]:
    """The parameters of a chain."""
    return {f"layer{at}": layer for at, layer in enumerate(chain)}
