"""Texts made up for one operation, given to the text parameters of all others: sending is cheap, making up is not."""

from __future__ import annotations

import random
from collections.abc import Iterable

from contract_tests.fuzz.cases import Case
from contract_tests.promise import Operation

#: Longer than any field of a directory is documented to be, short enough for a request line.
LONG = "0" * 300
#: What every text parameter is given first.
FIRST = ("", LONG)


class Crossing:
    """Keeps texts and hands them out. The same seed and the same texts make the same cases."""

    def __init__(self, *, seed: int) -> None:
        self._seed = seed
        self._texts: dict[str, None] = {}

    def keep(self, cases: Iterable[Case]) -> None:
        """Take the texts out of some cases."""
        for case in cases:
            for name in case.names():
                self._texts.update((text, None) for text in case.texts(name) if isinstance(text, str) and text)

    def cases(self, operation: Operation, turn: int) -> list[Case]:
        """A case about each text parameter of an operation: nothing, very much, and from the third turn on a text."""
        wanted = [one for one in operation.parameters if one.is_text and "enum" not in one.schema]
        chance = random.Random(f"{self._seed} {operation.id} {turn}")  # noqa: S311 - variety, not secrets
        texts = list(self._texts) if turn >= len(FIRST) else [FIRST[turn]]
        return [Case(operation, focus=one.name).given(one.name, chance.choice(texts)) for one in wanted if texts]
