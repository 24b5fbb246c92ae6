"""Texts made up for one operation, given to the text parameters of all others: sending is cheap, making up is not."""

from __future__ import annotations

import random
from collections.abc import Iterable

from contract_tests.fuzz.cases import Case
from contract_tests.promise import Operation, Parameter

#: Longer than any field of a directory is documented to be, short enough for a request line.
LONG = "0" * 300


class Crossing:
    """The texts of some cases, and cases about one parameter each that are given them."""

    def __init__(self, cases: Iterable[Case], *, seed: int) -> None:
        texts = (text for case in cases for name in case.names() for text in case.texts(name))
        self._texts = list(dict.fromkeys(text for text in texts if isinstance(text, str) and text))
        self._seed = seed

    def cases(self, operation: Operation, each: int) -> list[Case]:
        """``each`` cases about every text parameter of an operation: nothing, very much, and texts of others."""
        if each < 1:
            return []
        return [
            Case(operation, focus=one.name).given(one.name, text)
            for one in operation.parameters
            if one.is_text and "enum" not in one.schema
            for text in ("", LONG, *self._chosen(operation, one, each))[:each]
        ]

    def _chosen(self, operation: Operation, parameter: Parameter, count: int) -> list[str]:
        chance = random.Random(f"{self._seed} {operation.id} {parameter.name}")  # noqa: S311 - variety, not secrets
        return chance.sample(self._texts, min(count, len(self._texts)))
