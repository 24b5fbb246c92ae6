"""Fields of databases and collections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.apis.copernica.models.structure import (
    BIG,
    FIELD_ORDERED,
    FIELD_OWNER,
    FIELD_TYPE,
    FIELDS,
    FIELDS_BY_NUMBER,
    SINGLE_TYPES,
    TEXT,
    UNIQUE_FIELD_NAME,
    Collection,
    Database,
    Field,
)
from mockserver.apis.copernica.service.databases import check_name
from mockserver.apis.copernica.service.numbers import is_id, next_id
from mockserver.apis.copernica.service.rereading import reread
from mockserver.kernel.errors import BadInput, Duplicate, NotFound, RuleBroken
from mockserver.kernel.store.query import LARGEST, WHOLE, And, Eq, Page
from mockserver.kernel.work import Work

#: How many fields of a database or collection searches may be fast by.
INDEX_LIMIT = 64

#: The longest text a field may be set to hold.
LENGTH_LIMIT = 255


def listed(work: Work, place: Database | Collection, page: Page = WHOLE) -> list[Field]:
    """Fields by id."""
    return work.store.select(FIELDS, Eq(FIELD_OWNER, place.owner), order=FIELDS_BY_NUMBER, page=page)


def count(work: Work, place: Database | Collection) -> int:
    """How many fields there are."""
    return work.store.count(FIELDS, Eq(FIELD_OWNER, place.owner))


def find(work: Work, place: Database | Collection, text: str, *, names: bool = False) -> Field | None:
    """The field with an id or, where ``names`` are allowed and the text is not all digits, with a name."""
    if names and not is_id(text):
        return work.store.find(UNIQUE_FIELD_NAME, place.owner, text)
    found = work.store.get(FIELDS, text)
    return found if found is not None and found.owner == place.owner else None


def numbered(work: Work, place: Database | Collection, key: str) -> Field:
    """The field with an id; raises ``NotFound`` (UNKNOWN-ID)."""
    found = find(work, place, key)
    if found is None:
        raise NotFound(f"there is no field {key[:80]!r} in {place.owner}", rule="UNKNOWN-ID")
    return found


def meant(work: Work, place: Database | Collection, text: str) -> Field:
    """The field with an id or a name; raises ``NotFound`` (NAMES-AS-IDS, UNKNOWN-ID)."""
    found = find(work, place, text, names=True)
    if found is None:
        raise NotFound(f"there is no field {text[:80]!r} in {place.owner}", rule="UNKNOWN-ID")
    return found


def create(work: Work, place: Database | Collection, *, name: str, **given: Any) -> Field:
    """A new field; ``given`` are other attributes. Raises ``BadInput``, ``Duplicate``, ``RuleBroken``."""
    key, number = next_id(work, "field")
    made = _checked(work, Field(key, number, place.owner, name, **given))
    work.store.insert(FIELDS, made)
    return made


def change(work: Work, field: Field, given: Mapping[str, Any]) -> Field:
    """Change attributes of a field; raises ``BadInput``, ``Duplicate``, ``RuleBroken``."""
    changed = _checked(work, replace(field, **given))
    work.store.replace(FIELDS, changed)
    reread(work, field, changed)
    return changed


def delete(work: Work, field: Field) -> None:
    """No such field any more."""
    work.store.delete(FIELDS, field.id)


def _checked(work: Work, field: Field) -> Field:
    """A field that may be as it is, one that was ordered before it no longer so."""
    check_name(field.name)
    other = work.store.find(UNIQUE_FIELD_NAME, field.owner, field.name)
    if other is not None and other.id != field.id:
        raise Duplicate(f"name: {field.owner} has a field {field.name[:80]!r} already", rule="FIELD-NAMES")
    if field.type in SINGLE_TYPES and _others(work, field, Eq(FIELD_TYPE, field.type)):
        raise RuleBroken(f"type: {field.owner} has a field of type {field.type} already", rule="ONE-OF-A-TYPE")
    if field.type == TEXT and field.length > LENGTH_LIMIT:
        raise BadInput(f"length: {field.length} is not allowed; allowed: at most {LENGTH_LIMIT}", rule="FIELD-LIMITS")
    for name, number in (("length", field.length), ("textlines", field.textlines)):
        if number > LARGEST:
            raise BadInput(f"{name}: {number} is not allowed; allowed: at most {LARGEST}")
    if field.index:
        _check_index(work, field)
    if field.ordered:
        for one in _others(work, field, Eq(FIELD_ORDERED, True)):
            work.store.replace(FIELDS, replace(one, ordered=False))
    return field


def _check_index(work: Work, field: Field) -> None:
    if field.type == BIG:
        raise RuleBroken("index: a field of type big cannot have one", rule="FIELD-LIMITS")
    indexed = [
        one for one in work.store.select(FIELDS, Eq(FIELD_OWNER, field.owner)) if one.index and one.id != field.id
    ]
    if len(indexed) >= INDEX_LIMIT:
        raise RuleBroken(
            f"index: {field.owner} has {INDEX_LIMIT} fields with one already, and that is the most", rule="FIELD-LIMITS"
        )


def _others(work: Work, field: Field, wanted: Eq) -> list[Field]:
    """Other fields of the same owner that are as wanted."""
    found = work.store.select(FIELDS, And(Eq(FIELD_OWNER, field.owner), wanted), order=FIELDS_BY_NUMBER)
    return [one for one in found if one.id != field.id]
