"""Conditions on other selections: who is in them, and how many subprofiles of somebody are."""

from __future__ import annotations

from collections import Counter

from mockserver.apis.copernica.models.people import Profile, Subprofile
from mockserver.apis.copernica.models.selections import YES, MiniViewCondition, ReferViewCondition
from mockserver.apis.copernica.service.evaluation.scope import Person, Scope, Test, nobody


def refer_view(scope: Scope, condition: ReferViewCondition) -> Test:
    """Whether another selection has somebody; nobody meets a condition on one that is gone."""
    members = scope.members(condition.refers)
    if members is None:
        return nobody
    ids, wanted = frozenset(one.id for one in members), condition.check_type == YES
    return lambda person: (person.id in ids) is wanted


def mini_view(scope: Scope, condition: MiniViewCondition) -> Test:
    """Whether a miniselection has enough subprofiles of a profile, and not too many; a bound not given is none.

    A subprofile is asked about its profile.
    """
    members = scope.members(condition.refers)
    if members is None:
        return nobody
    count = Counter(one.profile for one in members if isinstance(one, Subprofile))
    fewest = condition.min_subprofiles or 0
    most = float("inf") if condition.max_subprofiles is None else condition.max_subprofiles
    return lambda person: fewest <= count[_profile(person)] <= most


def _profile(person: Person) -> str:
    return person.id if isinstance(person, Profile) else person.profile
