"""What a store promises, in the plainest form: dictionaries, copied whole. The stores are compared with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import Any

from mockserver.kernel.store.query import (
    And,
    AtLeast,
    AtMost,
    Compare,
    Condition,
    Eq,
    Greater,
    Less,
    Like,
    Not,
    Or,
    Order,
    Page,
    Scalar,
)
from tests.kernel.stores import ID, THINGS, Thing


@dataclass
class Model:
    """One world."""

    rows: dict[str, Thing] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    frozen: bool = False

    def copy(self) -> Model:
        """An independent world with the same state."""
        return Model(self.rows.copy(), self.numbers.copy())

    def clashes(self, row: Thing) -> bool:
        """Whether another row has the same values in a unique group."""
        others = [other for other in self.rows.values() if other.id != row.id]
        return any(_shares(group, row, other) for group in THINGS.unique for other in others)

    def insert(self, row: Thing) -> str:
        """Add a row; what happened, in a word."""
        if row.id in self.rows or self.clashes(row):
            return "DuplicateKey"
        self.rows[row.id] = row
        return "done"

    def replace(self, row: Thing) -> str:
        """Change a row; what happened, in a word."""
        if row.id not in self.rows:
            return "MissingRow"
        if self.clashes(row):
            return "DuplicateKey"
        self.rows[row.id] = row
        return "done"

    def delete(self, key: str) -> str:
        """Remove a row; what happened, in a word."""
        return "MissingRow" if self.rows.pop(key, None) is None else "done"

    def next_number(self, sequence: str) -> int:
        """The next number."""
        self.numbers[sequence] = self.numbers.get(sequence, 0) + 1
        return self.numbers[sequence]

    def select(self, where: Condition | None, order: tuple[Order, ...], page: Page) -> list[Thing] | str:
        """A query's answer."""
        found = [row for row in self.rows.values() if where is None or meets(where, row)]

        def compared(left: Thing, right: Thing) -> int:
            return compare(left, right, order)

        found.sort(key=cmp_to_key(compared))
        if page.after is not None:
            anchor = self.rows.get(page.after)
            if anchor is None:
                return "MissingRow"
            found = [row for row in found if compared(row, anchor) > 0]
        found = found[page.offset :]
        return found if page.limit is None else found[: page.limit]


def compare(left: Thing, right: Thing, order: tuple[Order, ...]) -> int:
    """-1, 0 or 1: which row comes first; the primary key decides last, in the direction of the last sort key."""
    ties = Order(ID, descending=order[-1].descending if order else False)
    for key in (*order, ties):
        first, second = standing(getattr(left, key.attribute.name)), standing(getattr(right, key.attribute.name))
        if first != second:
            return (1 if first > second else -1) * (-1 if key.descending else 1)
    return 0


def standing(value: Scalar) -> tuple[int, float, str]:
    """None before numbers before strings."""
    if isinstance(value, str):
        return 2, 0, value
    return (0, 0, "") if value is None else (1, value, "")


def meets(condition: Condition, row: Any) -> bool:
    """Whether a row meets a condition, without the store's own reading of it."""
    if isinstance(condition, Not):
        return not meets(condition.condition, row)
    if isinstance(condition, And):
        return all(meets(part, row) for part in condition.conditions)
    if isinstance(condition, Or):
        return any(meets(part, row) for part in condition.conditions)
    value = getattr(row, condition.attribute.name)
    if isinstance(condition, Eq):
        return bool(value == condition.value)
    if isinstance(condition, Like):
        return isinstance(value, str) and like(condition.pattern, value)
    return _stands(condition, value)


def like(pattern: str, text: str) -> bool:
    """An SQL pattern, one character after the other."""
    if not pattern:
        return not text
    head, rest = pattern[0], pattern[1:]
    if head == "%":
        return any(like(rest, text[skipped:]) for skipped in range(len(text) + 1))
    if head == "\\":
        head, rest = rest[0], rest[1:]
        return text[:1] == head and like(rest, text[1:])
    return bool(text) and head in {"_", text[0]} and like(rest, text[1:])


def _stands(condition: Compare, value: Any) -> bool:
    first, second = standing(value), standing(condition.value)
    if first[0] != second[0]:
        return False
    return {Less: first < second, AtMost: first <= second, Greater: first > second, AtLeast: first >= second}[
        type(condition)
    ]


def _shares(group: tuple[str, ...], left: Thing, right: Thing) -> bool:
    values = [(getattr(left, name), getattr(right, name)) for name in group]
    return all(one is not None and one == other for one, other in values)
