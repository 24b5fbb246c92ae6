"""Filters and changes of many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import conditions, is_filter, query
from contract_tests.planted.fault import Fault, Plant, fault, patched
from contract_tests.planted.wire import Asked, Pairs, requests
from mockserver.apis.copernica.service import filters
from mockserver.apis.copernica.service.values import number

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


def _operator(name: str, old: str, new: str, title: str, **more: Any) -> object:
    rules = f"{RULE} filter-in-every-spelling"
    return fault(name, title, rules, conditions(_swapped(old, new), *LISTS), **more)  # type: ignore[arg-type]


def _told(name: str, title: str, plant: Plant) -> Fault:
    return fault(name, title, "story", plant, evidence=Evidence.ASSUMED)


def _once(text: str) -> str:
    """A lone = as the operator it is not."""
    return text if filters._OPERATOR.search(text) else text.replace("=", "==", 1)


def _unquoted(text: str) -> str:
    return text.replace('"', "")


def _starred(good: Any) -> Any:
    return lambda pattern: good(pattern.replace("*", "%"))


def _dotted(good: Any) -> Any:
    return lambda pattern: good(pattern.replace(".", "_"))


def _zeroed(good: Any) -> Any:
    return lambda kind, operator, value: good(kind, operator, value if number(value) is not None else "0")


def _early(good: Any) -> Any:
    def moments(kind: str, operator: str, value: str) -> Any:
        test = good(kind, operator, value)
        return (lambda text: not text or test(text)) if operator in ("<", "<=") else test

    return moments


FAULTS = (
    _operator("equals-differs", "==", "!=", "== is read as !=", reads=Evidence.ASSUMED),
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
    fault(
        "filter-ignored",
        "a filter is not read",
        f"{RULE} filter-in-every-spelling",
        conditions(lambda _: None, *LISTS),
        reads=Evidence.ASSUMED,
    ),
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
    _told(
        "filters-of-miniselections-ignored",
        "a filter of a miniselection is not read",
        conditions(lambda _: None, "listMiniviewSubprofiles"),
    ),
    _told(
        "order-of-miniselections-ignored",
        "the subprofiles of a miniselection are never put in order",
        query(lambda pairs: tuple(one for one in pairs if one[0] != "orderby"), "listMiniviewSubprofiles"),
    ),
    _told("equals-once", "= is read as ==", conditions(_once, *LISTS)),
    _told("quotes-taken-off", "quotes around the value of a filter are taken off", conditions(_unquoted, *LISTS)),
    _told("filters-trimmed", "blanks at the end of a filter are left out", conditions(str.rstrip, *LISTS)),
    _told("like-has-stars", "* is any run in patterns", patched(filters, "_like", _starred)),
    _told("like-has-dots", ". is any character in patterns", patched(filters, "_like", _dotted)),
    _told("words-are-zero", "what is no number is 0 in filters", patched(filters, "_numbers", _zeroed)),
    _told("no-date-is-early", "an empty date is before all others", patched(filters, "_moments", _early)),
)
