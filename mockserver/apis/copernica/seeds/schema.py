"""What a seed may say, as JSON schema. Accounts, databases, fields and so on go by name, applications by client key.

Moments are written as clients see them (``2025-11-06 08:30:00``, UTC). Keys of conditions are those of the promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.selections import CONDITION_CLASSES
from mockserver.apis.copernica.models.structure import BEHAVIORS, FIELD_TYPES
from mockserver.apis.copernica.seeds.mailings import MAIL_SCHEMA
from mockserver.apis.copernica.seeds.wishes import schemas

_TEXT: Mapping[str, Any] = {"type": "string"}
_NAME: Mapping[str, Any] = {"type": "string", "minLength": 1}
_FLAG: Mapping[str, Any] = {"type": "boolean"}
_NUMBER: Mapping[str, Any] = {"type": "integer", "minimum": 0, "maximum": 1_000_000}
_MOMENT: Mapping[str, Any] = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$",
}
_NAMES: Mapping[str, Any] = {"type": "array", "items": _NAME, "uniqueItems": True}

#: Values of fields by name of the field.
_VALUES: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}


def _object(*required: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _list(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": entry}


def _by_name(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": entry}


_UNSUBSCRIBE = _object("behavior", behavior={"enum": list(BEHAVIORS)}, fields=_VALUES)

_FIELD = _object(
    "name",
    name=_NAME,
    type={"enum": list(FIELD_TYPES)},
    value=_TEXT,
    displayed=_FLAG,
    ordered=_FLAG,
    length=_NUMBER,
    textlines=_NUMBER,
    hidden=_FLAG,
    index=_FLAG,
)

_CONDITION = {
    "type": "object",
    "properties": {
        "type": {"enum": list(CONDITION_CLASSES)},
        **schemas(),
    },
    "required": ["type"],
    "additionalProperties": False,
}

_RULES = _list(
    _object("name", name=_NAME, description=_TEXT, inversed=_FLAG, disabled=_FLAG, conditions=_list(_CONDITION))
)

#: What happened to a profile or subprofile after it was made.
_CHANGE = {"at": _MOMENT, "fields": _VALUES, "secret": _TEXT}

_SUBPROFILE = _object("fields", fields=_VALUES, created=_MOMENT, secret=_TEXT, changes=_list(_object("at", **_CHANGE)))

_PROFILE = _object(
    "fields",
    fields=_VALUES,
    interests=_NAMES,
    created=_MOMENT,
    secret=_TEXT,
    subprofiles=_by_name(_list(_SUBPROFILE)),
    changes=_list(_object("at", interests=_NAMES, **_CHANGE)),
)

#: How a column is filled: one of some values, all between two (numbers, dates or moments), or a text with ``{number}``
#: and names of columns before it.
_RECIPE = {
    "anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean", "null"]}},
        _object("from", "to", **{"from": {"type": ["string", "integer"]}, "to": {"type": ["string", "integer"]}}),
    ]
}
_SPAN = _object("from", "to", **{"from": _MOMENT, "to": _MOMENT})

#: Profiles made from the number of the seed. ``interests`` are the fewest and the most that one has.
_GENERATE = _object(
    "profiles",
    "created",
    "fields",
    profiles=_NUMBER,
    created=_SPAN,
    fields=_by_name(_RECIPE),
    interests={"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
    subprofiles=_by_name(_object("count", "created", "fields", count=_NUMBER, created=_SPAN, fields=_by_name(_RECIPE))),
)

_COLLECTION = _object(
    "name",
    name=_NAME,
    fields=_list(_FIELD),
    unsubscribe=_UNSUBSCRIBE,
    miniviews=_list(_object("name", name=_NAME, description=_TEXT, rules=_RULES)),
)

#: Selections hang on a database or on each other.
_VIEWS: Mapping[str, Any] = {"type": "array", "items": {"$ref": "#/definitions/view"}}
_VIEW = _object(
    "name",
    name=_NAME,
    description=_TEXT,
    rules=_RULES,
    views=_VIEWS,
)

#: ``interests`` are names by group, ``""`` for those without one.
_DATABASE = _object(
    "name",
    name=_NAME,
    description=_TEXT,
    archived=_FLAG,
    created=_MOMENT,
    fields=_list(_FIELD),
    interests=_by_name(_NAMES),
    unsubscribe=_UNSUBSCRIBE,
    collections=_list(_COLLECTION),
    profiles=_list(_PROFILE),
    generate=_GENERATE,
    views=_VIEWS,
)

SEED_SCHEMA: Mapping[str, Any] = {
    **_object(
        "accounts",
        accounts=_list(
            _object("name", name=_NAME, description=_TEXT, company=_TEXT, databases=_list(_DATABASE), mail=MAIL_SCHEMA)
        ),
        applications=_list(
            _object("client_key", "name", "client_secret", client_key=_NAME, name=_NAME, client_secret=_NAME)
        ),
        users=_list(_object("login", "password", "accounts", login=_NAME, password=_NAME, accounts=_NAMES)),
        tokens=_list(
            _object("token", "application", "account", token=_NAME, application=_NAME, account=_NAME, revoked=_FLAG)
        ),
    ),
    "definitions": {"view": _VIEW},
}
