"""Values of fields: what becomes of them by type, defaults, choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import Fault, Plant, fault, never, patched, returning
from mockserver.apis.copernica.models.structure import (
    BIG,
    DATE,
    DATETIME,
    EMPTY_DATE,
    EMPTY_DATETIME,
    FIELD_ORDERED,
    FIELD_TYPE,
    FLOAT,
    FOREIGN_KEY,
    INTEGER,
    SELECT,
    SINGLE_TYPES,
    Field,
)
from mockserver.apis.copernica.service import fields, layout, profiles, values
from mockserver.kernel.store.query import Eq

Normalise = Callable[[Field, Any, Any], str]


def _fault(name: str, title: str, *parts: Plant, evidence: Evidence = Evidence.CLIENT) -> Fault:
    return fault(name, title, "story", *parts, evidence=evidence)


def _of(change: Normalise, *types: str) -> Plant:
    """Values of some types read in another way: ``change(field, what was given, what a good server makes of it)``."""

    def replacement(good: Any) -> Any:
        def normalised(field: Field, given: Any) -> str:
            text: str = good(field, given)
            return change(field, given, text) if not types or field.type in types else text

        return normalised

    return patched(layout, "normalised", replacement)


def _default(change: Callable[[Field, str], str]) -> Plant:
    return patched(layout, "default", returning(lambda text, field: change(field, text)))


def _raw(_: Field, given: Any, __: str) -> str:
    return values.spelled(given)


def _unmarked(field: Field, text: str) -> str:
    return values.first_choice(field) if field.type == SELECT else text


def _falsy(good: Any) -> Any:
    """What PHP takes for nothing is nothing."""
    return lambda self, given: good(self, {name: one for name, one in given.items() if one not in ("0", 0)})


def _reset(good: Any) -> Any:
    """A change of some values sets the others to their defaults."""

    def with_values(row: Any, where: Any, given: Any) -> Any:
        return good(row, where, {**where.fresh({}), **given})

    return with_values


def _without_defaults_later(good: Any) -> Any:
    """A field that is added later is empty in those that are there."""

    def whole(self: Any, known: Any) -> Any:
        found = good(self, known)
        return {key: (known.get(key, "") if known else text) for key, text in found.items()}

    return whole


def _first_only(good: Any) -> Any:
    """Of several values in one body the first is kept."""
    return lambda self, given: good(self, dict(list(given.items())[:1]))


def _words(_: Field, given: Any, text: str) -> str:
    return "true" if given is True else "false" if given is False else text


def _written_none(_: Field, given: Any, text: str) -> str:
    return "null" if given is None else text


def _trimmed(_: Field, __: Any, text: str) -> str:
    return text.strip()


def _ascii(_: Field, __: Any, text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _narrow(text: str, *_: Any) -> str:
    return "".join(one for one in text if ord(one) < 1 << 16)


def _rounded(text: str, field: Field, _: Any) -> str:
    return f"{float(text):.2f}".rstrip("0").rstrip(".") if field.type == FLOAT else text


FAULTS = (
    _fault(
        "decimals-kept",
        "an integer keeps its fraction",
        _of(lambda field, given, text: values.spelled(given) if "." in values.spelled(given) else text, INTEGER),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "float-is-whole",
        "a float loses its fraction",
        _of(lambda field, given, text: text.split(".")[0], FLOAT),
        evidence=Evidence.ASSUMED,
    ),
    _fault("float-as-sent", "a float holds any text", _of(_raw, FLOAT)),
    _fault("date-as-sent", "a date holds any text", _of(_raw, DATE)),
    _fault(
        "impossible-dates",
        "a date may be the 30th of February",
        _of(
            lambda field, given, text: str(given) if len(str(given)) == 10 and str(given)[4:5] == "-" else text,
            DATE,
            EMPTY_DATE,
        ),
    ),
    _fault(
        "empty-date-is-zero",
        "an empty_date that is none is the zero date",
        _of(lambda field, given, text: text or values.NO_MOMENT[DATE], EMPTY_DATE),
    ),
    _fault(
        "date-is-empty",
        "a date that is none is empty",
        _of(lambda field, given, text: "" if text == values.NO_MOMENT[DATE] else text, DATE),
    ),
    _fault(
        "empty-datetime-is-zero",
        "an empty_datetime that is none is the zero one",
        _of(lambda field, given, text: text or values.NO_MOMENT[DATETIME], EMPTY_DATETIME),
    ),
    _fault(
        "datetime-without-time",
        "a datetime loses its time",
        _of(lambda field, given, text: text[:10], DATETIME, EMPTY_DATETIME),
        evidence=Evidence.ASSUMED,
    ),
    _fault("choice-as-sent", "a select field holds what is no choice", _of(_raw, SELECT)),
    _fault(
        "choice-falls-back",
        "what is no choice is the default",
        _of(lambda field, given, text: text or values.default(field), SELECT),
    ),
    _fault(
        "choice-with-asterisk",
        "the marked choice keeps its asterisk",
        _default(lambda field, text: f"*{text}" if field.type == SELECT else text),
    ),
    _fault("first-choice-is-default", "the default of a select field is the first choice", _default(_unmarked)),
    _fault(
        "no-choice-is-default",
        "a select field without a marked choice is empty",
        _default(lambda field, text: "" if field.type == SELECT and "*" not in field.value else text),
    ),
    _fault("truth-as-words", "true and false are kept as words", _of(_words)),
    _fault("none-as-word", "null is kept as a word", _of(_written_none)),
    _fault(
        "big-texts-cut", "a big text is cut", _of(lambda field, given, text: text[:255], BIG), evidence=Evidence.ASSUMED
    ),
    _fault("texts-trimmed", "blanks around a text are lost", _of(_trimmed), evidence=Evidence.ASSUMED),
    _fault("texts-ascii", "letters with accents are lost", _of(_ascii), evidence=Evidence.ASSUMED),
    _fault(
        "emails-checked",
        "what is no email address is emptied",
        _of(lambda field, given, text: text if "@" in text else "", "email"),
    ),
    _fault(
        "emails-lower",
        "email addresses are kept in small letters",
        _of(lambda field, given, text: text.lower(), "email"),
    ),
    _fault(
        "phones-digits",
        "telephone numbers are kept as digits",
        _of(
            lambda field, given, text: "".join(one for one in text if one.isdigit()), "phone", "phone_fax", "phone_gsm"
        ),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "foreign-keys-empty",
        "a foreign_key without a value is empty",
        _default(lambda field, text: "" if field.type == FOREIGN_KEY else text),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "integers-empty",
        "an integer without a value is empty",
        _default(lambda field, text: "" if field.type == INTEGER and not field.value else text),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "dates-empty",
        "a date without a value is empty",
        _default(lambda field, text: "" if field.type == DATE else text),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "zero-is-nothing",
        "a value of 0 is taken for none",
        patched(layout.Layout, "read", _falsy),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "others-reset",
        "a change of some values sets the others to their defaults",
        patched(profiles, "with_values", _reset),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "first-value-only",
        "of several values in one body the first is kept",
        patched(layout.Layout, "read", _first_only),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "new-fields-empty",
        "a field that is added is empty in those that are there",
        patched(layout.Layout, "_whole", _without_defaults_later),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "values-not-read-anew",
        "a field of another type keeps its values",
        patched(fields, "reread", never()),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "length-ignored",
        "a text is cut at 50 whatever its length",
        _of(lambda field, given, text: values.spelled(given)[:50] if field.type == "text" else text),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "default-of-field-cut",
        "the default of a field is lost when a value of another is given",
        patched(
            layout.Layout,
            "fresh",
            lambda good: (
                lambda self, given: (
                    {**{one.id: "" for one in self.fields}, **self.read(given)} if given else good(self, given)
                )
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "ordered-stays",
        "several fields are ordered",
        patched(
            fields,
            "_others",
            lambda good: (
                lambda work, field, wanted: [] if wanted.attribute is FIELD_ORDERED else good(work, field, wanted)
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "several-of-a-type",
        "several fields for email addresses are accepted",
        patched(
            fields,
            "_others",
            lambda good: (
                lambda work, field, wanted: [] if wanted.attribute is FIELD_TYPE else good(work, field, wanted)
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "second-is-text",
        "a second field for email addresses becomes one for texts",
        patched(
            fields,
            "_checked",
            lambda good: (
                lambda work, field: good(
                    work,
                    replace(field, type="text")
                    if field.type in SINGLE_TYPES and fields._others(work, field, Eq(FIELD_TYPE, field.type))
                    else field,
                )
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "one-text-only",
        "there is one field for texts",
        patched(fields, "SINGLE_TYPES", lambda good: (*good, "text")),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "long-fields",
        "a text may be set to hold more than 255",
        patched(fields, "LENGTH_LIMIT", lambda _: 1000),
        evidence=Evidence.ASSUMED,
    ),
    _fault(
        "big-indexed",
        "a field of type big may have an index",
        patched(fields, "BIG", lambda _: ""),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "wide-characters-lost",
        "texts lose characters of four bytes",
        "story",
        patched(layout, "normalised", returning(_narrow)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "line-ends-lost",
        "line ends become blanks",
        "story",
        patched(layout, "normalised", returning(lambda text, *_: text.replace("\n", " "))),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "numbers-of-two-digits",
        "numbers have two digits after the point",
        "story",
        patched(layout, "normalised", returning(_rounded)),
        evidence=Evidence.ASSUMED,
    ),
)
