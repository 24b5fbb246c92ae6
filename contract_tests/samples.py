"""Values to send: deterministic, different each time, and hard on encodings where free text is allowed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from contract_tests.promise import Parameter

#: Free texts: letters outside ASCII, characters that mean something to URLs, forms, HTML, LDAP and SQL.
TEXTS = (
    "Plain {n} Text",
    "Ünïcödé ßtraße {n}",
    "a+b & c=d; 50%25 #{n}",
    "q\"uote' (star*) {n}",
    "<b>{n}</b> \\ back",
    "漢字 {n} мир",
    "/a/b?x={n},y",
)


#: What a tag and the sign behind it look like: names of other runs begin so.
TAG_FORM = "z[b-z2-9]{4}[b-z]-"


def tag_of(seed: int, salt: str = "") -> str:
    """The tag of a run: a letter and five more, never found in a dictionary. ``salt`` tells runs of one seed apart."""
    chance = random.Random(f"tag {seed} {salt}".rstrip())  # noqa: S311 - names, not secrets
    letters = "bcdfghjkmnpqrstvwxz"
    return "z" + "".join(chance.choice(letters + "23456789") for _ in range(4)) + chance.choice(letters)


class Samples:
    """Sample values of parameters. ``data`` maps a field or parameter name to a list of values the API accepts."""

    def __init__(self, data: Mapping[str, Any], *, tag: str, seed: int = 0) -> None:
        self._data, self._tag, self._seed = data, tag, seed

    def known(self, parameter: Parameter) -> list[str] | None:
        """The values the conventions list for a parameter, by its own name or by the field it sets."""
        for key in (parameter.name, parameter.field):
            if key is not None and key in self._data:
                return [self._filled(str(one), 0) for one in self._data[key]]
        return None

    def _listed(self, parameter: Parameter) -> list[Any]:
        """What the conventions list for a parameter, as far as it is among its words."""
        listed = self._data.get(parameter.name, self._data.get(parameter.field or "")) or ()
        return [one for one in listed if not parameter.words or one in parameter.words]

    def value(self, parameter: Parameter, n: int) -> str:
        """The n-th value for a parameter; neighbours differ."""
        listed = self._listed(parameter)
        if listed:
            return self._filled(str(listed[n % len(listed)]), n)
        schema = parameter.schema
        words = [one for one in parameter.words if one not in (None, "")]
        if words:
            return str(words[n % len(words)])
        kind = parameter.kind
        if kind == "boolean":
            return ("true", "false")[n % 2]
        if kind in ("integer", "number"):
            low = int(schema.get("minimum", 0))
            high = int(schema.get("maximum", low + 1000))
            return str(low + (n + 1) % (high - low + 1))
        return self._text(parameter, n)

    def text(self, name: str, n: int) -> str:
        """The n-th free text for something of that name."""
        form = self.chance(name).randrange(len(TEXTS))
        return TEXTS[(form + n) % len(TEXTS)].format(n=n)

    def _text(self, parameter: Parameter, n: int) -> str:
        text = self.text(parameter.name, n)
        limit = parameter.max_length
        if limit is None or len(text) <= limit:
            return text
        return (f"{n}{text}".replace(" ", ""))[:limit]

    def _filled(self, text: str, n: int) -> str:
        numbers = {"{n}": n, "{hi}": n // 250, "{lo}": 1 + n % 250, "{tag}": self._tag}
        for mark, value in numbers.items():
            text = text.replace(mark, str(value))
        return text

    def chance(self, salt: str) -> random.Random:
        return random.Random(f"{self._seed} {salt}")  # noqa: S311 - variety, not secrets


def other_case(text: str) -> str:
    """The same text with the case turned of every letter that has one other form, unlike `ß`."""
    return "".join(one.swapcase() if one.swapcase().swapcase() == one else one for one in text)
