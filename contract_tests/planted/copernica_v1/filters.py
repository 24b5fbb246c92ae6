"""Filters and changes of many."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import conditions, is_filter, query
from contract_tests.planted.fault import fault
from contract_tests.planted.wire import Asked, Pairs, requests

RULE = "filter-chooses"
LISTS = ("listDatabaseProfiles", "listCollectionSubprofiles")
MANY = ("updateDatabaseProfiles", "updateProfileSubprofiles")


def _swapped(old: str, new: str) -> object:
    return lambda text: text.replace(old, new, 1) if old in text else text


def _last(pairs: Pairs) -> Pairs:
    """Only the last condition."""
    found = [one for one in pairs if is_filter(one[0])]
    return tuple(one for one in pairs if not is_filter(one[0]) or one == found[-1])


def _only_empty_brackets(pairs: Pairs) -> Pairs:
    return tuple(one for one in pairs if not is_filter(one[0]) or one[0] == "fields[]")


def _to_all(asked: Asked) -> Asked:
    """A change of many without a filter changes all."""
    if any(is_filter(name) for name, _ in asked.query):
        return asked
    return replace(asked, query=(*asked.query, ("fields[]", "id>0")))


def _all(pairs: Pairs) -> Pairs:
    return tuple((name, "id>0" if is_filter(name) else text) for name, text in pairs)


def _operator(name: str, old: str, new: str, title: str) -> object:
    return fault(name, title, RULE, conditions(_swapped(old, new), *LISTS))  # type: ignore[arg-type]


FAULTS = (
    _operator("equals-differs", "==", "!=", "== is read as !="),
    _operator("differs-equals", "!=", "==", "!= is read as =="),
    _operator("other-differs-equals", "<>", "==", "<> is read as =="),
    _operator("at-most-less", "<=", "<", "<= is read as <"),
    _operator("at-least-more", ">=", ">", ">= is read as >"),
    _operator("like-equals", "=~", "==", "=~ knows no patterns"),
    _operator("unlike-like", "!~", "=~", "!~ is read as =~"),
    _operator("one-sign-literal", "_", "\\_", "_ stands for itself"),
    fault(
        "less-at-most",
        "< is read as <=",
        RULE,
        conditions(
            lambda text: (
                text.replace("<", "<=", 1) if "<" in text and not {"<=", "<>"} & {text[text.index("<") :][:2]} else text
            ),
            *LISTS,
        ),
    ),
    fault("filter-ignored", "a filter is not read", RULE, conditions(lambda _: None, *LISTS)),
    fault("last-condition-counts", "of several conditions the last counts", RULE, query(_last, *LISTS)),
    fault(
        "filter-without-numbers",
        "a filter counts with empty brackets only",
        "filter-in-every-spelling",
        query(_only_empty_brackets, *LISTS),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "many-without-filter",
        "a change of many without a filter changes all",
        "change-of-many",
        requests(_to_all, *MANY),
    ),
    fault("many-changes-all", "a change of many changes all there are", "change-of-many", query(_all, *MANY)),
    fault(
        "many-always-makes",
        "a change of many makes one where nothing matches, asked or not",
        "change-that-makes change-of-many status-fits-situation",
        query(lambda pairs: (*(one for one in pairs if one[0] != "create"), ("create", "0")), *MANY),
    ),
    fault(
        "unknown-field-ignored",
        "a condition on a field that does not exist is left out",
        "filter-that-says-nothing",
        conditions(lambda text: None if text.endswith("==1") and not text.startswith("id") else text, *LISTS),
        evidence=Evidence.ASSUMED,
    ),
)
