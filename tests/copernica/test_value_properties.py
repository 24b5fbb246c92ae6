"""What holds for every value and every filter, whatever is in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.apis.copernica.models.people import Profile
from mockserver.apis.copernica.models.structure import FIELD_TYPES, FIELDS, Database, Field
from mockserver.apis.copernica.service.filters import OPERATORS, Filter
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.lists import field_key
from mockserver.apis.copernica.service.values import default, normalised
from mockserver.kernel.errors import BadInput
from mockserver.kernel.settings import Settings
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.work import begin

TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=60)
NUMBERS = st.integers(-(10**20), 10**20).map(str) | st.floats().map(str) | st.decimals().map(str)
MOMENTS = (
    st.dates().map(str) | st.datetimes().map(str) | st.from_regex(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", fullmatch=True)
)
WORDS = st.sampled_from(["", "red", "blue", "*red", "0000-00-00", "0000-00-00 00:00:00", "0", "-0", "%", "_", "\\"])
SPELLED = TEXTS | NUMBERS | MOMENTS | WORDS
SENT = (
    SPELLED
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none()
)

ALL = [Field(str(at), at, "database 1", kind, kind, length=9) for at, kind in enumerate(FIELD_TYPES, 1)]
ONE = [Field("99", 99, "database 1", "red or blue", "select", "red\n*blue"), *ALL]


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    """A database with a field of each type."""
    store = MemoryStore()
    store.create("w")
    with store.transaction("w") as transaction:
        for field in ONE:
            transaction.insert(FIELDS, field)
        work = begin(transaction, Settings("copernica", ()))
        yield Layout(work, Database("1", 1, "1", "People", "", False, "2026-01-05 09:00:00"))


def person(number: int, values: dict[str, str]) -> Profile:
    """A profile with values."""
    return Profile(str(number), number, "1", "s", "2026-01-05 09:00:00", "2026-01-05 09:00:00", values)


@given(st.sampled_from(ONE), SENT)
def test_a_value_that_is_read_again_is_the_same(field: Field, sent: object) -> None:
    held = normalised(field, sent)
    assert normalised(field, held) == held
    assert normalised(field, default(field)) == default(field)


@given(st.sampled_from(ONE), st.sampled_from(ONE), SENT)
def test_a_value_can_be_read_anew_as_any_type(before: Field, after: Field, sent: object) -> None:
    held = normalised(after, normalised(before, sent))
    assert normalised(after, held) == held


@given(st.sampled_from(ONE), st.lists(SENT, min_size=1, max_size=6), SPELLED)
def test_operators_and_their_opposites_divide_everybody(
    layout: Layout, field: Field, sent: list[object], value: str
) -> None:
    people = [person(at, {field.id: normalised(field, one)}) for at, one in enumerate(sent)]

    def kept(operator: str) -> set[str]:
        return {one.id for one in Filter(f"{field.name}{operator}{value}", layout).keep(people)}

    everybody = {one.id for one in people}
    assert kept("!=") == kept("<>") == everybody - kept("==")
    assert kept("!~") == everybody - kept("=~")
    assert kept("<").isdisjoint(kept(">"))
    assert kept("<=") >= kept("<")
    assert kept(">=") >= kept(">")
    # an empty moment has no place in the order, and equals another one
    if value:
        assert kept("<=") == kept("<") | kept("==")
        assert kept(">=") == kept(">") | kept("==")


@given(st.sampled_from(ONE), SENT)
def test_everybody_equals_and_is_like_what_they_have(layout: Layout, field: Field, sent: object) -> None:
    held = normalised(field, sent)
    (somebody,) = people = [person(1, {field.id: held})]
    assert Filter(f"{field.name}=={held}", layout).keep(people) == [somebody]
    assert Filter(f"{field.name}=~{'_' * len(held)}", layout).keep(people) == [somebody]
    assert Filter(f"{field.name}=~{held[:3].replace('%', '_')}%", layout).keep(people) == [somebody]


@given(st.sampled_from(ONE), st.lists(SENT, min_size=2, max_size=8))
def test_orders_and_filters_agree(layout: Layout, field: Field, sent: list[object]) -> None:
    people = [person(at, {field.id: normalised(field, one)}) for at, one in enumerate(sent)]
    key = field_key(field)
    for one in people:
        below = Filter(f"{field.name}<{one.values[field.id]}", layout).keep(people)
        assert all(key(other) < key(one) for other in below)


@given(SPELLED, st.sampled_from(OPERATORS), SPELLED)
def test_any_text_is_a_filter_or_is_refused(layout: Layout, name: str, operator: str, value: str) -> None:
    people = [person(1, {})]
    with suppress(BadInput):
        assert Filter(f"{name}{operator}{value}", layout).keep(people) in ([], people)
