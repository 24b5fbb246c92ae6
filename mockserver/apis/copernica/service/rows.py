"""What profiles and subprofiles have in common: a change of values is kept, dated and logged only if it is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from mockserver.apis.copernica.models.people import PROFILES, SUBPROFILES, Profile, Subprofile
from mockserver.apis.copernica.service import changes
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.numbers import stamp
from mockserver.kernel.work import Work

Row = TypeVar("Row", Profile, Subprofile)


def with_values(row: Row, layout: Layout, values: Mapping[str, str]) -> Row:
    """A row with other values; ``values`` are by ids of fields."""
    new = layout.differing(row.values, values)
    return replace(row, values={**row.values, **new}) if new else row


def keep(work: Work, before: Row, after: Row) -> Row:
    """Keep what became of a row, with a new ``modified`` and a line in the log, unless it is what it was."""
    if after == before:
        return before
    kept = replace(after, modified=stamp(work))
    if isinstance(kept, Profile):
        work.store.replace(PROFILES, kept)
    else:
        work.store.replace(SUBPROFILES, kept)
    for field, value in kept.values.items():
        if before.values.get(field) != value:
            changes.edited(work, kept, field)
    if kept.secret != before.secret:
        changes.edited(work, kept, "")
    if isinstance(kept, Profile) and isinstance(before, Profile):
        changes.interests(work, kept, before=before.interests)
    return kept
