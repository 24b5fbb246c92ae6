"""Every DEVIATIONS.md: numbered lines, each with reason and evidence."""

from __future__ import annotations

from pathlib import Path

from tests.promise.deviations import deviations_in


def test_numbers_rise_by_one(folder: Path) -> None:
    numbers = [int(match["number"]) for match in deviations_in(folder).values()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


def test_every_line_gives_a_reason(folder: Path) -> None:
    for name, match in deviations_in(folder).items():
        assert " Ground: " in match["text"] or " because " in match["text"], name
