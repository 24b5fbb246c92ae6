"""Absolute URLs: the address under which a client reaches an API."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.types import Scope

#: Host and port as a Host header may have them: a name, an IPv4 address, or an IPv6 address in brackets.
HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


def base_url(public_url: str | None, scope: Scope, headers: Mapping[bytes, bytes], base: str) -> str:
    """Scheme, host and path below which an API lies for the client that sent a request; no slash at its end.

    ``public_url`` is what clients put in front of a path; without one the request's own scheme and Host header count,
    and for a Host that is none the server's address. ``base`` is the path below the API's root that answers name.
    """
    prefix: str = scope.get("twin.prefix", "")
    return f"{public_url or _origin(scope, headers)}{prefix}{base}"


def _origin(scope: Scope, headers: Mapping[bytes, bytes]) -> str:
    host = headers.get(b"host", b"").decode("latin-1")
    if not HOST.fullmatch(host):
        name, port = scope.get("server") or ("localhost", None)
        host = name if port is None else f"{name}:{port}"
    return f"{scope['scheme']}://{host}"
