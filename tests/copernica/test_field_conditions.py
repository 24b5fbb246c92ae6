"""Conditions on what somebody has in a field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Database
from tests.copernica.selections import miniview, view
from tests.support.client import TwinClient


class Column:
    """Profiles, or subprofiles, with one value each in a field."""

    def __init__(self, twin: TwinClient, kind: str, values: list[Any], *, mini: bool = False) -> None:
        fields = {"Value": kind, "Other": "text" if kind == "email" else kind}
        self._database = Database(twin, **fields)
        self._collection = self._database.collection(**fields) if mini else None
        self.ids = [self._made(value) for value in values]

    def _made(self, value: Any) -> str:
        given = value if isinstance(value, dict) else {"Value": value}
        if self._collection is None:
            return self._database.profile(**given)
        return self._collection.subprofile(self._database.profile(), **given)

    def matched(self, **demand: Any) -> list[int]:
        """Positions of the values that meet a condition on their field."""
        place = self._collection
        name = f"s{demand}"
        selection = view(self._database, name) if place is None else miniview(place, name)
        selection.rule({"type": "Field", "field": "Value", **demand})
        return [self.ids.index(key) for key in selection.ids()]


@pytest.mark.parametrize("mini", [False, True])
@pytest.mark.parametrize(
    ("comparison", "value", "matched"),
    [("equals", "sir", [0]), ("equals", "", [4]), ("equals", "si", []), ("not equals", "sir", [1, 2, 3, 4]),
     ("contains", "ir", [0, 2]), ("contains", "IR", [1]), ("not contains", "ir", [1, 3, 4]),
     ("contains", "", [0, 1, 2, 3, 4]), ("less", "m", [1, 3, 4]), ("more", "m", [0, 2]), ("more", "sir", [2]),
     ("less", "sir", [1, 3, 4]), ("contains", "ß", [3]), ("contains", "%", [])],
)  # fmt: skip
def test_texts_compare_in_their_exact_case(
    twin: TwinClient, mini: bool, comparison: str, value: str, matched: list[int]
) -> None:
    column = Column(twin, "text", ["sir", "SIR", "sirs", "Größe", ""], mini=mini)
    assert column.matched(comparison=comparison, value=value) == matched


def test_a_field_is_compared_for_equality_unless_told(twin: TwinClient) -> None:
    assert Column(twin, "text", ["a", "b"]).matched(value="b") == [1]


@pytest.mark.parametrize("kind", ["integer", "float", "foreign_key"])
@pytest.mark.parametrize(
    ("comparison", "value", "matched"),
    [("equals", "9", [0]), ("equals", 9, [0]), ("equals", "9.0", [0]), ("equals", "nine", []), ("equals", "", []),
     ("not equals", "9", [1, 2, 3]), ("not equals", "nine", [0, 1, 2, 3]), ("less", "10", [0, 2, 3]),
     ("more", "9", [1]), ("more", "-4", [0, 1, 3]), ("less", 9.5, [0, 2, 3]), ("more", "nine", []),
     ("contains", "0", [1, 3])],
)  # fmt: skip
def test_numbers_compare_as_numbers(
    twin: TwinClient, kind: str, comparison: str, value: Any, matched: list[int]
) -> None:
    assert Column(twin, kind, [9, 10, -5, 0]).matched(comparison=comparison, value=value) == matched


@pytest.mark.parametrize(
    ("comparison", "value", "text", "numbers"),
    [("less", "10", [], [0, 3]), ("more", "5", [0, 2, 3], [0, 1, 3]), ("equals", "9", [0], [0, 3]),
     ("more", "x", [], []), ("not equals", "9", [1, 2, 3], [1, 2]), ("equals", "ten", [2], [])],
)  # fmt: skip
def test_texts_compare_as_numbers_where_they_shall(
    twin: TwinClient, comparison: str, value: str, text: list[int], numbers: list[int]
) -> None:
    column = Column(twin, "text", ["9", "10", "ten", "9.0"])
    assert column.matched(comparison=comparison, value=value, **{"numeric-comparison": False}) == text
    assert column.matched(comparison=comparison, value=value, **{"numeric-comparison": True}) == numbers


@pytest.mark.parametrize(
    ("comparison", "value", "matched"),
    [("equals", "2026-02-01", [1]), ("less", "2026-02-01", [0, 3]), ("more", "2026-02-01", [2]),
     ("more", "2026-02-01 00:00:01", [2]), ("equals", "no date", []), ("not equals", "2026-02-01", [0, 2, 3])],
)  # fmt: skip
def test_dates_compare_as_moments(twin: TwinClient, comparison: str, value: str, matched: list[int]) -> None:
    column = Column(twin, "date", ["2026-01-31", "2026-02-01", "2026-02-02", ""])
    assert column.matched(comparison=comparison, value=value) == matched


@pytest.mark.parametrize("kind", ["text", "email"])
def test_what_looks_like_an_address_is_one(twin: TwinClient, kind: str) -> None:
    values = ["ann@example.com", "ann.lee+x@mail.example.co", "ann", "@example.com", "ann@", "ann@example", "a b@c.d",
              "ann@exa mple.com", "", "ann@@example.com", "ann@example..com"]  # fmt: skip
    assert Column(twin, kind, values).matched(comparison="is_email", value="ignored") == [0, 1]


def test_what_reads_as_a_number_is_numeric(twin: TwinClient) -> None:
    values = ["7", "-7", "7.5", " 7 ", "1e3", "", "7a", "٧", "seven", "nan", "0x10", "-"]
    assert Column(twin, "text", values).matched(comparison="is-numeric") == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("expression", "matched"),
    [("^a", [0, 1]), ("b$", [1]), ("^.$", [0, 2]), (r"\d{2}", [3]), ("a|7", [0, 1, 3]), ("A", []), ("", [0, 1, 2, 3]),
     ("[^a-z]", [2, 3])],
)  # fmt: skip
def test_expressions_are_looked_for_anywhere(twin: TwinClient, expression: str, matched: list[int]) -> None:
    assert Column(twin, "text", ["a", "ab", "é", "x77"]).matched(comparison="regexp", value=expression) == matched


def test_an_expression_that_backtracks_elsewhere_is_answered(twin: TwinClient) -> None:
    column = Column(twin, "big", ["a" * 20_000 + "b", "aaa"])
    assert column.matched(comparison="regexp", value="^(a+)+$") == [1]
    assert column.matched(comparison="is_email") == []


@pytest.mark.parametrize(
    ("kind", "comparison", "matched"),
    [("text", "equals", [0]), ("text", "not equals", [1, 2]), ("text", "less", [1]), ("text", "more", [2]),
     ("text", "contains", [0, 2]), ("text", "not contains", [1]), ("integer", "less", [2]), ("integer", "more", [1])],
)  # fmt: skip
def test_a_field_is_compared_with_another(twin: TwinClient, kind: str, comparison: str, matched: list[int]) -> None:
    pairs = [("9", "9"), ("10", "9"), ("95", "5")] if kind == "text" else [(9, 9), (10, 9), (5, 95)]
    column = Column(twin, kind, [{"Value": one, "Other": other} for one, other in pairs])
    assert column.matched(comparison=comparison, **{"other-field": "Other"}) == matched


def test_another_field_beats_the_value(twin: TwinClient) -> None:
    column = Column(twin, "text", [{"Value": "a", "Other": "a"}, {"Value": "b", "Other": "a"}])
    assert column.matched(value="b", **{"other-field": "Other"}) == [0]


def test_texts_of_two_fields_compare_as_numbers_where_they_shall(twin: TwinClient) -> None:
    column = Column(
        twin, "text", [{"Value": "9", "Other": "10"}, {"Value": "x", "Other": "10"}, {"Value": "9", "Other": "9.0"}]
    )
    more = {"other-field": "Other", "numeric-comparison": True}
    assert column.matched(comparison="less", **more) == [0]
    assert column.matched(comparison="equals", **more) == [2]
    assert column.matched(comparison="not equals", **more) == [0, 1]


def test_a_date_compares_with_a_moment(twin: TwinClient) -> None:
    database = Database(twin, Day="date", Moment="datetime")
    keys = [
        database.profile(Day="2026-02-01", Moment=moment)
        for moment in ("2026-02-01", "2026-02-01 00:00:01", "2026-01-31 23:59:59")
    ]
    found = {}
    for comparison in ("equals", "less", "more"):
        some = view(database, comparison)
        some.rule({"type": "Field", "field": "Day", "other-field": "Moment", "comparison": comparison})
        found[comparison] = some.ids()
    assert found == {"equals": keys[:1], "less": keys[1:2], "more": keys[2:]}


@pytest.mark.parametrize("comparison", ["equals", "not equals", "contains", "not contains", "regexp", "is-numeric"])
@pytest.mark.parametrize("gone", ["Value", "Other"])
def test_nobody_meets_a_condition_on_a_field_that_is_gone(twin: TwinClient, comparison: str, gone: str) -> None:
    database = Database(twin, Value="text", Other="text", Third="text")
    database.profile(Value="1", Other="1")
    some = view(database)
    some.rule({"type": "Field", "field": "Value", "other-field": "Other", "comparison": comparison})
    twin.delete(f"{database.path}/field/{gone}")
    assert some.ids() == []


def test_nobody_meets_a_condition_that_names_no_field(twin: TwinClient) -> None:
    database = Database(twin)
    database.profile()
    some = view(database)
    some.rule({"type": "Field", "comparison": "not equals", "value": "x"})
    assert some.ids() == []


def test_a_field_has_its_default_where_nothing_was_given(twin: TwinClient) -> None:
    database = Database(twin)
    key = database.profile()
    database.field("Title", {"type": "text", "value": "sir"})
    some = view(database)
    some.rule({"type": "Field", "field": "Title", "value": "sir"})
    assert some.ids() == [key]
