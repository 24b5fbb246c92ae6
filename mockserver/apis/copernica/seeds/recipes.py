"""Columns of values made from the number of a seed: one of some values, all between two, or a text of other columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from mockserver.apis.copernica.models.structure import Collection, Database, Field
from mockserver.apis.copernica.seeds.names import named, past, seconds
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.values import normalised
from mockserver.kernel.clock import SEED
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.work import Work

#: How many different values a span gives at most: what many rows share, memory holds once.
KEPT = 4096

#: The column that numbers rows, from 1.
NUMBER = "number"

_PLACE = re.compile(r"\{([^{}]*)\}")

Column = Sequence[str]


class Recipes:
    """Columns of ``count`` rows of a database or collection. What a column holds depends on nothing but the number of
    the seed, the place and the name of the column."""

    def __init__(self, work: Work, place: Database | Collection, count: int) -> None:
        seed = work.store.get(SEED, "seed")
        self._work = work
        self._key = f"{seed.number if seed else 0} {place.owner}"
        self._layout, self._count = Layout(work, place), count

    def chance(self, name: str) -> Random:
        """Chance for a column."""
        return Random(f"{self._key} {name}")  # noqa: S311  (a world made again from its number, no secret)

    def rows(self, at: str, recipes: Mapping[str, Any]) -> list[dict[str, str]]:
        """Values by ids of fields, of every row; raises ``SeedError``."""
        columns: dict[str, Column] = {NUMBER: range(1, self._count + 1)}  # type: ignore[dict-item]
        made: dict[str, Column] = {}
        for name, recipe in recipes.items():
            field = named(at, "field", name, self._layout.named)
            made[field.id] = columns[name] = self._column(f"{at}.{name}", field, recipe, columns)
        defaults = self._layout.fresh({})
        every = [made.get(key) or [text] * self._count for key, text in defaults.items()]
        keys = tuple(defaults)
        return [dict(zip(keys, row, strict=True)) for row in zip(*every, strict=True)] if keys else [{}] * self._count

    def moments(self, at: str, name: str, span: Mapping[str, str]) -> Column:
        """Moments between two, both included."""
        first, last = seconds(f"{at}.from", span["from"]), seconds(f"{at}.to", span["to"])
        past(self._work, f"{at}.to", span["to"])
        return self._drawn(name, _spread(at, int(first), int(last), _text))

    def _column(self, at: str, field: Field, recipe: Any, columns: Mapping[str, Column]) -> Column:
        if isinstance(recipe, list):
            return self._drawn(field.name, [normalised(field, one) for one in recipe])
        if isinstance(recipe, Mapping):
            return self._drawn(field.name, [normalised(field, one) for one in _between(at, recipe)])
        if not isinstance(recipe, str) or "{" not in recipe:
            return [normalised(field, recipe)] * self._count
        for name in _PLACE.findall(recipe):
            named(at, "column before this one", name, columns)
        names = _PLACE.findall(recipe)
        pattern = _PLACE.sub("%s", recipe.replace("%", "%%"))
        parts = zip(*(columns[name] for name in names), strict=True)
        return [normalised(field, pattern % row) for row in parts]

    def _drawn(self, name: str, pool: Sequence[str]) -> Column:
        return self.chance(name).choices(pool, k=self._count)


def _between(at: str, span: Mapping[str, Any]) -> list[Any]:
    """Numbers, dates or moments between two of a kind, both included."""
    first, last = span["from"], span["to"]
    if isinstance(first, int) and isinstance(last, int):
        return _spread(at, first, last, lambda number: number)
    if isinstance(first, str) and isinstance(last, str) and len(first) == len(last):
        low, high = int(seconds(f"{at}.from", first)), int(seconds(f"{at}.to", last))
        if len(first) > len("2026-01-31"):
            return _spread(at, low, high, _text)
        return _spread(at, low // 86_400, high // 86_400, lambda day: str(date(1970, 1, 1) + timedelta(days=day)))
    raise SeedError(at, f"{first!r} and {last!r} are neither two whole numbers nor two dates nor two moments")


def _spread(at: str, first: int, last: int, made: Callable[[int], Any]) -> list[Any]:
    """What is made of all numbers between two, or of `KEPT` of them, evenly spread."""
    if last < first:
        raise SeedError(at, "'to' lies before 'from'")
    count = min(last - first + 1, KEPT)
    return [made(first + (last - first) * step // max(count - 1, 1)) for step in range(count)]


def _text(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}"
