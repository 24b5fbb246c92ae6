"""Parts of a run: every name in exactly one, the same everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.samples import tag_of
from contract_tests.sharding import MOST, Shard, ShardError, shard_of


@given(st.sets(st.text(max_size=8)), st.integers(1, 12))
def test_every_name_belongs_to_exactly_one_part(names: set[str], count: int) -> None:
    parts = [Shard(number, count).own(names) for number in range(1, count + 1)]
    assert sorted(name for part in parts for name in part) == sorted(names)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@given(st.lists(st.text(max_size=8)))
def test_the_order_of_names_does_not_matter(names: list[str]) -> None:
    assert Shard(2, 3).own(names) == Shard(2, 3).own(reversed(names))


def test_hashes_are_stable() -> None:
    """Another machine and another Python deal the same way."""
    assert Shard(1, 2).own("abcdef") == {"b", "c", "e"}


def test_parts_have_tags_of_their_own() -> None:
    tags = {tag_of(7, Shard(number, 3).salt) for number in (1, 2, 3)} | {tag_of(7)}
    assert len(tags) == 4
    assert tag_of(7, Shard().salt) == tag_of(7)


def test_a_shard_is_read() -> None:
    assert shard_of("2/3") == Shard(2, 3)
    assert str(shard_of("2/3")) == "2/3"
    assert shard_of("1/1").whole


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "1/2/3", "a/b", "", "-1/2", "١/٢", f"1/{MOST + 1}", "1 / 2"])
def test_what_is_no_shard_is_told(text: str) -> None:
    with pytest.raises(ShardError, match="is no shard such as 2/3"):
        shard_of(text)
