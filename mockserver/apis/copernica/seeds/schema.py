"""What a seed may say, as JSON schema. Accounts, databases, fields and so on go by name, applications by client key.

Moments are written as clients see them (``2025-11-06 08:30:00``, UTC). Keys of conditions are those of the promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.selections import CONDITION_CLASSES
from mockserver.apis.copernica.models.structure import BEHAVIORS, FIELD_TYPES
from mockserver.apis.copernica.seeds.mailings import MAIL_SCHEMA
from mockserver.apis.copernica.seeds.pieces import FLAG, MOMENT, NAME, NAMES, TEXT, a_list, an_object, by_name
from mockserver.apis.copernica.seeds.wishes import schemas

_NUMBER: Mapping[str, Any] = {"type": "integer", "minimum": 0, "maximum": 1_000_000}

#: Values of fields by name of the field.
_VALUES = by_name({"type": ["string", "number", "boolean", "null"]})

_UNSUBSCRIBE = an_object("behavior", behavior={"enum": list(BEHAVIORS)}, fields=_VALUES)

_FIELD = an_object(
    "name",
    name=NAME,
    type={"enum": list(FIELD_TYPES)},
    value=TEXT,
    displayed=FLAG,
    ordered=FLAG,
    length=_NUMBER,
    textlines=_NUMBER,
    hidden=FLAG,
    index=FLAG,
)

_CONDITION = an_object("type", type={"enum": list(CONDITION_CLASSES)}, **schemas())

_RULES = a_list(
    an_object("name", name=NAME, description=TEXT, inversed=FLAG, disabled=FLAG, conditions=a_list(_CONDITION))
)

#: What happened to a profile or subprofile after it was made.
_CHANGE = {"at": MOMENT, "fields": _VALUES, "secret": TEXT}

_SUBPROFILE = an_object(
    "fields", fields=_VALUES, created=MOMENT, secret=TEXT, changes=a_list(an_object("at", **_CHANGE))
)

_PROFILE = an_object(
    "fields",
    fields=_VALUES,
    interests=NAMES,
    created=MOMENT,
    secret=TEXT,
    subprofiles=by_name(a_list(_SUBPROFILE)),
    changes=a_list(an_object("at", interests=NAMES, **_CHANGE)),
)

#: How a column is filled: one of some values, all between two (numbers, dates or moments), or a text with ``{number}``
#: and names of columns before it.
_RECIPE = {
    "anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean", "null"]}},
        an_object("from", "to", **{"from": {"type": ["string", "integer"]}, "to": {"type": ["string", "integer"]}}),
    ]
}
_SPAN = an_object("from", "to", **{"from": MOMENT, "to": MOMENT})

#: Profiles made from the number of the seed. ``interests`` are the fewest and the most that one has.
_GENERATE = an_object(
    "profiles",
    "created",
    "fields",
    profiles=_NUMBER,
    created=_SPAN,
    fields=by_name(_RECIPE),
    interests={"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
    subprofiles=by_name(an_object("count", "created", "fields", count=_NUMBER, created=_SPAN, fields=by_name(_RECIPE))),
)

_COLLECTION = an_object(
    "name",
    name=NAME,
    fields=a_list(_FIELD),
    unsubscribe=_UNSUBSCRIBE,
    miniviews=a_list(an_object("name", name=NAME, description=TEXT, rules=_RULES)),
)

#: Selections hang on a database or on each other.
_VIEWS: Mapping[str, Any] = {"type": "array", "items": {"$ref": "#/definitions/view"}}
_VIEW = an_object(
    "name",
    name=NAME,
    description=TEXT,
    rules=_RULES,
    views=_VIEWS,
)

#: ``interests`` are names by group, ``""`` for those without one.
_DATABASE = an_object(
    "name",
    name=NAME,
    description=TEXT,
    archived=FLAG,
    created=MOMENT,
    fields=a_list(_FIELD),
    interests=by_name(NAMES),
    unsubscribe=_UNSUBSCRIBE,
    collections=a_list(_COLLECTION),
    profiles=a_list(_PROFILE),
    generate=_GENERATE,
    views=_VIEWS,
)

SEED_SCHEMA: Mapping[str, Any] = {
    **an_object(
        "accounts",
        accounts=a_list(
            an_object("name", name=NAME, description=TEXT, company=TEXT, databases=a_list(_DATABASE), mail=MAIL_SCHEMA)
        ),
        applications=a_list(
            an_object("client_key", "name", "client_secret", client_key=NAME, name=NAME, client_secret=NAME)
        ),
        users=a_list(an_object("login", "password", "accounts", login=NAME, password=NAME, accounts=NAMES)),
        tokens=a_list(
            an_object("token", "application", "account", token=NAME, application=NAME, account=NAME, revoked=FLAG)
        ),
    ),
    "definitions": {"view": _VIEW},
}
