"""The lists kept beside tests: what the sources say of an API, and nothing else.

They were written down from the sources, never from specs/, so that a promise that drifts from the sources is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Block:
    """One unindented line of a list, and the indented ones below it."""

    head: str
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        """The first word."""
        return self.head.split()[0]


def blocks(file: Path) -> list[Block]:
    """A list file; lines that begin with # are comments."""
    found: list[tuple[str, list[str]]] = []
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("  "):
            found[-1][1].append(line.strip())
        elif line and not line.startswith("#"):
            found.append((line, []))
    return [Block(head, tuple(lines)) for head, lines in found]
