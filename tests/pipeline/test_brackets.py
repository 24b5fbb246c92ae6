"""Names with brackets: the values PHP's parse_str makes of them, with names as they are spelt."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.brackets import TooDeep, gathered, keys_of
from mockserver.kernel.decoding import query_pairs


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"fields[newsletter]=no&fields[lang]=nl", {"fields": {"newsletter": "no", "lang": "nl"}}),
        (b"interests%5Btennis%5D=1", {"interests": {"tennis": "1"}}),
        (b"a[b][c][]=1&a[b][c][]=2", {"a": {"b": {"c": ["1", "2"]}}}),
        (b"0=football&1=tennis", ["football", "tennis"]),
        (b"[]=football&[]=tennis", ["football", "tennis"]),
        (b"[0]=football&[1]=tennis", ["football", "tennis"]),
        (b"1=football&0=tennis", {"1": "football", "0": "tennis"}),
        (b"1=football", {"1": "football"}),
        (b"a[01]=x&a[]=y", {"a": {"01": "x", "0": "y"}}),
        (b"a[5]=x&a[]=y", {"a": {"5": "x", "6": "y"}}),
        (b"a[]=x&a[0]=y", {"a": ["y"]}),
        (b"a=1&a=2", {"a": "2"}),
        (b"a=1&a[b]=2", {"a": {"b": "2"}}),
        (b"a[b]=1&a=2", {"a": "2"}),
        (b"a[b]=1&a[b][c]=2", {"a": {"b": {"c": "2"}}}),
        (b"First Name=x&Last.Name=y&a[b.c d]=z", {"First Name": "x", "Last.Name": "y", "a": {"b.c d": "z"}}),
        (b"  a=1", {"  a": "1"}),
        (b"a[b=1", {"a[b": "1"}),
        (b"a[b][c=1", {"a": {"b": "1"}}),
        (b"a[b]c=1", {"a": {"b": "1"}}),
        (b"a[ ]=1", {"a": ["1"]}),
        (b"a]=1", {"a]": "1"}),
        (b"a[b]]=1", {"a": {"b": "1"}}),
        (b"=1&a=2", {"a": "2"}),
        (b"a=x+y%2Bz&b=%26%3D", {"a": "x y+z", "b": "&="}),
        (b"a=b=c&d", {"a": "b=c", "d": ""}),
        (b"a[-1]=x&a[]=y", {"a": {"-1": "x", "0": "y"}}),
        (b"&&", {}),
    ],
)
def test_brackets_are_read_as_php_reads_them(text: bytes, value: Any) -> None:
    assert gathered(query_pairs(text), 64) == value


def test_brackets_nest_to_a_limit() -> None:
    assert len(keys_of("a" + "[b]" * 63, 64)) == 64
    with pytest.raises(TooDeep, match="64 levels"):
        keys_of("a" + "[b]" * 64, 64)


def test_a_number_too_large_to_count_on_is_a_text() -> None:
    assert gathered([("a[99999999999999999999]", "x"), ("a[]", "y")], 9) == {
        "a": {"99999999999999999999": "x", "0": "y"}
    }


def test_many_elements_take_time_in_proportion() -> None:
    """A hundred thousand elements, each of which has to find its number."""
    value = gathered([("a[]", "x")] * 100_000, 9)
    assert isinstance(value, dict)
    assert len(value["a"]) == 100_000
