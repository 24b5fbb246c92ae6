"""Databases of a seed: fields, interests, collections, and what becomes of those who unsubscribe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apitwin.data.faults import place_of
from mockserver.apis.copernica.models.structure import Account, Collection, Database
from mockserver.apis.copernica.seeds import generated, people, selections
from mockserver.apis.copernica.seeds.names import at_moment, named
from mockserver.apis.copernica.service import databases, fields, interests, unsubscribe
from mockserver.apis.copernica.service.layout import Layout
from mockserver.kernel.seeds import numbered, placed
from mockserver.kernel.work import Work

Entry = Mapping[str, Any]


def plant(work: Work, account: Account, entries: Iterable[Entry], place: str) -> None:
    """Databases with all that is in them; raises ``SeedError``."""
    for at, entry in numbered(entries, place):
        with placed(at):
            database = databases.create(
                at_moment(work, f"{at}.created", entry.get("created")),
                account,
                name=entry["name"],
                description=entry.get("description", ""),
                archived=entry.get("archived", False),
            )
        _content(work, database, entry, at)


def _content(work: Work, database: Database, entry: Entry, at: str) -> None:
    _fields(work, database, entry.get("fields", ()), f"{at}.fields")
    for group, names in entry.get("interests", {}).items():
        for where, name in numbered(names, f"{at}.{place_of('interests', group)}"):
            with placed(where):
                interests.create(work, database, name=name, group=group)
    collections: dict[str, Collection] = {}
    for where, one in numbered(entry.get("collections", ()), f"{at}.collections"):
        with placed(where):
            collections[one["name"]] = collection = databases.create_collection(work, database, name=one["name"])
        _fields(work, collection, one.get("fields", ()), f"{where}.fields")
        _unsubscribe(work, collection, one, where)
        selections.plant_miniviews(work, collection, one.get("miniviews", ()), f"{where}.miniviews")
    _unsubscribe(work, database, entry, at)
    people.plant(work, database, collections, entry.get("profiles", ()), f"{at}.profiles")
    if "generate" in entry:
        generated.plant(work, database, collections, entry["generate"], f"{at}.generate")
    selections.plant_views(work, database, entry.get("views", ()), f"{at}.views")


def _fields(work: Work, place: Database | Collection, entries: Iterable[Entry], at: str) -> None:
    for where, entry in numbered(entries, at):
        with placed(where):
            fields.create(work, place, **entry)


def _unsubscribe(work: Work, place: Database | Collection, entry: Entry, at: str) -> None:
    given = entry.get("unsubscribe")
    if given is None:
        return
    values, known = given.get("fields", {}), Layout(work, place).named
    for name in values:
        named(f"{at}.unsubscribe.fields", "field", name, known)
    unsubscribe.configure(work, place, behavior=given["behavior"], values=values)
