"""Miniselections of a collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.apis.copernica.models.selections import (
    MINIVIEW_COLLECTION,
    MINIVIEWS,
    MINIVIEWS_BY_NUMBER,
    Miniview,
)
from mockserver.apis.copernica.models.structure import Account, Collection
from mockserver.apis.copernica.service import rules, selections
from mockserver.apis.copernica.service.databases import check_name
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.errors import NotFound
from mockserver.kernel.store.query import WHOLE, Eq, Page
from mockserver.kernel.work import Work


def listed(work: Work, collection: Collection, page: Page = WHOLE) -> list[Miniview]:
    """Miniselections by id."""
    return work.store.select(MINIVIEWS, Eq(MINIVIEW_COLLECTION, collection.id), order=MINIVIEWS_BY_NUMBER, page=page)


def count(work: Work, collection: Collection) -> int:
    """How many there are."""
    return work.store.count(MINIVIEWS, Eq(MINIVIEW_COLLECTION, collection.id))


def numbered(work: Work, account: Account, key: str) -> Miniview:
    """The miniselection with an id; raises ``NotFound``, also for what is another account's (UNKNOWN-ID)."""
    found = work.store.get(MINIVIEWS, key)
    if found is not None and selections.database(work, found).account == account.id:
        return found
    raise NotFound(f"there is no miniview {key[:80]!r}", rule="UNKNOWN-ID")


def create(work: Work, collection: Collection, *, name: str, description: str = "") -> Miniview:
    """A new miniselection; its name may be that of another. Raises ``BadInput``."""
    key, number = next_id(work, "miniview")
    made = Miniview(key, number, collection.id, check_name(name), description)
    work.store.insert(MINIVIEWS, made)
    return made


def change(work: Work, miniview: Miniview, given: Mapping[str, Any]) -> Miniview:
    """Change attributes; raises ``BadInput``."""
    changed = replace(miniview, **given)
    check_name(changed.name)
    work.store.replace(MINIVIEWS, changed)
    return changed


def delete(work: Work, miniview: Miniview) -> None:
    """Remove it with its rules; its subprofiles stay (VIEW-CASCADE)."""
    rules.clear(work, miniview)
    work.store.delete(MINIVIEWS, miniview.id)
