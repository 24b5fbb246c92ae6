"""What tests of passwords, tokens and permissions share: logging in, and credentials made by hand."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import jwt

from tests.support.client import TwinClient

#: The password of every user of the baseline seed that is given no other, and the key its tokens are signed with.
PASSWORD = "Tw1n-Passw0rd!"
TOKEN_KEY = "twin-key-baseline-0123456789abcdef01234567"


def login(twin: TwinClient, name: str, password: str = PASSWORD) -> int:
    """The status of a login."""
    return twin.post("/api/Login", token="", username=name, password=password).status


def basic(name: str, password: str = PASSWORD) -> str:
    """The header value of a Basic pair."""
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def new_jwt(twin: TwinClient, name: str, user: str, minutes: int = 0) -> str:
    """The header value of a new JWT."""
    value: str = twin.admin("create-jwt", name=name, user=user, minutes=minutes)["value"]
    return value


def claims(value: str) -> dict[str, Any]:
    """What a JWT says, unverified."""
    found: dict[str, Any] = jwt.decode(value.removeprefix("Bearer "), options={"verify_signature": False})
    return found


def signed(said: dict[str, Any], *, key: str = TOKEN_KEY, algorithm: str | None = "HS256") -> str:
    """The header value of a JWT that says this."""
    return "Bearer " + jwt.encode(said, key, algorithm=algorithm)


def status_of(twin: TwinClient, value: str) -> int:
    """The status a credential gets from a call of the AD sections."""
    return twin.get("/api/ADUser/ann.lee/Details", token=value).status
