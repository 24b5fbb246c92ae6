"""Members of selections: rules of conditions, and selections that depend on others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.apis.copernica.models import selections as models
from mockserver.apis.copernica.models.people import Profile, Subprofile
from mockserver.apis.copernica.models.selections import Condition, Miniview, Rule, View
from mockserver.apis.copernica.service import conditions, rules, selections
from mockserver.apis.copernica.service.evaluation import (
    changes,
    dates,
    fields,
    interests,
    membership,
    messages,
    others,
    unknown,
)
from mockserver.apis.copernica.service.evaluation.scope import Person, Scope, Test, anybody
from mockserver.apis.copernica.service.selections import Selection
from mockserver.kernel.work import Work

#: How each class of condition is made ready to be asked.
TESTS: Mapping[type[Condition], Callable[[Scope, Any], Test]] = {
    models.ChangeCondition: changes.test,
    models.DateCondition: dates.test,
    models.DoubleFieldCondition: others.double,
    models.EmailCondition: messages.test,
    models.ExportCondition: unknown.exported,
    models.FaxCondition: messages.test,
    models.FieldCondition: fields.test,
    models.InterestCondition: interests.test,
    models.LastContactCondition: unknown.kept,
    models.MiniViewCondition: membership.mini_view,
    models.PartCondition: others.part,
    models.ReferViewCondition: membership.refer_view,
    models.SmsCondition: messages.test,
    models.SurveyCondition: unknown.kept,
    models.ToDoCondition: unknown.kept,
}


def profiles(work: Work, view: View) -> list[Profile]:
    """The profiles in a selection, by id."""
    return [one for one in _Members(work).of(view) if isinstance(one, Profile)]


def subprofiles(work: Work, miniview: Miniview) -> list[Subprofile]:
    """The subprofiles in a miniselection, by id."""
    return [one for one in _Members(work).of(miniview) if isinstance(one, Subprofile)]


class _Members:
    """Members of selections, each computed once, after those it depends on."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._found: dict[str, Sequence[Person]] = {}
        self._scopes: dict[str, Scope] = {}

    def of(self, selection: Selection) -> Sequence[Person]:
        """Who is in a selection. What it needs comes first, one at a time: chains may be long."""
        waiting = [selection]
        while waiting:
            needed = [one for one in selections.needs(self._work, waiting[-1]) if one.owner not in self._found]
            if needed:
                waiting += needed
            else:
                one = waiting.pop()
                self._found[one.owner] = self._selected(one)
        return self._found[selection.owner]

    def _selected(self, selection: Selection) -> Sequence[Person]:
        """One enabled rule has to match, and a parent to have whom it matches (NO-RULES)."""
        scope = self._scope(selection)
        enabled = [rule for rule in rules.listed(self._work, selection) if not rule.disabled]
        if not enabled:
            return ()
        people = scope.everybody
        if isinstance(selection, View) and selection.parent:
            people = self._found[f"view {selection.parent}"]
        matches = _any([self._rule(scope, rule) for rule in enabled])
        return people if matches is anybody else [one for one in people if matches(one)]

    def _rule(self, scope: Scope, rule: Rule) -> Test:
        """All conditions have to be met, or not all of them where it is inversed (RULE-AND)."""
        met = _all([TESTS[type(one)](scope, one) for one in conditions.listed(self._work, rule)])
        return (lambda person: not met(person)) if rule.inversed else met

    def _scope(self, selection: Selection) -> Scope:
        place = selections.place(self._work, selection)
        if place.owner not in self._scopes:
            self._scopes[place.owner] = Scope(self._work, place, self._found.get)
        return self._scopes[place.owner]


def _all(tests: Sequence[Test]) -> Test:
    if len(tests) < 2:
        return tests[0] if tests else anybody
    if len(tests) > 2:
        return lambda person: all(test(person) for test in tests)
    one, other = tests
    return lambda person: one(person) and other(person)


def _any(tests: Sequence[Test]) -> Test:
    if anybody in tests:
        return anybody
    return tests[0] if len(tests) == 1 else lambda person: any(test(person) for test in tests)
