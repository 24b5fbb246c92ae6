"""What a built twin's banner says."""

from __future__ import annotations

import socket

from apitwin.banner import ADDRESS, ApiNotes, Banner, Pairs
from apitwin.listening import is_loopback, url_of
from apitwin.tls import Tls
from mockserver.app import CONTROL_PREFIX, Options, Twin
from mockserver.kernel.swagger import Swagger


def banner_of(twin: Twin, options: Options, tls: Tls | None, listener: socket.socket) -> Banner:
    """The banner of a twin that is about to answer on ``listener``."""
    url = url_of(listener, secure=tls is not None)
    notes = [("control plane", f"{url}{CONTROL_PREFIX}/health {_who(options)}")]
    if tls and tls.authority:
        notes.insert(0, ("CA file", f"{tls.authority} (clients must trust it; removed at the end)"))
    warnings = list(twin.remarks)
    if not is_loopback(listener):
        warnings.append("other machines can reach this server; the credentials above are known to all")
        if options.control_token is None:
            warnings.append("the control plane answers this machine only; open it with --control-token")
    apis = [_api_notes(twin, name, url, options.public_url) for name in twin.engines]
    return Banner(url=url, apis=apis, notes=notes, warnings=warnings)


def _api_notes(twin: Twin, name: str, url: str, public_url: str | None) -> ApiNotes:
    engine, prefix = twin.engines[name], twin.prefix(name)
    credential = engine.promise.conventions["credential"]
    notes: Pairs = [
        (ADDRESS, f"{url}{prefix}"),
        *([("public address", f"{public_url}{prefix}")] if public_url else []),
        ("Swagger UI", f"{url}{prefix}{Swagger(engine=engine).pages_path}"),
        ("own world", f"{url}/__world__/NAME{prefix} (or the header Twin-World: NAME)"),
    ]
    if engine.api.pages:
        notes.append(("pages", ", ".join(f"{url}{prefix}{path}" for path in engine.api.pages)))
    notes += twin.notes(name)
    notes += [("accounts", f"{', '.join(names)}: password {password}") for password, names in _by_password(twin, name)]
    credentials = [
        (label, _shown(credential["in"], credential["name"], value)) for label, value in twin.credentials(name)
    ]
    return ApiNotes(name=name, title=engine.api.title, notes=notes, credentials=credentials)


def _by_password(twin: Twin, api: str) -> list[tuple[str, list[str]]]:
    """Passwords, each with the names that have it."""
    names: dict[str, list[str]] = {}
    for name, password in twin.accounts(api):
        names.setdefault(password, []).append(name)
    return list(names.items())


def _shown(place: str, name: str, value: str) -> str:
    return f"{name}: {value}" if place == "header" else f"?{name}={value}"


def _who(options: Options) -> str:
    return "(for this machine)" if options.control_token is None else "(with Authorization: Bearer CONTROL-TOKEN)"
