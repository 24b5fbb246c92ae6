"""What a seed of this API may say, as JSON schema. Objects go by OU path: ``Staff/Sales``, ``""`` for the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.kopicloud_ad.models import GROUP_TYPES, RECORD_TYPES, SCOPES, TEXT_ATTRIBUTES, ZONE_TYPES

_TEXT: Mapping[str, Any] = {"type": "string"}
_NAME: Mapping[str, Any] = {"type": "string", "minLength": 1}
_FLAG: Mapping[str, Any] = {"type": "boolean"}
_NAMES: Mapping[str, Any] = {"type": "array", "items": _NAME, "uniqueItems": True}
_MOMENT: Mapping[str, Any] = {"type": "string", "format": "date-time"}


def _object(required: tuple[str, ...], **properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _by_ou(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": {"type": "array", "items": entry}}


_OU = _object(
    ("name",),
    name=_NAME,
    description=_TEXT,
    protected=_FLAG,
    ous={"type": "array", "items": {"$ref": "#/definitions/ou"}},
)

_USER = _object(
    ("name",),
    name=_NAME,
    password={"type": ["string", "null"]},
    enabled=_FLAG,
    locked=_FLAG,
    changePasswordNextLogon=_FLAG,
    passwordNeverExpired=_FLAG,
    rdsConnectDrive=_FLAG,
    rdsAllowLogon=_FLAG,
    lastLogon=_MOMENT,
    manager=_NAME,
    **{attribute.field: _NAME for attribute in TEXT_ATTRIBUTES},
)

_GROUP = _object(
    ("name",),
    name=_NAME,
    type={"enum": list(GROUP_TYPES)},
    scope={"enum": list(SCOPES)},
    description=_TEXT,
    email=_TEXT,
    members=_NAMES,
)

_COMPUTER = _object(("name",), name=_NAME, description=_TEXT, operatingSystem=_TEXT, dnsName=_TEXT)

_ZONE = _object(
    (),
    name=_NAME,
    network=_NAME,
    zoneType={"enum": list(ZONE_TYPES)},
    records={"type": "array", "items": {"type": "string", "pattern": rf"^\S+ ({'|'.join(RECORD_TYPES)}) \S+$"}},
)

_JWT_TOKEN = _object(("name", "user"), name=_NAME, user=_NAME, expires=_MOMENT, disabled=_FLAG)

#: ``default_password`` is the one of every user that names none; a user with ``password: null`` has none at all.
#: Each Basic token names its user, whose password in the seed it carries.
SEED_SCHEMA: Mapping[str, Any] = {
    **_object(
        ("token_key", "default_password"),
        token_key={"type": "string", "minLength": 32},
        default_password=_NAME,
        ous={"type": "array", "items": {"$ref": "#/definitions/ou"}},
        users=_by_ou(_USER),
        groups=_by_ou(_GROUP),
        computers=_by_ou(_COMPUTER),
        zones={"type": "array", "items": _ZONE},
        members={"type": "object", "additionalProperties": _NAMES},
        tokens=_object((), jwt={"type": "array", "items": _JWT_TOKEN}, basic=_NAMES),
    ),
    "definitions": {"ou": _OU},
}
