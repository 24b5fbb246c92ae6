"""Conditions in the words of the product: their keys, and values as people write them. Doors and seeds share these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

import orjson

from apitwin import data
from apitwin.data import strict_yaml
from mockserver.apis.copernica.models.selections import CONDITION_CLASSES, Mutation
from mockserver.apis.copernica.service import spans, values
from mockserver.apis.copernica.service.demands import attributes, told

#: For each type its keys, in the order of its attributes, with those.
KEYS: Mapping[str, Mapping[str, str]] = {
    kind: {told(kind, one.name): one.name for one in fields(made) if one.name in attributes(made)}
    for kind, made in CONDITION_CLASSES.items()
}


def read(name: str, value: Any) -> Any:
    """A value that somebody wrote, as the service takes it for an attribute."""
    if name.endswith("_mutation"):
        return _mutation(value)
    if name == "fields" and isinstance(value, str):
        return _list_in(value) or value
    others = _other_spellings().get(name.replace("_", "-"))
    return value if others is None else others.get(value, value)


@cache
def _other_spellings() -> Mapping[str, Mapping[str, str]]:
    """By key the words that mean one of its own, which the promise has: a page spells one mode with an underscore more
    than the other, and both ways round; an older one has subprofiles in the modes of a miniselection (MODE-SPELLING).
    """
    path = data.specs_dir() / "copernica-v1" / "schemas" / "condition_keys.yaml"
    keys = strict_yaml.parse(path.read_text("utf-8"))
    return {key: said["x-other-spellings"] for key, said in keys.items() if "x-other-spellings" in said}


def _mutation(value: str | Sequence[Any]) -> Mutation | None:
    """An offset from now: a list, or a text that holds one in JSON; none where it is empty (MUTATIONS)."""
    if not value:
        return None
    if not isinstance(value, str):
        return spans.mutation(orjson.dumps(value).decode(), [values.spelled(one) for one in value])
    return spans.mutation(value, [values.spelled(one) for one in _list_in(value)])


def _list_in(text: str) -> list[Any]:
    """The words and numbers of the JSON list that a text is; nothing for any other text."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    plain = isinstance(found, list) and all(type(one) in (str, int, float) for one in found)
    return found if plain else []
