"""Who is in selections: rules, parents, other selections, miniselections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import Plant, fault, never, patched
from mockserver.apis.copernica.models import selections as models
from mockserver.apis.copernica.models.selections import Rule, View
from mockserver.apis.copernica.service import conditions, selections, views
from mockserver.apis.copernica.service.evaluation import members, membership

STORY = "story"
ASSUMED = Evidence.ASSUMED


def _rules(change: Callable[[list[Rule]], list[Rule]]) -> Plant:
    """Other rules than a selection has, where it is evaluated."""
    return patched(
        members,
        "rules",
        lambda good: SimpleNamespace(listed=lambda work, selection: change(good.listed(work, selection))),
    )


def _selected(change: Callable[[Any, Any, Any], Any]) -> Plant:
    """Other members of a selection: ``change(good, evaluation, selection)``."""
    return patched(members._Members, "_selected", lambda good: lambda self, selection: change(good, self, selection))


def asked(condition: type[Any], change: Callable[[Any, Any, Any], Any]) -> Plant:
    """Conditions of a class evaluated in another way: ``change(good, scope, condition)``."""

    def replacement(good: Any) -> Any:
        def test(scope: Any, one: Any) -> Any:
            return change(good[condition], scope, one)

        return {**good, condition: test}

    return patched(members, "TESTS", replacement)


def read_as(condition: type[Any], **values: Any) -> Plant:
    """Conditions of a class evaluated as if they said something else."""
    return asked(condition, lambda good, scope, one: good(scope, replace(one, **values)))


def words_swapped(condition: type[Any], name: str, **words: str) -> Plant:
    """Conditions of a class with words mistaken for others; ``words`` have underscores for blanks and hyphens."""

    def change(good: Any, scope: Any, one: Any) -> Any:
        word = getattr(one, name)
        return good(scope, replace(one, **{name: words.get(word.replace(" ", "_").replace("-", "_"), word)}))

    return asked(condition, change)


def _each_inversed(good: Any) -> Any:
    """An inversed rule matches who meets none of its conditions."""

    def rule(self: Any, scope: Any, one: Rule) -> Any:
        if not one.inversed:
            return good(self, scope, one)
        found = conditions.listed(self._work, one)
        tests = [members.TESTS[type(condition)](scope, condition) for condition in found]
        return lambda person: not any(test(person) for test in tests)

    return rule


def _without_conditions(good: Any) -> Any:
    """A rule without conditions matches nobody."""
    return lambda tests: good(tests) if tests else _nobody


def _nobody(_: Any) -> bool:
    return False


def _stale(good: Any) -> Any:
    """Who was in a selection when it was first asked for stays in it."""
    known: dict[str, set[str]] = {}

    def selected(self: Any, selection: Any) -> Any:
        found = good(self, selection)
        ids = known.setdefault(selection.owner, {one.id for one in found}) if found else known.get(selection.owner)
        return [one for one in self._scope(selection).everybody if one.id in ids] if ids else found

    return selected


def _cycles(good: Any) -> Any:
    """What a selection needs, but for what needs it in turn."""

    def needs(work: Any, selection: Any) -> Any:
        return (one for one in good(work, selection) if not _reaches(good, work, one, selection.owner))

    return needs


def _reaches(good: Any, work: Any, start: Any, owner: str) -> bool:
    seen, waiting = {start.owner}, [start]
    while waiting:
        one = waiting.pop()
        if one.owner == owner:
            return True
        more = [other for other in good(work, one) if other.owner not in seen]
        seen |= {other.owner for other in more}
        waiting += more
    return False


def _for_miniviews(**changed: Any) -> Plant:
    """Rules of miniselections that are read in another way."""

    def replacement(good: Any) -> Any:
        def listed(work: Any, selection: Any) -> Any:
            found = good.listed(work, selection)
            return found if isinstance(selection, View) else [replace(one, **changed) for one in found]

        return SimpleNamespace(listed=listed)

    return patched(members, "rules", replacement)


def _one_level(good: Any, self: Any, selection: Any) -> Any:
    """A nested selection asks the rules of its parent, whatever those have above."""
    above = selections.owning(self._work, f"view {selection.parent}") if isinstance(selection, View) else None
    if isinstance(above, View) and above.parent:
        self._found[above.owner] = good(self, replace(above, parent=""))
    return good(self, selection)


def _parent_only(good: Any, self: Any, selection: Any) -> Any:
    nested = isinstance(selection, View) and selection.parent
    return self._found[f"view {selection.parent}"] if nested else good(self, selection)


FAULTS = (
    fault(
        "minirules-not-inversed",
        "inversed has no effect in miniselections",
        STORY,
        _for_miniviews(inversed=False),
        evidence=ASSUMED,
    ),
    fault(
        "minirules-not-disabled",
        "disabled has no effect in miniselections",
        STORY,
        _for_miniviews(disabled=False),
        evidence=ASSUMED,
    ),
    fault(
        "one-level-only",
        "a nested selection asks no more than its parent",
        STORY,
        _selected(_one_level),
        evidence=ASSUMED,
    ),
    fault("first-rule-counts", "only the first rule counts", STORY, _rules(lambda found: found[:1]), evidence=ASSUMED),
    fault("last-rule-counts", "only the last rule counts", STORY, _rules(lambda found: found[-1:]), evidence=ASSUMED),
    fault(
        "each-condition-inversed",
        "an inversed rule matches who meets none of its conditions",
        STORY,
        patched(members._Members, "_rule", _each_inversed),
        evidence=ASSUMED,
    ),
    fault(
        "disabled-empties",
        "one disabled rule disables all",
        STORY,
        _rules(lambda found: [] if any(one.disabled for one in found) else found),
        evidence=ASSUMED,
    ),
    fault(
        "rules-of-nested-ignored",
        "a nested selection has all its parent has",
        STORY,
        _selected(_parent_only),
        evidence=ASSUMED,
    ),
    fault(
        "no-conditions-nobody",
        "a rule without conditions matches nobody",
        STORY,
        patched(members, "_all", _without_conditions),
        evidence=ASSUMED,
    ),
    fault(
        "built-once",
        "a selection is built once",
        STORY,
        patched(members._Members, "_selected", _stale),
        evidence=ASSUMED,
    ),
    fault(
        "referring-no-is-yes",
        "ReferView: no means yes",
        STORY,
        read_as(models.ReferViewCondition, check_type="yes"),
        evidence=ASSUMED,
    ),
    fault(
        "referring-to-nobody",
        "ReferView matches nobody",
        STORY,
        asked(models.ReferViewCondition, lambda good, scope, one: _nobody),
        evidence=ASSUMED,
    ),
    fault(
        "cycles-accepted",
        "selections may refer to each other in circles",
        STORY,
        patched(selections, "check_independent", never()),
        patched(selections, "needs", _cycles),
        evidence=ASSUMED,
    ),
    fault("referring-not-told", "has-referred is never true", STORY, patched(views, "is_referred", never(False))),
    fault(
        "mini-view-least-ignored",
        "MiniView: min-subprofiles has no effect",
        STORY,
        read_as(models.MiniViewCondition, min_subprofiles=None),
        evidence=ASSUMED,
    ),
    fault(
        "mini-view-most-ignored",
        "MiniView: max-subprofiles has no effect",
        STORY,
        read_as(models.MiniViewCondition, max_subprofiles=None),
        evidence=ASSUMED,
    ),
    fault(
        "mini-view-bounds-exclusive",
        "MiniView: as many as max-subprofiles are too many",
        STORY,
        asked(
            models.MiniViewCondition,
            lambda good, scope, one: good(
                scope, one if one.max_subprofiles is None else replace(one, max_subprofiles=one.max_subprofiles - 1)
            ),
        ),
        evidence=ASSUMED,
    ),
    fault(
        "mini-view-counts-all",
        "MiniView counts the subprofiles of everybody",
        STORY,
        patched(membership, "_profile", lambda good: lambda person: ""),
        patched(membership, "Counter", lambda good: lambda profiles: {"": len(list(profiles))}),
        evidence=ASSUMED,
    ),
    fault(
        "export-includes-nobody",
        "Export never matches",
        STORY,
        read_as(models.ExportCondition, include_never_exported_profiles=False),
        evidence=ASSUMED,
    ),
    fault(
        "export-includes-all",
        "Export always matches",
        STORY,
        read_as(models.ExportCondition, include_never_exported_profiles=True),
        evidence=ASSUMED,
    ),
)
