"""Issued credentials: JWTs and Basic pairs, their states, and who stands behind them."""

from __future__ import annotations

import binascii
import math
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import count
from typing import Any

import jwt

from mockserver.apis.kopicloud_ad.models import (
    BASIC,
    JWT,
    OBJECTS,
    TOKEN_ACCOUNT,
    TOKEN_NAME,
    TOKENS,
    UNIQUE_TOKEN,
    Token,
    User,
    fold,
)
from mockserver.apis.kopicloud_ad.service import directory, login, policy, users
from mockserver.kernel.errors import BadInput, Duplicate, NotFound, RuleBroken, Unauthenticated
from mockserver.kernel.names import nearest
from mockserver.kernel.store.query import Eq, Order
from mockserver.kernel.work import Work

ALGORITHM = "HS256"

#: How long a token from Login lasts, in minutes.
SESSION_MINUTES = 60

#: The longest lifetime of a token that ends at all, in minutes: what .NET counts in 32 bits.
LONGEST_MINUTES = 2**31 - 1


def status(work: Work, token: Token) -> str:
    """``Active``, ``Disabled`` or ``Expired``."""
    if token.expires is not None and token.expires <= work.clock.timestamp():
        return "Expired"
    return "Disabled" if token.disabled else "Active"


def listed(work: Work) -> list[Token]:
    """Every token by name."""
    return work.store.select(TOKENS, order=(Order(TOKEN_NAME),))


def named(work: Work, name: str) -> Token:
    """A token by name; raises ``NotFound`` with the nearest one."""
    token = work.store.find(UNIQUE_TOKEN, fold(name))
    if token is None:
        raise NotFound(f"token {policy.shown(name)} does not exist{nearest(name, (one.name for one in listed(work)))}")
    return token


def create_jwt(
    work: Work, *, name: str, user: User, minutes: int = 0, expires: float | None = None, mark: str | None = None
) -> Token:
    """A JWT of a user that lasts some minutes, 0 for ever; raises ``Duplicate`` (A7), ``BadInput``."""
    if not name:
        raise BadInput("token name: empty; allowed: any text not used by another token")
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise BadInput(f"token lifetime: {minutes} minutes; allowed: 0 (for ever) to {LONGEST_MINUTES}")
    if minutes:
        expires = float(int(work.clock.timestamp()) + 60 * minutes)
    return _add(work, name, JWT, user, expires=expires, mark=mark or work.ids.token())


def create_session(work: Work, user: User) -> Token:
    """The JWT a Login yields (A1), under a name no other token has."""
    names = (f"login-{user.account}-{work.ids.number('kopicloud-ad.session')}" for _ in count())
    name = next(name for name in names if work.store.find(UNIQUE_TOKEN, fold(name)) is None)
    return create_jwt(work, name=name, user=user, minutes=SESSION_MINUTES)


def create_basic(work: Work, *, user: User, password: str, name: str | None = None) -> Token:
    """Issue a user's Basic pair; raises ``BadInput`` for a wrong password, ``Duplicate`` (A7)."""
    if not policy.matches(password, user.password):
        raise BadInput(f"the password of user {user.account!r} is another one")
    account = user.account or user.name
    if _issued(work, account, password) is not None:
        raise Duplicate(f"the Basic token of user {account!r} and this password was issued already", rule="A7")
    name = name or basic_name(account)
    return _add(work, name, BASIC, user, basic_key=fold(account), secret=user.password)


def basic_name(account: str) -> str:
    """The name of a Basic token that was given none."""
    return f"basic-{account}"


def set_disabled(work: Work, token: Token, disabled: bool) -> Token:
    """Disable or enable a token; raises ``RuleBroken`` for an expired one."""
    if status(work, token) == "Expired":
        raise RuleBroken(f"token {token.name!r} is expired; an expired token can only be deleted")
    changed = replace(token, disabled=disabled)
    work.store.replace(TOKENS, changed)
    return changed


def delete(work: Work, token: Token) -> None:
    """Remove a token for good."""
    work.store.delete(TOKENS, token.id)


def jwt_value(work: Work, token: Token) -> str:
    """The header value of a JWT."""
    claims: dict[str, Any] = {"unique_name": token.name}
    if token.expires is not None:
        claims["exp"] = int(token.expires)
    claims["jti"] = token.mark
    return "Bearer " + jwt.encode(claims, directory.installation(work).token_key, algorithm=ALGORITHM)


