"""A request as one line for a shell, to try a finding by hand. Credentials stand as the variables they come from."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

from contract_tests.credentials import FROM_ENVIRONMENT, ROLE_PREFIX
from contract_tests.exchange import Request

#: Where a twin is served by default: the address for what was judged without one.
LOCAL = "http://127.0.0.1:8080"
#: Bytes of a body that are written out; a longer one would make the line useless.
BODY_LIMIT = 4_000

#: How a shell makes the wrong credentials from the valid one.
_MADE = {
    "valid": "$APITWIN_TOKEN",
    "wrong:unknown": "${APITWIN_TOKEN%% *} AAAAAAAA",
    "wrong:changed": "${APITWIN_TOKEN%????}AAAA",
    "wrong:other-scheme": "Digest ${APITWIN_TOKEN#* }",
    "wrong:no-scheme": "${APITWIN_TOKEN#* }",
    "wrong:scheme-only": "${APITWIN_TOKEN%% *}",
}
_BODIED = ("POST", "PUT", "PATCH")


def curl(request: Request, *, address: str, credential: str | None = "valid", place: Mapping[str, Any]) -> str:
    """The line for a request that is masked already.

    ``credential`` is the name of the credential that was sent, ``place`` where the API wants it.
    """
    words = ["curl", "-sS", *_method(request.method)]
    if any(char in request.target for char in "[]{}"):
        words.append("--globoff")
    if "/." in request.target:
        words.append("--path-as-is")
    variable = _variable(credential)
    in_header = place.get("in", "header") == "header"
    name = str(place.get("name", ""))
    for header, value in request.headers:
        if in_header and header.lower() == name.lower() and variable is not None:
            words.append(f'-H "{header}: {variable}"')
        else:
            words.append("-H " + quoted(f"{header}: {value}" if value else f"{header};"))
    words += _body(request)
    base = address if "://" in address else LOCAL
    url = quoted(base + request.target)
    if not in_header and variable is not None:
        url = url.replace(f"{name}=***", f"{name}='\"{variable}\"'") if url[0] == "'" else url
    return " ".join([*words, url])


def quoted(text: str) -> str:
    """A word for a shell; one with control characters or raw bytes in the form ``$'...'``."""
    if text.isprintable():
        return shlex.quote(text)
    return f"$'{''.join(_escaped(byte) for byte in text.encode('utf-8', 'surrogateescape'))}'"


def address_of(address: str) -> str:
    """An address without user and password."""
    return re.sub(r"^(\w+://|)[^/]*@", r"\1", address)


def _method(method: str) -> list[str]:
    return ["--head"] if method == "HEAD" else ["-X", quoted(method)]


def _variable(credential: str | None) -> str | None:
    if credential is None:
        return None
    if credential.startswith("role:"):
        return f"${ROLE_PREFIX}{credential.removeprefix('role:').upper()}"
    if credential in FROM_ENVIRONMENT:
        return f"${FROM_ENVIRONMENT[credential]}"
    return _MADE.get(credential)


def _body(request: Request) -> list[str]:
    if not request.body:
        # curl sends no length of its own with an empty body; some servers demand one
        return ["-H 'Content-Length: 0'"] if request.method in _BODIED else []
    typed = any(name.lower() == "content-type" for name, _ in request.headers)
    words = [] if typed else ["-H Content-Type:"]
    if len(request.body) > BODY_LIMIT:
        return [*words, f"--data-binary @BODY-OF-{len(request.body)}-BYTES"]
    if 0 in request.body:
        escaped = "".join(_escaped(byte) for byte in request.body).replace("%", "%%")
        return [*words, f"--data-binary @<(printf '{escaped}')"]
    return [*words, "--data-raw " + quoted(request.body.decode("utf-8", "surrogateescape"))]


def _escaped(byte: int) -> str:
    """A byte inside ``$'...'``."""
    return chr(byte) if 0x20 <= byte < 0x7F and chr(byte) not in "'\\" else f"\\x{byte:02x}"
