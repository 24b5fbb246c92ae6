"""Sorted entries behave like a sorted list, whatever the size of their chunks."""

from __future__ import annotations

from bisect import insort

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.kernel.store import sorted as module
from mockserver.kernel.store.sorted import Entry, SortedEntries

ENTRIES = st.integers(0, 60).map(lambda number: (2, f"v{number // 3:02}", f"k{number:02}"))
STEPS = st.lists(st.tuples(st.sampled_from(["toggle", "toggle", "read"]), ENTRIES), max_size=120)


@pytest.fixture(autouse=True, params=[1, 4], scope="module")
def chunk(request: pytest.FixtureRequest) -> object:
    """Chunks so small that few entries fill many."""
    patch = pytest.MonkeyPatch()
    patch.setattr(module, "CHUNK", request.param * 2)
    yield request.param
    patch.undo()


@settings(deadline=None, derandomize=True)
@given(steps=STEPS, start=st.integers(0, 70), length=st.integers(0, 10))
def test_they_are_a_sorted_list(steps: list[tuple[str, Entry]], start: int, length: int) -> None:
    entries, plain = SortedEntries(None), list[Entry]()
    for step, entry in steps:
        if step == "read":
            assert entries.before(entry) == len([other for other in plain if other < entry])
            assert entries.upto(entry) == len([other for other in plain if other <= entry])
        elif entry in plain:
            entries.remove(entry)
            plain.remove(entry)
        else:
            entries.add(entry)
            insort(plain, entry)
        assert len(entries) == len(plain)
    assert list(entries.ascending(start)) == plain[start:]
    assert list(entries.descending(start)) == plain[:start][::-1]
    assert entries.window(start, start + length) == plain[start : start + length]


@settings(deadline=None, derandomize=True)
@given(first=st.sets(ENTRIES), added=st.sets(ENTRIES), settle=st.booleans())
def test_a_copy_and_its_original_go_apart(first: set[Entry], added: set[Entry], settle: bool) -> None:
    entries = SortedEntries(None)
    for entry in first:
        entries.add(entry)
    if settle:
        assert entries.window(0, 100) == sorted(first)
    twin = entries.copy(None)
    for entry in added - first:
        twin.add(entry)
    for entry in added & first:
        entries.remove(entry)
    assert list(twin.ascending(0)) == sorted(first | added)
    assert list(entries.ascending(0)) == sorted(first - added)
