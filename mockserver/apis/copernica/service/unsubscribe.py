"""What becomes of those who unsubscribe from a database or collection: configuration, since nothing here sends mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.apis.copernica.models.structure import (
    COLLECTIONS,
    DATABASES,
    UPDATE,
    Collection,
    Database,
    Unsubscribe,
)
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.values import normalised
from mockserver.kernel.work import Work


def configure(work: Work, place: Database | Collection, *, behavior: str, values: Mapping[str, Any]) -> None:
    """What is to happen from now on; ``values`` by names of fields count for an update only. Raises ``BadInput``."""
    kept = Layout(work, place).read(values) if behavior == UPDATE else {}
    changed = replace(place, unsubscribe=Unsubscribe(behavior, kept))
    if isinstance(changed, Database):
        work.store.replace(DATABASES, changed)
    else:
        work.store.replace(COLLECTIONS, changed)


def values(work: Work, place: Database | Collection) -> Mapping[str, str]:
    """The values an update gives, by names of fields as they and their types are now."""
    given = place.unsubscribe.fields
    fields = Layout(work, place).fields if given else ()
    return {one.name: normalised(one, given[one.id]) for one in fields if one.id in given}
