"""Conditions on interests."""

from __future__ import annotations

from mockserver.apis.copernica.models.people import Profile
from mockserver.apis.copernica.models.selections import (
    WITH_GROUP,
    WITH_INTEREST,
    WITHOUT_INTEREST,
    InterestCondition,
)
from mockserver.apis.copernica.models.structure import Database
from mockserver.apis.copernica.service import interests
from mockserver.apis.copernica.service.evaluation.scope import Person, Scope, Test, nobody


def test(scope: Scope, condition: InterestCondition) -> Test:
    """Whether an interest, or one of a group, is on or off; subprofiles have none (SUBPROFILE-INTERESTS).

    Nobody meets a condition that does not say which.
    """
    if condition.match_mode in (WITH_INTEREST, WITHOUT_INTEREST):
        if not condition.interest:
            return nobody
        wanted = frozenset((condition.interest,))
    else:
        wanted = _group(scope, condition.interest_group)
    on = condition.match_mode in (WITH_INTEREST, WITH_GROUP)
    return lambda person: _has(person, wanted) is on


def _group(scope: Scope, name: str) -> frozenset[str]:
    place = scope.place
    if not isinstance(place, Database):
        return frozenset()
    return frozenset(one.id for one in interests.listed(scope.work, place) if one.group == name)


def _has(person: Person, wanted: frozenset[str]) -> bool:
    return isinstance(person, Profile) and not wanted.isdisjoint(person.interests)
