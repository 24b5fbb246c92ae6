"""What can be said of a condition: by attribute, what is allowed and what it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of
from typing import Any

from mockserver.apis.copernica.models import selections as models
from mockserver.apis.copernica.models.selections import (
    Condition,
    MiniViewCondition,
    ReferViewCondition,
)
from mockserver.apis.copernica.models.structure import Collection, Database
from mockserver.apis.copernica.service import databases, fields, interests, selections, spans, values
from mockserver.apis.copernica.service.numbers import is_id
from mockserver.apis.copernica.service.selections import Selection
from mockserver.kernel.errors import BadInput, NotFound
from mockserver.kernel.names import nearest
from mockserver.kernel.work import Work

#: Words that an attribute may hold, where they are the same in all types.
WORDS: Mapping[str, tuple[str, ...]] = {
    "change_type": models.CHANGE_TYPES,
    "compare_mode": models.COMPARE_MODES,
    "comparison": models.COMPARISONS,
    "required_result": models.RESULTS,
    "required_destination": models.DESTINATIONS,
    "operator": models.OPERATORS,
    "match_type": models.MATCH_TYPES,
    "check_type": models.CHECK_TYPES,
    "submitter": models.SUBMITTERS,
}

#: Words of ``match_mode``, by type.
MODES: Mapping[str, tuple[str, ...]] = {
    models.DOUBLE_FIELD: models.DOUBLE_FIELD_MODES,
    models.EMAIL: models.MESSAGE_MODES,
    models.FAX: models.MESSAGE_MODES,
    models.INTEREST: models.INTEREST_MODES,
    models.LAST_CONTACT: models.CONTACT_MODES,
    models.SMS: models.MESSAGE_MODES,
    models.TO_DO: models.CONTACT_MODES,
}

#: What attributes are called that have another name in the product, by type.
_TOLD = {
    (models.MINI_VIEW, "refers"): "mini-view",
    (models.REFER_VIEW, "refers"): "refer-view",
    **{(kind, "amount"): "number" for kind in (models.EMAIL, models.FAX, models.SMS)},
}

_EXTENT = re.compile(r"-?\d{1,9}(\.\d{1,9})?%?", re.ASCII)
_OWN = frozenset(one.name for one in fields_of(Condition))


def attributes(condition: type[Condition]) -> frozenset[str]:
    """What can be said of a condition of a class."""
    refers = frozenset(("refers",)) if issubclass(condition, MiniViewCondition | ReferViewCondition) else frozenset()
    return frozenset(one.name for one in fields_of(condition)) - _OWN | refers


def told(kind: str, attribute: str) -> str:
    """What the product calls an attribute of a type of condition."""
    return _TOLD.get((kind, attribute)) or attribute.replace("_", "-")


def settled(work: Work, selection: Selection, condition: type[Condition], given: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a condition as they are kept; what its class does not have is left out (UNKNOWN-KEYS).

    Raises ``BadInput``, and ``NotFound`` for what is named and not there.
    """
    reader, known = _Reader(work, selection, condition), attributes(condition)
    return {name: reader.read(name, value) for name, value in given.items() if name in known}


class _Reader:
    """Reads what is said of a condition of a class in a selection."""

    def __init__(self, work: Work, selection: Selection, condition: type[Condition]) -> None:
        self._work, self._selection, self._condition = work, selection, condition
        self._place: Database | Collection = selections.place(work, selection)
        self._database = selections.database(work, selection)
        self._special: Mapping[str, Callable[[str, Any], Any]] = {
            "field": self._field,
            "other_field": self._other_field,
            "fields": self._fields,
            "interest": self._interest,
            "refers": self._refers,
            "before_time": spans.moment,
            "after_time": spans.moment,
            "begin": _extent,
            "length": _extent,
            "match_mode": self._mode,
        }

    def read(self, name: str, value: Any) -> Any:
        """What is kept of a value; refusals name the attribute as the product does."""
        key = told(_default(self._condition, "type"), name)
        if name in WORDS:
            return _word(key, value, WORDS[name])
        if name in self._special:
            return self._special[name](key, value)
        return values.spelled(value) if isinstance(_default(self._condition, name), str) else value

    def _mode(self, name: str, value: Any) -> str:
        return _word(name, value, MODES[_default(self._condition, "type")])

    def _field(self, name: str, value: Any) -> str:
        text = values.spelled(value)
        if not text:
            return ""
        found = fields.find(self._work, self._place, text, names=True)
        if found is None:
            known = (one.name for one in fields.listed(self._work, self._place))
            raise NotFound(
                f"{name}: {self._place.owner} has no field {text[:80]!r}{nearest(text[:80], known)}", rule="UNKNOWN-ID"
            )
        return found.id

    def _other_field(self, name: str, value: Any) -> str:
        """As `_field`; false means none, in the spellings a form has for it too."""
        none = value is False or value in ("0", "false")
        return "" if none and not self._names_field(value) else self._field(name, value)

    def _names_field(self, value: Any) -> bool:
        return isinstance(value, str) and fields.find(self._work, self._place, value, names=True) is not None

    def _fields(self, name: str, value: Any) -> tuple[str, ...]:
        """Names of fields: a list, or one text with commas, which may stand in brackets."""
        if isinstance(value, str):
            value = [part.strip() for part in value.strip().removeprefix("[").removesuffix("]").split(",")]
        return tuple(dict.fromkeys(self._field(name, one) for one in value if one != ""))

    def _interest(self, name: str, value: Any) -> str:
        text = values.spelled(value)
        return interests.meant(self._work, self._database, text, key=name).id if text else ""

    def _refers(self, name: str, value: Any) -> str:
        """The owner of the rules of the selection that an id or a name means (CONDITION-REFERVIEW)."""
        text = values.spelled(value)
        if not text:
            return ""
        for one in self._referable():
            if text == (one.id if is_id(text) else one.name):
                return one.owner
        raise NotFound(f"{name}: there is no selection {text[:80]!r} to refer to", rule="UNKNOWN-ID")

    def _referable(self) -> list[Selection]:
        """What a condition of this class may refer to, by id: miniselections, or selections like the one it is in."""
        if issubclass(self._condition, MiniViewCondition):
            places: list[Database | Collection] = [*databases.collections(self._work, self._database)]
        else:
            places = [self._place]
        return [one for place in places for one in selections.of(self._work, place)]


def _default(condition: type[Condition], name: str) -> Any:
    return condition.__dataclass_fields__[name].default


def _word(name: str, value: Any, words: tuple[str, ...]) -> str:
    if value not in words:
        raise BadInput(f"{name}: {values.spelled(value)[:80]!r} is not allowed; allowed: {', '.join(words)}")
    return str(value)


def _extent(name: str, value: Any) -> str:
    """A number or percentage, empty for none."""
    text = values.spelled(value)
    if text and not _EXTENT.fullmatch(text):
        raise BadInput(f"{name}: {text[:80]!r} is neither number nor percentage; allowed: 10, -10, 12.5%")
    return text