def basic_value(account: str, password: str) -> str:
    """The header value of a Basic pair."""
    return "Basic " + b64encode(f"{account}:{password}".encode()).decode()


def pair(credential: str) -> tuple[str, str]:
    """User and password of the header value of a Basic pair; raises ``Unauthenticated``."""
    account, _, password = _decoded(credential.removeprefix("Basic ")).partition(":")
    return account, password


def holder(work: Work, credential: str | None) -> tuple[Token, float]:
    """The token behind a header value, and when it ends; raises ``Unauthenticated`` (A2, A4). Changes nothing."""
    if not credential:
        raise Unauthenticated("Auth-Token: header missing; send 'Bearer <jwt>' or 'Basic <base64 of user:password>'")
    scheme, _, value = credential.strip().partition(" ")
    if scheme.lower() == "bearer":
        token, ends = _of_jwt(work, value.strip())
    elif scheme.lower() == "basic":
        token, ends = _of_basic(work, value.strip()), math.inf
    else:
        raise Unauthenticated("Auth-Token: unknown scheme; allowed: 'Bearer <jwt>', 'Basic <base64 of user:password>'")
    state = status(work, token)
    if state != "Active":
        raise Unauthenticated(f"Auth-Token: token {token.name!r} is {state.lower()}")
    return token, ends if token.expires is None else min(ends, token.expires)


def _of_jwt(work: Work, text: str) -> tuple[Token, float]:
    """The token behind a JWT, and when the JWT ends."""
    claims = _verified(text, directory.installation(work).token_key)
    name, mark, end = (claims.get(claim) for claim in ("unique_name", "jti", "exp"))
    token = work.store.find(UNIQUE_TOKEN, fold(name)) if isinstance(name, str) else None
    if token is None or token.mark != mark or token.type != JWT:
        raise Unauthenticated("Auth-Token: JWT not issued by this server, altered, or deleted")
    if end is not None and not (isinstance(end, int | float) and end > work.clock.timestamp()):
        raise Unauthenticated(f"Auth-Token: token {token.name!r} is expired")
    user = work.store.get(OBJECTS, token.user)
    if not isinstance(user, User) or not user.enabled:
        raise Unauthenticated(f"Auth-Token: user {token.user_name!r} is disabled or deleted", rule="A4")
    return token, math.inf if end is None else end


def _of_basic(work: Work, text: str) -> Token:
    account, password = pair(text)
    token, user = _issued(work, account, password), users.find(work, account)
    if token is None or user is None or user.id != token.user or not policy.matches(password, user.password):
        raise Unauthenticated("Auth-Token: Basic pair not issued by this server, or no longer right")
    refusal = login.obstacle(user)
    if refusal is not None:
        raise Unauthenticated(f"Auth-Token: {refusal}", rule="A4")
    return token


def _issued(work: Work, account: str, password: str) -> Token | None:
    """The Basic token of a pair, whether the password is still the user's or not."""
    tokens = work.store.select(TOKENS, Eq(TOKEN_ACCOUNT, fold(account)))
    return next((token for token in tokens if policy.matches(password, token.secret)), None)


def _decoded(text: str) -> str:
    try:
        decoded = b64decode(text, validate=True).decode()
        if "\0" in decoded:  # which no account has
            raise ValueError
    except (binascii.Error, ValueError):
        raise Unauthenticated("Auth-Token: what follows 'Basic' is no base64 of user:password") from None
    return decoded


@lru_cache(maxsize=1024)
def _verified(text: str, key: str) -> Mapping[str, Any]:
    """The claims of a JWT whose signature is right, none of any other text.

    Expiry is the caller's to judge, by the world's clock.
    """
    checks = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    try:
        return dict(jwt.decode(text, key, algorithms=[ALGORITHM], options=checks))  # type: ignore[arg-type]
    except (jwt.PyJWTError, RecursionError):
        return {}


def _add(work: Work, name: str, kind: str, user: User, **given: Any) -> Token:
    if work.store.find(UNIQUE_TOKEN, fold(name)) is not None:
        raise Duplicate(f"a token named {name!r} exists already", rule="A7")
    token = Token(
        id=work.ids.guid(), name=name, name_key=fold(name), type=kind, user=user.id, user_name=user.name, **given
    )
    work.store.insert(TOKENS, token)
    return token
