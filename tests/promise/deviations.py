"""The lines of a DEVIATIONS.md."""

from __future__ import annotations

import re
from pathlib import Path

LINE = re.compile(
    r"(?P<number>\d+)\. \[(?P<id>[A-Z0-9-]+)\] (?P<text>.+) Evidence: `(?P<level>documented|client|assumed)`\."
)


def deviations_in(folder: Path) -> dict[str, re.Match[str]]:
    """Every numbered line by its id; a line that is malformed, or whose id stands twice, is a failed assertion."""
    found: dict[str, re.Match[str]] = {}
    for line in (folder / "DEVIATIONS.md").read_text("utf-8").splitlines():
        if re.match(r"\d", line):
            match = LINE.fullmatch(line)
            assert match, f"not '<number>. [<id>] <what, why> Evidence: `<level>`.': {line}"
            assert match["id"] not in found, line
            found[match["id"]] = match
    return found
