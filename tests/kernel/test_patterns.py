"""Regular expressions of clients."""

from __future__ import annotations

import pytest

from mockserver.kernel.patterns import PatternError, searcher


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        ("b+", "abbc", True),
        ("^b", "abbc", False),
        ("^(ann|bob)$", "bob", True),
        ("^(ann|bob)$", "bobby", False),
        (r"^\d{4}[A-Z]{2}$", "1234AB", True),
        ("é", "café", True),
        ("B", "abc", False),
        ("", "", True),
    ],
)
def test_an_expression_is_looked_for_anywhere(expression: str, text: str, found: bool) -> None:
    assert searcher(expression)(text) is found


def test_what_backtracks_elsewhere_is_answered() -> None:
    """Engines that try out take years for this one."""
    assert searcher("^(a+)+$")("a" * 5000 + "b") is False
    assert searcher("^(a|a)*$")("a" * 5000) is True


@pytest.mark.parametrize(
    "expression", ["(", "a{1000}{1000}{1000}", "(?=a)b", r"(a)\1", "*", "[", "(" * 5000, "é" * 200_000]
)
def test_what_cannot_be_matched_so_is_refused(expression: str) -> None:
    with pytest.raises(PatternError, match="regular expression"):
        searcher(expression)
