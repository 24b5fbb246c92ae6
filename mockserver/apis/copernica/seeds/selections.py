"""Selections and miniselections of a seed, with their rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.apis.copernica.models.selections import View
from mockserver.apis.copernica.models.structure import Collection, Database
from mockserver.apis.copernica.seeds.wishes import wish
from mockserver.apis.copernica.service import miniviews, rules, views
from mockserver.apis.copernica.service.conditions import create
from mockserver.apis.copernica.service.selections import Selection
from mockserver.kernel.seeds import numbered, placed
from mockserver.kernel.work import Work

Entry = Mapping[str, Any]


def plant_views(work: Work, database: Database, entries: Iterable[Entry], place: str) -> None:
    """Selections of a database: all of them first, since conditions may refer to any. Raises ``SeedError``."""
    made = list(_views(work, database, entries, place))
    for at, entry, view in made:
        _rules(work, view, entry.get("rules", ()), f"{at}.rules")


def plant_miniviews(work: Work, collection: Collection, entries: Iterable[Entry], place: str) -> None:
    """Miniselections of a collection, likewise."""
    made = []
    for at, entry in numbered(entries, place):
        with placed(at):
            made.append((at, entry, miniviews.create(work, collection, **_own(entry))))
    for at, entry, miniview in made:
        _rules(work, miniview, entry.get("rules", ()), f"{at}.rules")


def _views(
    work: Work, above: Database | View, entries: Iterable[Entry], place: str
) -> Iterator[tuple[str, Entry, View]]:
    """Selections and those nested in them, each with its place and entry."""
    for at, entry in numbered(entries, place):
        with placed(at):
            view = views.create(work, above, **_own(entry))
        yield at, entry, view
        yield from _views(work, view, entry.get("views", ()), f"{at}.views")


def _rules(work: Work, selection: Selection, entries: Iterable[Entry], place: str) -> None:
    for at, entry in numbered(entries, place):
        with placed(at):
            rule = rules.create(work, selection, {key: value for key, value in entry.items() if key != "conditions"})
        for where, one in numbered(entry.get("conditions", ()), f"{at}.conditions"):
            with placed(where):
                create(work, rule, wish(where, one))


def _own(entry: Entry) -> dict[str, str]:
    return {"name": entry["name"], "description": entry.get("description", "")}
