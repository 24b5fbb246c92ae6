"""Rules and conditions as the JSON values of the contract, and what bodies say of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.apis.copernica.models.selections import Condition, Mutation, Rule
from mockserver.apis.copernica.models.structure import FIELDS, INTERESTS
from mockserver.apis.copernica.service import conditions, selections
from mockserver.apis.copernica.service.conditions import Wish
from mockserver.apis.copernica.spelling import KEYS, read
from mockserver.apis.copernica.v1.handlers import shapes
from mockserver.kernel.work import Work


def rule(work: Work, shown: Rule) -> dict[str, Any]:
    """A rule and its conditions; ``view`` is the selection or miniselection it lies in."""
    return {
        "ID": shown.id,
        "name": shown.name,
        "description": shown.description,
        "view": shown.owner.partition(" ")[2],
        "conditions": shapes.whole([condition(work, one) for one in conditions.listed(work, shown)]),
        "inversed": shown.inversed,
        "disabled": shown.disabled,
    }


def condition(work: Work, shown: Condition) -> dict[str, Any]:
    """A condition and all that can be said of its type; a number that was not given is left out."""
    own = {key: _shown(work, name, getattr(shown, name)) for key, name in KEYS[shown.type].items()}
    base = {"ID": shown.id, "type": shown.type, "rule": shown.rule}
    return {**base, **{key: value for key, value in own.items() if value is not None}}


def wish(body: Mapping[str, Any], kind: str = "") -> Wish:
    """A condition as a body asks for it, of a type that it need not name; keys of other types mean nothing."""
    kind = conditions.type_named(body.get("type", kind))
    known = KEYS[kind]
    return Wish(kind, {known[key]: read(known[key], value) for key, value in body.items() if key in known})


def rule_of(body: Mapping[str, Any]) -> tuple[dict[str, Any], Sequence[Wish] | None]:
    """Attributes of a rule, and its conditions where a body names some."""
    given = {key: value for key, value in body.items() if key != "conditions"}
    return given, [wish(one) for one in body["conditions"]] if "conditions" in body else None


def _shown(work: Work, name: str, value: Any) -> Any:
    show = _SHOWN.get(name)
    return value if show is None else show(work, value)


def _field(work: Work, key: str) -> Any:
    """A field, false for none and for one that is gone (CONDITION-FIELD)."""
    found = work.store.get(FIELDS, key)
    return False if found is None else shapes.field(found)


def _fields(work: Work, keys: Sequence[str]) -> Any:
    return shapes.whole([one for one in (_field(work, key) for key in keys) if one])


def _interest(work: Work, key: str) -> str:
    found = work.store.get(INTERESTS, key)
    return "" if found is None else found.name


def _selection(work: Work, owner: str) -> Any:
    """The id of a selection, false for none and for one that is gone."""
    found = selections.owning(work, owner)
    return False if found is None else found.id


def _text(_: Work, text: str) -> Any:
    return text or False


def _mutation(_: Work, mutation: Mutation | None) -> Any:
    return False if mutation is None else mutation.text


_SHOWN: Mapping[str, Callable[[Work, Any], Any]] = {
    "field": _field,
    "other_field": _field,
    "fields": _fields,
    "interest": _interest,
    "refers": _selection,
    "before_time": _text,
    "after_time": _text,
    "before_mutation": _mutation,
    "after_mutation": _mutation,
    "contact_type": _text,
    "user": _text,
}
