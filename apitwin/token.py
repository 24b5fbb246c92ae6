"""`apitwin token`: a credential issued by a running twin, printed as the header value to send."""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from apitwin import secret
from apitwin.failure import Failed

#: Seconds to wait for a twin's answer.
PATIENCE = 5.0

PASSWORD_VARIABLE = "APITWIN_PASSWORD"  # noqa: S105 - the name of a variable, not a password


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The command line of `apitwin token`, as it was typed."""

    api: str
    user: str | None
    name: str | None
    minutes: int | None
    url: str
    world: str
    control_token: str | None


def token(wish: Wish) -> None:
    """Have the token issued and print its header value; raises ``Failed``."""
    function, arguments = request_of(wish)
    place = "/".join(quote(part, safe="") for part in (wish.world, "admin", wish.api, function))
    answer = _asked(f"{wish.url.rstrip('/')}/__twin__/worlds/{place}", arguments, wish)
    print(answer["value"], flush=True)
    about = f"token {answer['name']!r} of {answer['user']!r}, {answer['status'].lower()}"
    print(f"{about}, expires: {answer['expires'] or 'never'}", file=sys.stderr)


def request_of(wish: Wish) -> tuple[str, Mapping[str, Any]]:
    """The administration function a wish needs, and its arguments; asks for the password of a Basic token."""
    if wish.name is None and wish.user is None:
        raise Failed("say which token: --user U for a user's Basic token, or --name N --minutes M for a JWT")
    if wish.name is None:
        if wish.minutes is not None:
            raise Failed("--minutes is for a JWT, which also needs --name; a Basic token lasts as long as its password")
        return "create-basic", {"user": wish.user, "password": _password(wish.user or "")}
    if wish.minutes is None:
        raise Failed("--name needs --minutes: how long the JWT lasts, 0 for ever")
    owner = {} if wish.user is None else {"user": wish.user}
    return "create-jwt", {"name": wish.name, "minutes": wish.minutes, **owner}


def _password(user: str) -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise Failed(f"no terminal to ask for the password of {user!r} on; give it in {PASSWORD_VARIABLE}")
    from getpass import getpass

    return getpass(f"Password of {user}: ", stream=sys.stderr)


def _asked(url: str, arguments: Mapping[str, Any], wish: Wish) -> Mapping[str, Any]:
    key = secret.control_token(wish.control_token)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        # the machine's own trust store, or SSL_CERT_FILE: the CA of a twin served with --tls
        with httpx.Client(verify=ssl.create_default_context(), trust_env=False, timeout=PATIENCE) as client:
            answer = client.post(url, json=dict(arguments), headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        unknown = "CERTIFICATE_VERIFY_FAILED" in str(error)
        advice = "name its CA file in SSL_CERT_FILE" if unknown else "start one with apitwin serve, or give --url"
        raise Failed(f"no twin answers at {wish.url} ({error}); {advice}") from None
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or ("error" not in body and "value" not in body):
        raise Failed(f"no twin answers at {wish.url}: something else does, with status {answer.status_code}")
    if "error" in body:
        raise Failed(f"the twin refuses: {body['error']}")
    return body
