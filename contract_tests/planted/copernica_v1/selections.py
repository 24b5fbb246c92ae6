"""Selections that have others than match, and views, rules and conditions that are not what was done to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import sent, things, without
from contract_tests.planted.fault import fault, never, patched
from mockserver.apis.copernica.models import selections as models
from mockserver.apis.copernica.service import miniviews, rules, views
from mockserver.apis.copernica.service.evaluation import members
from mockserver.kernel.errors import Duplicate


def _any(tests: Any) -> Any:
    return lambda person: any(test(person) for test in tests) or not tests


def _without_parent(good: Any) -> Any:
    """A nested selection as if it hung on the database."""

    def selected(self: Any, selection: Any) -> Any:
        alone = replace(selection, parent="") if getattr(selection, "parent", "") else selection
        return good(self, alone)

    return selected


def _enabled(good: Any) -> Any:
    return lambda *known, **named: [replace(one, disabled=False) for one in good(*known, **named)]


def _emptied(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "description": ""} if "name" in given else given


def _everybody(good: Any) -> Any:
    """A selection without rules has all."""

    def selected(self: Any, selection: Any) -> Any:
        found = rules.listed(self._work, selection)
        return good(self, selection) if found else self._scope(selection).everybody

    return selected


def _unchecked(good: Any) -> Any:
    return lambda work, one: good and one


def _of_any(good: Any) -> Any:
    """A rule is found below any selection."""
    return lambda work, selection, key: work.store.get(models.RULES, key) or good(work, selection, key)


def _in_the_account(good: Any) -> Any:
    """Selections of all databases have different names."""

    def checked(work: Any, view: Any) -> Any:
        if any(one.name == view.name and one.id != view.id for one in work.store.select(models.VIEWS)):
            raise Duplicate(f"there is a selection {view.name!r} already")
        return good(work, view)

    return checked


def _one_of_a_name(good: Any) -> Any:
    """Miniselections of a collection have different names."""

    def create(work: Any, collection: Any, **given: Any) -> Any:
        if any(one.name == given["name"] for one in miniviews.listed(work, collection)):
            raise Duplicate(f"there is a miniselection {given['name']!r} already")
        return good(work, collection, **given)

    return create


FAULTS = (
    fault(
        "rules-share-names",
        "nobody looks whether a selection has a rule of that name",
        "no-server-error creating-twice renaming-to-a-taken-name",
        patched(rules, "_checked", _unchecked),
    ),
    fault(
        "one-condition-is-enough",
        "a rule matches what meets one of its conditions",
        "story",
        patched(members, "_all", lambda _: _any),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "all-rules-are-needed",
        "a selection has what all of its rules match",
        "story",
        patched(members, "_any", lambda _: members._all),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "inversed-ignored",
        "an inversed rule matches as if it were not",
        "story",
        patched(
            members._Members,
            "_rule",
            lambda good: lambda self, scope, rule: good(self, scope, replace(rule, inversed=False)),
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "disabled-ignored",
        "a disabled rule still counts",
        "story",
        patched(rules, "listed", _enabled),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "parents-ignored",
        "a nested selection has what its parent does not",
        "story",
        patched(members._Members, "_selected", _without_parent),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "empty-selections-have-all",
        "a selection without rules has all profiles",
        "story",
        patched(members._Members, "_selected", _everybody),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "nested-views-stay",
        "a deleted selection leaves nested ones behind",
        "story",
        patched(views, "_tree", lambda _: lambda work, view: [view]),
        evidence=Evidence.ASSUMED,
    ),
    fault("rules-stay", "a deleted rule is still there", "deleted-is-gone", patched(rules, "delete", never())),
    fault("views-stay", "a deleted selection is still there", "deleted-is-gone", patched(views, "delete", never())),
    fault(
        "views-not-renamed",
        "a selection cannot be renamed",
        "renamed every-view-follows",
        patched(views, "change", lambda good: lambda work, view, given: good(work, view, without(given, "name"))),
    ),
    fault(
        "descriptions-lost",
        "the description of a selection is not kept",
        "created-as-sent update-changes-only-what-was-sent",
        sent(
            lambda body: (
                {key: one for key, one in body.items() if key != "description"} if isinstance(body, dict) else body
            ),
            "createDatabaseView",
            "updateView",
        ),
    ),
    fault(
        "inverted-not-inversed",
        "a rule shows inverted in the place of inversed",
        "missing-key undocumented-key",
        things(
            lambda one: {("inverted" if key == "inversed" else key): value for key, value in one.items()}, "getRule"
        ),
    ),
    fault(
        "keys-in-pascal-case",
        "keys of a selection begin with capitals",
        "key-casing",
        things(lambda one: {key.title(): value for key, value in one.items()}, "getView"),
    ),
    fault(
        "ids-of-views-in-lists",
        "a list of selections shows other ids",
        "lists-what-exists",
        things(lambda one: {**one, "ID": str(int(one["ID"]) + 1000)}, "listDatabaseViews"),
    ),
    fault(
        "renamed-without-description",
        "a renamed selection loses its description",
        "renamed",
        patched(views, "change", lambda good: lambda work, view, given: good(work, view, _emptied(given))),
    ),
    fault(
        "never-referred",
        "a selection does not show that another one refers to it",
        "story",
        patched(views, "is_referred", lambda _: lambda work, view: False),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "rules-of-others",
        "a rule is found below a selection that is not its own",
        "story",
        patched(rules, "within", _of_any),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "names-unique-in-the-account",
        "selections of two databases cannot share a name",
        "story",
        patched(views, "_checked", _in_the_account),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "miniselections-have-names-of-their-own",
        "miniselections of a collection cannot share a name",
        "story",
        patched(miniviews, "create", _one_of_a_name),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "members-with-null",
        "a selection lists values that are empty as null",
        "story types",
        things(
            lambda one: {**one, "fields": {key: value or None for key, value in one["fields"].items()}},
            "listViewProfiles",
        ),
        evidence=Evidence.ASSUMED,
    ),
)
