"""Conditions on what changed, from the log of changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mockserver.apis.copernica.models.people import Change
from mockserver.apis.copernica.models.selections import ChangeCondition
from mockserver.apis.copernica.models.structure import Database
from mockserver.apis.copernica.service.changes import (
    EDIT,
    EDIT_SUBPROFILE,
    GOT_INTEREST,
    LOST_INTEREST,
    NEW,
    NEW_SUBPROFILE,
    REMOVE_SUBPROFILE,
    TYPES,
    logged,
)
from mockserver.apis.copernica.service.evaluation.scope import Scope, Test, nobody
from mockserver.apis.copernica.service.spans import span

FIELD, NO_FIELD = "field", "nofield"
ON_INTERESTS = ("interest", GOT_INTEREST, LOST_INTEREST)

#: Kinds of logged changes that each change type asks for, and whether there has to be one.
WANTED: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "any": (TYPES, True),
    "none": (TYPES, False),
    FIELD: ((EDIT,), True),
    NO_FIELD: ((EDIT,), False),
    "new": ((NEW,), True),
    "notnew": ((NEW,), False),
    "edit": ((EDIT,), True),
    "noedit": ((EDIT,), False),
    "newsubprofile": ((NEW_SUBPROFILE,), True),
    "nonewsubprofile": ((NEW_SUBPROFILE,), False),
    "editsubprofile": ((EDIT_SUBPROFILE,), True),
    "noeditsubprofile": ((EDIT_SUBPROFILE,), False),
    "removesubprofile": ((REMOVE_SUBPROFILE,), True),
    "noremovesubprofile": ((REMOVE_SUBPROFILE,), False),
    "interest": ((GOT_INTEREST, LOST_INTEREST), True),
    "gotinterest": ((GOT_INTEREST,), True),
    "lostinterest": ((LOST_INTEREST,), True),
}


def test(scope: Scope, condition: ChangeCondition) -> Test:
    """Whether there was a change of a kind within a span of time, or none (CONDITION-CHANGE).

    A field or interest counts for the kinds that ask about one; without it, any is meant.
    """
    kinds, wanted = WANTED[condition.change_type]
    on_field = condition.change_type in (FIELD, NO_FIELD)
    if on_field and condition.field and scope.field(condition.field) is None:
        return nobody
    interest = condition.interest if condition.change_type in ON_INTERESTS else ""
    when = span(scope.work, condition)

    def counts(change: Change) -> bool:
        return (
            change.time in when
            and (not on_field or (change.field == condition.field if condition.field else change.field != ""))
            and (not interest or change.interest == interest)
        )

    changed = {key for key, change in _logged(scope, kinds) if counts(change)}
    if NEW in kinds:
        changed |= {one.id for one in scope.everybody if one.created in when}
    return lambda person: (person.id in changed) is wanted


def _logged(scope: Scope, kinds: Sequence[str]) -> Iterator[tuple[str, Change]]:
    """Logged changes with the id of whom each befell: a subprofile is edited as a profile is."""
    if isinstance(scope.place, Database):
        yield from ((one.profile, one) for one in logged(scope.work, scope.place.id, kinds))
    else:
        own = {EDIT_SUBPROFILE if kind == EDIT else kind for kind in kinds}
        yield from ((one.subprofile, one) for one in logged(scope.work, scope.place.database, own))
