"""The page on the API tells of every decision how it is known."""

from __future__ import annotations

import re
from pathlib import Path

from tests.promise.deviations import deviations_in
from tests.support.documents import section

PAGE = Path(__file__).resolve().parents[3] / "docs" / "apis" / "copernica-v1.md"
LEVELS = ("documented", "client", "assumed")


def test_every_decision_stands_under_its_evidence(folder: Path) -> None:
    lines = section(PAGE.read_text("utf-8"), "What rests on what").splitlines()
    told = [
        (word, level)
        for line in lines
        if line.startswith("| ")
        for level, cell in zip(LEVELS, line.split("|")[2:-1], strict=True)
        for word in re.findall(r"[A-Z][A-Z0-9-]+", cell)
    ]
    known = [(name, line["level"]) for name, line in deviations_in(folder).items()]
    assert sorted(told) == sorted(known)
