"""What a seed may say, as JSON schema: who may enter which account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NAME: Mapping[str, Any] = {"type": "string", "minLength": 1}
_TEXT: Mapping[str, Any] = {"type": "string"}


def _list_of(required: tuple[str, ...], **properties: Mapping[str, Any]) -> dict[str, Any]:
    entry = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return {"type": "array", "items": entry}


#: Accounts go by name, applications by client key, users by login.
SEED_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "accounts": _list_of(("name",), name=_NAME, description=_TEXT, company=_TEXT),
        "applications": _list_of(
            ("client_key", "name", "client_secret"), client_key=_NAME, name=_NAME, client_secret=_NAME
        ),
        "users": _list_of(
            ("login", "password", "accounts"), login=_NAME, password=_NAME, accounts={"type": "array", "items": _NAME}
        ),
        "tokens": _list_of(("token", "application", "account"), token=_NAME, application=_NAME, account=_NAME),
    },
    "required": ["accounts"],
    "additionalProperties": False,
}
