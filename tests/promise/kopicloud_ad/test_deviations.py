"""DEVIATIONS.md of the KopiCloud AD API leaves out none of the known gaps and disagreements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.promise.deviations import deviations_in
from tests.promise.kopicloud_ad.lists import blocks

#: Decisions of the project on what the sources leave open: letter of the family and how many it has.
DECISIONS = {"P": 19, "U": 19, "G": 9, "C": 3, "O": 10, "N": 13, "A": 7}
DISAGREEMENTS = blocks("disagreements.txt")
#: Whose word is followed, and the evidence that gives.
FOLLOWED = {"docs": "documented", "client": "client", "prerelease": "client", "neither": "assumed"}


@pytest.fixture(scope="module")
def deviations(folder: Path) -> dict[str, re.Match[str]]:
    """Every numbered line by its id."""
    return deviations_in(folder)


def test_every_decision_has_a_line_with_a_ground(deviations: dict[str, re.Match[str]]) -> None:
    wanted = [f"{letter}{number}" for letter, count in DECISIONS.items() for number in range(1, count + 1)]
    assert len(wanted) == 80
    assert [name for name in wanted if name not in deviations] == []
    for name in wanted:
        assert ". Ground: " in deviations[name]["text"], name


def test_every_disagreement_has_a_line_that_says_whom_we_follow(deviations: dict[str, re.Match[str]]) -> None:
    assert len(DISAGREEMENTS) == 22
    for block in DISAGREEMENTS:
        judged = block.head.split()[1]
        assert f"We follow: {judged}" in deviations[block.name]["text"], block.name
        assert deviations[block.name]["level"] == FOLLOWED[judged], block.name


def test_every_disagreement_names_what_it_concerns(deviations: dict[str, re.Match[str]]) -> None:
    """116 entries; one concerns every operation of the client and names none."""
    assert sum(len(block.lines) for block in DISAGREEMENTS) == 116
    for block in DISAGREEMENTS:
        named: dict[str, list[str]] = {}
        for line in block.lines:
            operation, *parameter = line.split()
            named.setdefault(operation, []).extend(parameter)
        words = [f"{name} ({', '.join(inner)})" if inner else name for name, inner in named.items()]
        concerns = f"Concerns: {', '.join(words) or 'all operations of the client'}."
        assert concerns in deviations[block.name]["text"], block.name


def test_only_the_lines_of_disagreements_and_gaps_are_there(deviations: dict[str, re.Match[str]]) -> None:
    """A short id that looks like a decision is one."""
    decisions = [name for name in deviations if re.fullmatch(r"[A-Z]\d+", name)]
    assert all(int(name[1:]) <= DECISIONS[name[0]] for name in decisions)
