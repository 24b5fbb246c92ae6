"""Conditions in the words of the product: their keys, and values as people write them. Doors and seeds share these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson

from mockserver.apis.copernica.models.selections import (
    CONDITION_CLASSES,
    DOUBLE_FIELD_MODES,
    WITH_GROUP,
    WITHOUT_GROUP,
    Mutation,
)
from mockserver.apis.copernica.service import spans, values
from mockserver.apis.copernica.service.demands import attributes, told

#: A page spells one mode with an underscore more than the other, and both ways round; an older one has
#: subprofiles in the modes of a miniselection (MODE-SPELLING).
_OTHER_SPELLINGS = {
    "match_profiles_with_interestgroup": WITH_GROUP,
    "match_profiles_without_interest_group": WITHOUT_GROUP,
    **{mode.replace("_profiles", "_subprofiles"): mode for mode in DOUBLE_FIELD_MODES},
}


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
    return _OTHER_SPELLINGS.get(value, value) if name == "match_mode" else value


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
