"""What is defined in an account, as the JSON values of the contract."""

from __future__ import annotations

from typing import Any

from mockserver.apis.copernica.models.structure import UPDATE, Collection, Database, Field, Interest
from mockserver.apis.copernica.service import databases, fields, interests
from mockserver.apis.copernica.service import unsubscribe as unsubscribing
from mockserver.kernel.work import Work


def whole(items: list[Any]) -> dict[str, Any]:
    """A list inside of a thing: all of it, in the envelope (EMBEDDED-LISTS)."""
    size = len(items)
    return {"start": 0, "limit": size, "count": size, "total": size, "data": items}


def database(work: Work, shown: Database) -> dict[str, Any]:
    """A database and what is defined in it."""
    return {
        "ID": shown.id,
        "name": shown.name,
        "description": shown.description,
        "archived": shown.archived,
        "created": shown.created,
        "fields": whole([field(one) for one in fields.listed(work, shown)]),
        "interests": whole([interest(one) for one in interests.listed(work, shown)]),
        "collections": whole([collection(work, one) for one in databases.collections(work, shown)]),
    }


def collection(work: Work, shown: Collection) -> dict[str, Any]:
    """A collection and its fields."""
    return {
        "ID": shown.id,
        "name": shown.name,
        "database": shown.database,
        "fields": whole([field(one) for one in fields.listed(work, shown)]),
    }


def field(shown: Field) -> dict[str, Any]:
    """A field of a database or collection."""
    return {
        "ID": shown.id,
        "name": shown.name,
        "type": shown.type,
        "value": shown.value,
        "displayed": shown.displayed,
        "ordered": shown.ordered,
        "length": str(shown.length),
        "textlines": str(shown.textlines),
        "hidden": shown.hidden,
        "index": shown.index,
    }


def interest(shown: Interest) -> dict[str, Any]:
    """An interest of a database."""
    return {"ID": shown.id, "name": shown.name, "group": shown.group}


def unsubscribe(work: Work, place: Database | Collection) -> dict[str, Any]:
    """What becomes of those who unsubscribe; values only where there is an update."""
    behavior = place.unsubscribe.behavior
    return {"behavior": behavior, **({"fields": unsubscribing.values(work, place)} if behavior == UPDATE else {})}
