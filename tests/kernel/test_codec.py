"""Rows survive a database exactly, and cells stand in the order of the values they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.apis.kopicloud_ad.models import KINDS as KOPICLOUD
from mockserver.kernel.settings import SETTINGS, Value
from mockserver.kernel.store.protocol import Kind, StoreError
from mockserver.kernel.store.query import LARGEST, SMALLEST, QueryError, Scalar, sort_value
from mockserver.kernel.store.sql import cells
from mockserver.kernel.store.sql.codec import Codec

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
WHOLE = st.integers(SMALLEST, LARGEST)
REAL = st.floats(allow_nan=False, allow_infinity=False)
NEAR = st.sampled_from([2**53, 2**53 + 1, float(2**53), 2**63 - 1, -(2**63), float(2**63), 0, 0.0, -0.0, True, False])
SCALARS: st.SearchStrategy[Scalar] = st.one_of(st.none(), st.booleans(), WHOLE, REAL, NEAR, TEXT)


@dataclass(frozen=True, slots=True)
class Place:
    """A value inside a row."""

    town: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    """One attribute of each type a row may have."""

    id: str
    scalar: Scalar = None
    words: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nested(Everything):
    """A variant with structure."""

    place: Place | None = None
    places: tuple[Place, ...] = ()
    tags: frozenset[str] = frozenset()


CODEC: Codec[Any] = Codec(Kind("everything", Everything, variants=(Everything, Nested)))
PLACES = st.builds(Place, TEXT, st.lists(WHOLE).map(tuple))
WORDS = st.dictionaries(TEXT, TEXT)
VALUES = st.dictionaries(TEXT, st.one_of(st.none(), TEXT, WHOLE, st.booleans()))
PLAIN = st.builds(Everything, TEXT, SCALARS, WORDS, VALUES)
NESTED = st.builds(
    Nested, TEXT, SCALARS, WORDS, VALUES, st.none() | PLACES, st.lists(PLACES).map(tuple), st.frozensets(TEXT)
)


def typed(value: Any) -> Any:
    """A value with the types of all its parts, so that 1, 1.0 and True differ."""
    if isinstance(value, Mapping):
        return "mapping", {key: typed(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return "tuple", [typed(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return type(value), [typed(getattr(value, each.name)) for each in fields(value)]
    return type(value), value


@given(PLAIN | NESTED)
def test_a_row_comes_back_as_it_was(row: Any) -> None:
    back = CODEC.read(type(row).__name__, CODEC.write(row))
    assert back == row
    assert typed(back) == typed(row)


@pytest.mark.parametrize("kind", [*KOPICLOUD, SETTINGS], ids=lambda kind: kind.name)
def test_every_kind_of_the_twins_can_be_kept(kind: Kind[Any]) -> None:
    codec: Codec[Any] = Codec(kind)
    for variant in kind.variants or (kind.row,):
        values = {each.name: each.name for each in fields(variant) if each.default is each.default_factory}
        row = variant(**values)
        assert codec.read(variant.__name__, codec.write(row)) == row


@given(SCALARS, SCALARS)
@example(1, True)
@example(1.0, 1)
@example(-0.0, 0)
@example(2**53, 2**53 + 1)
@example(float(2**53), 2**53 + 1)
@example("\U0001f600", "\uffff")
def test_cells_stand_as_their_values_do(left: Scalar, right: Scalar) -> None:
    first, second = sort_value(left), sort_value(right)
    one, other = cells.cell(left).encode(), cells.cell(right).encode()
    assert (one < other, one == other) == (first < second, first == second)


@given(st.lists(SCALARS, min_size=1, max_size=3), st.lists(SCALARS, min_size=1, max_size=3))
def test_groups_are_equal_exactly_when_their_values_are(left: list[Scalar], right: list[Scalar]) -> None:
    assert (cells.group(left) == cells.group(right)) == (left == right)


def test_long_texts_stay_apart_in_an_index() -> None:
    long, longer = "x" * 5_000, "x" * 5_001
    assert cells.group([long]) != cells.group([longer])
    assert cells.indexed(cells.cell(long)) != cells.indexed(cells.cell(longer))
    assert len(cells.indexed(cells.cell("\U0001f600" * 5_000)).encode()) < 2_500


@pytest.mark.parametrize("value", ["a\0b", 2**63, -(2**63) - 1, float("nan"), float("-inf"), b"x", ["x"]])
def test_what_no_database_keeps_in_order_is_refused(value: Any) -> None:
    with pytest.raises(QueryError):
        cells.cell(value)


@pytest.mark.parametrize("values", [{"words": {"a": "\ud800"}}, {"words": {1: "a"}}, {"values": {"a": object()}}])
def test_what_json_does_not_have_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(QueryError, match="cannot be kept"):
        CODEC.write(Everything("1", **values))


@dataclass(frozen=True, slots=True)
class Unkept:
    """A row no document holds exactly."""

    id: str
    moments: list[object] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A row with an attribute JSON writers leave out."""

    id: str
    _secret: str = ""


@pytest.mark.parametrize(("row", "message"), [(Unkept, "'moments' is a list"), (Hidden, "'_secret' begins with an")])
def test_a_row_that_cannot_be_kept_is_refused_when_it_is_declared(row: type[Any], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Codec(Kind("unkept", row))


@pytest.mark.parametrize("document", ['{"id": "1", "colour": "red"}', '{"words": {}}'])
def test_a_row_of_another_version_is_told(document: str) -> None:
    with pytest.raises(StoreError, match="a stored Everything does not fit this version"):
        CODEC.read("Everything", document)


def test_an_attribute_added_since_has_its_default() -> None:
    assert CODEC.read("Everything", '{"id": "1"}') == Everything("1")
