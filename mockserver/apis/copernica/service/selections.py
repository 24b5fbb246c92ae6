"""What selections and miniselections have in common: where they lie, and on which others they depend."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.apis.copernica.models.selections import (
    CONDITION_RULE,
    CONDITIONS,
    MINIVIEW_COLLECTION,
    MINIVIEWS,
    MINIVIEWS_BY_NUMBER,
    RULE_OWNER,
    RULES,
    VIEW_DATABASE,
    VIEWS,
    VIEWS_BY_NUMBER,
    Miniview,
    View,
)
from mockserver.apis.copernica.models.structure import COLLECTIONS, DATABASES, Collection, Database
from mockserver.kernel.errors import NotFound, RuleBroken
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work

Selection = View | Miniview


def owning(work: Work, owner: str) -> Selection | None:
    """The selection whose rules have this owner; ``None`` when it is gone."""
    kind, _, key = owner.partition(" ")
    if kind == "view":
        return work.store.get(VIEWS, key)
    return work.store.get(MINIVIEWS, key) if kind == "miniview" else None


def of(work: Work, place: Database | Collection) -> list[Selection]:
    """All selections of a database, nested or not, or all miniselections of a collection, by id."""
    if isinstance(place, Database):
        return [*work.store.select(VIEWS, Eq(VIEW_DATABASE, place.id), order=VIEWS_BY_NUMBER)]
    return [*work.store.select(MINIVIEWS, Eq(MINIVIEW_COLLECTION, place.id), order=MINIVIEWS_BY_NUMBER)]


def place(work: Work, selection: Selection) -> Database | Collection:
    """The database or collection it selects from; raises ``NotFound``."""
    found: Database | Collection | None
    if isinstance(selection, View):
        found = work.store.get(DATABASES, selection.database)
    else:
        found = work.store.get(COLLECTIONS, selection.collection)
    if found is None:
        raise NotFound(f"what {selection.owner} selects from is gone", rule="UNKNOWN-ID")
    return found


def database(work: Work, selection: Selection) -> Database:
    """The database it lies in; raises ``NotFound``."""
    found = place(work, selection)
    if isinstance(found, Database):
        return found
    above = work.store.get(DATABASES, found.database)
    if above is None:
        raise NotFound(f"the database of {selection.owner} is gone", rule="UNKNOWN-ID")
    return above


def needs(work: Work, selection: Selection) -> Iterator[Selection]:
    """Other selections that decide on its content: its parent, and those its conditions refer to, disabled or not."""
    owners = [f"view {selection.parent}"] if isinstance(selection, View) and selection.parent else []
    for rule in work.store.select(RULES, Eq(RULE_OWNER, selection.owner)):
        owners += [one.refers for one in work.store.select(CONDITIONS, Eq(CONDITION_RULE, rule.id)) if one.refers]
    found = (owning(work, owner) for owner in owners)
    return (one for one in found if one is not None)


def check_independent(work: Work, selection: Selection, *, of: Selection) -> None:
    """Raise ``RuleBroken`` where a selection is, or depends on, the one to depend on it (CONDITION-REFERVIEW)."""
    seen, waiting = {selection.owner}, [selection]
    while waiting:
        one = waiting.pop()
        if one.owner == of.owner:
            raise RuleBroken(
                f"{of.owner} cannot depend on {selection.owner}, which is or depends on it", rule="CONDITION-REFERVIEW"
            )
        for other in needs(work, one):
            if other.owner not in seen:
                seen.add(other.owner)
                waiting.append(other)
