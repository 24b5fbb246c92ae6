"""Percent-decoding: what is right is decoded once, what is broken is refused."""

from __future__ import annotations

import pytest

from mockserver.kernel.decoding import decode, query_pairs
from mockserver.kernel.errors import MalformedRequest


@pytest.mark.parametrize(
    ("raw", "text"),
    [(b"a%20b", "a b"), (b"%E6%97%A5", "日"), (b"100%25", "100%"), (b"%2525", "%25"), (b"a+b", "a+b"), (b"", "")],
)
def test_text_is_decoded_once(raw: bytes, text: str) -> None:
    assert decode(raw, "name") == text


@pytest.mark.parametrize("raw", [b"%", b"%2", b"%zz", b"ok%4", b"%ED%A0%80", b"%FF", b"%C0%AF", b"a%00b"])
def test_broken_text_is_refused_with_its_place(raw: bytes) -> None:
    with pytest.raises(MalformedRequest, match=r"^OUPath: "):
        decode(raw, "OUPath")


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        (b"", []),
        (b"a=1&b=2", [("a", "1"), ("b", "2")]),
        (b"a=1&a=2", [("a", "1"), ("a", "2")]),
        (b"a&b=", [("a", ""), ("b", "")]),
        (b"a=b=c", [("a", "b=c")]),
        (b"&&a=1&", [("a", "1")]),
        (b"a=x+y%2Bz", [("a", "x y+z")]),
        (b"OU%50ath=OU%3DA%2CDC%3Dx", [("OUPath", "OU=A,DC=x")]),
    ],
)
def test_queries_are_split_before_they_are_decoded(raw: bytes, pairs: list[tuple[str, str]]) -> None:
    assert query_pairs(raw) == pairs


@pytest.mark.parametrize("raw", [b"a=%", b"%zz=1", b"a=1&b=%00", b"a=\xff"])
def test_a_broken_query_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedRequest):
        query_pairs(raw)
