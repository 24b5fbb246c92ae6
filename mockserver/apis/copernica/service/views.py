"""Selections of a database, which nest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.apis.copernica.models.selections import (
    CONDITION_REFERS,
    CONDITIONS,
    UNIQUE_VIEW_NAME,
    VIEW_DATABASE,
    VIEW_PARENT,
    VIEWS,
    VIEWS_BY_NUMBER,
    View,
)
from mockserver.apis.copernica.models.structure import Account, Database
from mockserver.apis.copernica.service import rules, selections
from mockserver.apis.copernica.service.databases import check_name
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.errors import Duplicate, NotFound
from mockserver.kernel.store.query import WHOLE, And, Condition, Eq, Page
from mockserver.kernel.work import Work


def listed(work: Work, place: Database | View, page: Page = WHOLE) -> list[View]:
    """What hangs right on a database or selection, by id."""
    return work.store.select(VIEWS, _hanging(place), order=VIEWS_BY_NUMBER, page=page)


def count(work: Work, place: Database | View) -> int:
    """How many hang there."""
    return work.store.count(VIEWS, _hanging(place))


def numbered(work: Work, account: Account, key: str) -> View:
    """The selection with an id; raises ``NotFound``, also for what is another account's (UNKNOWN-ID)."""
    found = work.store.get(VIEWS, key)
    if found is not None and selections.database(work, found).account == account.id:
        return found
    raise NotFound(f"there is no view {key[:80]!r}", rule="UNKNOWN-ID")


def create(work: Work, place: Database | View, *, name: str, description: str = "") -> View:
    """A new selection below a database or another selection; raises ``BadInput``, ``Duplicate``."""
    key, number = next_id(work, "view")
    database, parent = (place.database, place.id) if isinstance(place, View) else (place.id, "")
    made = _checked(work, View(key, number, database, name, description, parent))
    work.store.insert(VIEWS, made)
    return made


def change(work: Work, view: View, given: Mapping[str, Any]) -> View:
    """Change attributes; ``parent`` is the id of a selection, empty for the database itself.

    Raises ``BadInput``, ``Duplicate``, ``NotFound`` for a parent in another database, ``RuleBroken`` for one that
    depends on the selection (VIEW-MOVE).
    """
    changed = replace(view, **given)
    if changed.parent and changed.parent != view.parent:
        above = work.store.get(VIEWS, changed.parent)
        if above is None or above.database != view.database:
            raise NotFound(f"database {view.database} has no view {changed.parent[:80]!r}", rule="VIEW-MOVE")
        selections.check_independent(work, above, of=view)
    work.store.replace(VIEWS, _checked(work, changed))
    return changed


def delete(work: Work, view: View) -> None:
    """Remove it with what is nested in it, and all their rules; its profiles stay (VIEW-CASCADE)."""
    for one in _tree(work, view):
        rules.clear(work, one)
        work.store.delete(VIEWS, one.id)


def is_referred(work: Work, view: View) -> bool:
    """Whether a condition asks who is in it."""
    return bool(work.store.count(CONDITIONS, Eq(CONDITION_REFERS, view.owner)))


def _tree(work: Work, view: View) -> list[View]:
    """The selection and all that is nested in it."""
    found = [view]
    for one in found:
        found += listed(work, one)
    return found


def _hanging(place: Database | View) -> Condition:
    if isinstance(place, View):
        return Eq(VIEW_PARENT, place.id)
    return And(Eq(VIEW_DATABASE, place.id), Eq(VIEW_PARENT, ""))


def _checked(work: Work, view: View) -> View:
    """A selection that may have this name (VIEW-NAMES)."""
    check_name(view.name)
    other = work.store.find(UNIQUE_VIEW_NAME, view.database, view.name)
    if other is not None and other.id != view.id:
        raise Duplicate(f"name: view {other.id} of database {view.database} is {view.name[:80]!r}", rule="VIEW-NAMES")
    return view
