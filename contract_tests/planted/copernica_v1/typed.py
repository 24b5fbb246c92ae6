"""Values that are read by their type in one place and not in another; defaults, names and limits of fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import sent
from contract_tests.planted.fault import Fault, Plant, fault, patched, returning
from mockserver.apis.copernica.models.structure import BIG, EMAIL, FLOAT, INTEGER, PHONE_FAX, Field
from mockserver.apis.copernica.service import fields, layout, profiles, subprofiles, values

RULE = "values-by-type"


def _typed(name: str, title: str, plant: Plant, evidence: Evidence = Evidence.CLIENT) -> Fault:
    return fault(name, title, RULE, plant, evidence=evidence)


def _story(name: str, title: str, plant: Plant, evidence: Evidence = Evidence.ASSUMED) -> Fault:
    return fault(name, title, "story", plant, evidence=evidence)


def _while(module: Any, name: str, reader: Any) -> Plant:
    """Values read in another way while one function works."""

    def replacement(good: Any) -> Any:
        def function(*given: Any, **named: Any) -> Any:
            names = vars(layout)
            usual = names["normalised"]
            names["normalised"] = reader(usual)
            try:
                return good(*given, **named)
            finally:
                names["normalised"] = usual

        return function

    return patched(module, name, replacement)


def _as_sent(_: Any) -> Any:
    return lambda field, given: values.spelled(given)


def _of(change: Any, *types: str) -> Any:
    def replacement(good: Any) -> Any:
        def normalised(field: Field, given: Any) -> str:
            text: str = good(field, given)
            return str(change(text)) if field.type in types else text

        return normalised

    return replacement


def _with_returns(_: Any) -> Any:
    def choices(field: Field) -> list[tuple[str, bool]]:
        lines = field.value.split("\n") if field.value else []
        return [(line.removeprefix("*"), line.startswith("*")) for line in lines]

    return choices


def _named(change: Callable[[str], str]) -> Callable[[Any], Any]:
    """A change of the name in a body."""

    def changed(body: Any) -> Any:
        name = body.get("name") if isinstance(body, dict) else None
        return {**body, "name": change(name)} if isinstance(name, str) and name.strip() else body

    return changed


def _without_empty(body: Any) -> Any:
    return {key: one for key, one in body.items() if one != ""} if isinstance(body, dict) else body


FAULTS = (
    _typed(
        "typed-not-in-bulk", "a change of many keeps values as they are sent", _while(profiles, "change_all", _as_sent)
    ),
    _typed(
        "typed-not-when-made", "a new subprofile keeps values as they are sent", _while(subprofiles, "create", _as_sent)
    ),
    _typed(
        "email-cut-like-text",
        "an email address is cut to the length of texts",
        patched(layout, "normalised", _of(lambda text: text[:50], EMAIL)),
        Evidence.ASSUMED,
    ),
    _typed(
        "fax-without-blanks",
        "a fax number loses its blanks",
        patched(layout, "normalised", _of(lambda text: text.replace(" ", ""), PHONE_FAX)),
        Evidence.ASSUMED,
    ),
    _typed(
        "big-text-trimmed",
        "blanks around a big text are lost",
        patched(layout, "normalised", _of(str.strip, BIG)),
        Evidence.ASSUMED,
    ),
    _typed(
        "whole-float-keeps-fraction",
        "a float that is whole keeps its fraction",
        patched(layout, "normalised", _of(float, FLOAT)),
    ),
    _typed(
        "digits-in-front-count",
        "a text that begins with digits is that number",
        patched(
            layout,
            "normalised",
            lambda good: (
                lambda field, given: good(
                    field, str(given).rstrip("abc") if field.type == INTEGER and isinstance(given, str) else given
                )
            ),
        ),
    ),
    _story(
        "subprofiles-without-defaults",
        "subprofiles have no defaults of texts",
        patched(
            layout,
            "default",
            returning(lambda text, field: "" if field.owner.startswith("collection") and field.type == EMAIL else text),
        ),
        Evidence.DOCUMENTED,
    ),
    _story(
        "choices-with-line-feeds-only",
        "choices that end in CR LF keep the CR",
        patched(values, "_choices", _with_returns),
    ),
    _story(
        "hidden-fields-not-shown",
        "fields that are hidden are not shown",
        patched(
            layout.Layout,
            "shown",
            lambda good: (
                lambda self, known: {
                    name: text for name, text in good(self, known).items() if not self.named[name].hidden
                }
            ),
        ),
        Evidence.DOCUMENTED,
    ),
    _story("names-trimmed", "names lose the blanks around them", sent(_named(str.strip))),
    _story("names-cut", "names are cut to 50 characters", sent(_named(lambda text: text[:50]))),
    _story("empty-text-is-none", "an empty description changes nothing", sent(_without_empty, "updateView")),
    fault(
        "indexes-without-end",
        "a 65th index is made",
        "status-fits-situation",
        patched(fields, "INDEX_LIMIT", lambda _: 1000),
        evidence=Evidence.ASSUMED,
    ),
)
