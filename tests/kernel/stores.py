"""Kinds of rows that use everything a kind can declare."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.kernel.store.protocol import Index, Kind
from mockserver.kernel.store.query import Scalar


@dataclass(frozen=True, slots=True)
class Thing:
    """A row with attributes of every type a query can name."""

    id: str
    name: str | None = None
    parent: str | None = None
    rank: Scalar = None
    code: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Tool(Thing):
    """A variant with an attribute of its own."""

    weight: int = 0


THINGS: Kind[Thing] = Kind(
    "test.thing",
    Thing,
    unique=(("parent", "name"), ("code",)),
    indexes=(
        Index((), "name"),
        Index((), "id"),
        Index(("parent",), "name"),
        Index(("rank",), "name"),
        Index(("rank", "parent"), "code"),
        Index(("code",), "name"),
    ),
    variants=(Thing, Tool),
)


ID = THINGS.attribute("id")
NAME = THINGS.attribute("name")
PARENT = THINGS.attribute("parent")
RANK = THINGS.attribute("rank")
CODE = THINGS.attribute("code")
UNIQUE_NAME = THINGS.unique_key("parent", "name")
UNIQUE_CODE = THINGS.unique_key("code")


@dataclass(frozen=True, slots=True)
class Note:
    """A row whose primary key has another name."""

    number: str
    text: str = ""


NOTES: Kind[Note] = Kind("test.note", Note, key="number")

KINDS = (THINGS, NOTES)
