"""The control plane: an ASGI application under `/__twin__/` that speaks JSON about worlds, time, settings and journal.

It is the operator's side of the twin and no part of any promise. Without a control token it answers loopback peers
only; with one, it answers whoever presents it as ``Authorization: Bearer <token>``.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from mockserver.control.clock import move
from mockserver.control.errors import Refused
from mockserver.control.state import Views
from mockserver.kernel.arguments import read
from mockserver.kernel.bodies import json_value
from mockserver.kernel.clock import ClockError
from mockserver.kernel.engine import Engine
from mockserver.kernel.errors import ApiError, MalformedRequest
from mockserver.kernel.journal import Entry, Journal
from mockserver.kernel.names import nearest
from mockserver.kernel.planting import Planting
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.settings import SettingError
from mockserver.kernel.store.protocol import Conflict, StoreError, Transaction, Unavailable
from mockserver.kernel.work import begin
from mockserver.kernel.worlds import Worlds

#: The largest request body read, in bytes.
BODY_LIMIT = 1024 * 1024

log = logging.getLogger("apitwin.control")

Action = Callable[[Request, Mapping[str, Any]], Any]

#: Methods of requests that have no arguments in their body.
READING = ("GET", "HEAD")

#: Names a query may have, by path; elsewhere it has none.
QUERIES: Mapping[str, tuple[str, ...]] = {"/__twin__/worlds/{world}/journal": ("limit",)}


class Control:
    """The operator's view of a running twin."""

    def __init__(
        self,
        *,
        engines: Mapping[str, Engine],
        worlds: Worlds,
        planting: Planting,
        journal: Journal,
        token: str | None = None,
    ) -> None:
        self._engines, self._worlds, self._planting, self._journal = engines, worlds, planting, journal
        self._token = f"Bearer {token}".encode() if token else None
        self._views = Views(engines=engines, worlds=worlds, journal=journal)
        self._table = self._actions()
        self._router = Router(self._routes(), redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or say why not."""
        request = Request(scope, receive)
        try:
            self._check_peer(request)
            await self._router({**scope, "app": self}, receive, send)
        except Refused as refusal:
            await _error(refusal.status, str(refusal), refusal.headers)(scope, receive, send)
        except HTTPException as error:
            message = self._astray(request, error)
            await _error(error.status_code, message, error.headers or {})(scope, receive, send)
        except Exception as error:  # a fault of ours: the trace goes to the log, never to the client
            log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            await _error(500, "the twin failed on this request; its log says why")(scope, receive, send)

    @property
    def routes(self) -> list[tuple[str, str]]:
        """Every request that is answered: method and path."""
        return [(method, path) for method, path, _ in self._table]

    def _actions(self) -> list[tuple[str, str, Action]]:
        world = "/__twin__/worlds/{world}"
        return [
            ("GET", "/__twin__/health", lambda request, body: self._views.health()),
            ("GET", "/__twin__/worlds", lambda request, body: {"worlds": self._worlds.names()}),
            ("POST", "/__twin__/worlds", self._create),
            ("DELETE", world, self._drop),
            ("POST", f"{world}/reset", self._reset),
            ("POST", f"{world}/restore", self._restore),
            ("POST", f"{world}/compact", self._compact),
            ("GET", f"{world}/diff/{{other}}", self._diff),
            ("GET", f"{world}/settings", lambda request, body: self._views.settings(_world(request))),
            ("PUT", f"{world}/settings", self._settings),
            ("GET", f"{world}/clock", lambda request, body: self._views.clock(_world(request))),
            ("POST", f"{world}/clock", self._clock),
            ("GET", f"{world}/journal", self._entries),
            ("GET", f"{world}/events", lambda request, body: self._views.events(_world(request))),
            ("GET", f"{world}/state", lambda request, body: self._views.state(_world(request))),
            ("POST", f"{world}/admin/{{api}}/{{function}}", self._admin),
        ]

    def _routes(self) -> list[Route]:
        by_path: dict[str, dict[str, Action]] = {}
        for method, path, action in self._table:
            by_path.setdefault(path, {})[method] = action
        return [Route(path, self._endpoint(path, actions), methods=list(actions)) for path, actions in by_path.items()]

    def _endpoint(self, path: str, actions: Mapping[str, Action]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await _body(request)
            try:
                if request.method in READING:
                    read(body)
                read(dict(request.query_params), **dict.fromkeys(QUERIES.get(path, ()), (str, "")))
                self._check_world(request.path_params.get("world"))
                return JSONResponse(actions["GET" if request.method == "HEAD" else request.method](request, body))
            except (Conflict, Unavailable) as error:
                raise Refused(str(error), status=503, headers={"Retry-After": "1"}) from error
            except (StoreError, SeedError, SettingError, ClockError) as error:
                raise Refused(str(error)) from error
            except ApiError as error:
                raise Refused(error.message) from error

        return endpoint

    def _astray(self, request: Request, error: HTTPException) -> str:
        """Why no action was found, and which there is instead."""
        path = request.scope["path"]
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return f"{request.method} is not offered at {path}; allowed: {(error.headers or {}).get('Allow', '')}"
        return f"nothing is at {path}{nearest(path, {path for _, path in self.routes})}"

    def _check_world(self, world: str | None) -> None:
        if world is not None and not self._worlds.exists(world):
            raise Refused(f"no world {world!r}{nearest(world, self._worlds.names())}", status=404)

    def _check_peer(self, request: Request) -> None:
        if self._token is not None:
            given = request.headers.get("authorization", "").encode("latin-1")
            if not hmac.compare_digest(given, self._token):
                message = "the control plane needs its token: Authorization: Bearer <control token>"
                raise Refused(message, status=401, headers={"WWW-Authenticate": "Bearer"})
        elif not _is_loopback(request):
            raise Refused("the control plane answers this machine only; set a control token to open it", status=403)
        elif _is_a_web_page(request):
            message = "the control plane takes no requests of web pages; set a control token and send it along"
            raise Refused(message, status=403)

    def _create(self, request: Request, body: Mapping[str, Any]) -> Any:
        if "from" in body:
            given = read(body, name=str, from_=str, frozen=(bool, False))
            make = self._worlds.snapshot if given["frozen"] else self._worlds.fork
            make(given["from"], given["name"])
        else:
            given = read(body, name=str, seed=(str, "baseline"), settings=(dict, {}))
            self._planting.create(given["name"], seed=given["seed"], settings=given["settings"])
        return {"world": given["name"]}

    def _drop(self, request: Request, body: Mapping[str, Any]) -> Any:
        read(body)
        self._worlds.drop(_world(request))
        self._journal.forget(_world(request))
        return {"dropped": _world(request)}

    def _reset(self, request: Request, body: Mapping[str, Any]) -> Any:
        read(body)
        self._worlds.reset(_world(request))
        self._journal.forget(_world(request))
        return {"world": _world(request)}

    def _restore(self, request: Request, body: Mapping[str, Any]) -> Any:
        self._worlds.restore(_world(request), read(body, snapshot=str)["snapshot"])
        return {"world": _world(request)}

    def _compact(self, request: Request, body: Mapping[str, Any]) -> Any:
        read(body)
        self._worlds.compact(_world(request))
        return {"world": _world(request)}

    def _diff(self, request: Request, body: Mapping[str, Any]) -> Any:
        return self._views.diff(_world(request), request.path_params["other"])

    def _settings(self, request: Request, body: Mapping[str, Any]) -> Any:
        given = read(body, **{name: (dict, {}) for name in self._engines})

        def change(store: Transaction) -> None:
            for name, changes in given.items():
                self._engines[name].settings.change(store, changes)

        self._worlds.change(_world(request), change)
        return self._views.settings(_world(request))

    def _clock(self, request: Request, body: Mapping[str, Any]) -> Any:
        self._worlds.change(_world(request), lambda store: move(store, body))
        return self._views.clock(_world(request))

    def _entries(self, request: Request, body: Mapping[str, Any]) -> Any:
        given = request.query_params.get("limit", "100")
        if not re.fullmatch("[0-9]{1,9}", given):
            raise Refused(f"'limit': {given!r} is no whole number of at most 9 digits")
        return self._views.journal(_world(request), int(given))

    def _admin(self, request: Request, body: Mapping[str, Any]) -> Any:
        api, function = request.path_params["api"], request.path_params["function"]
        if api not in self._engines:
            raise Refused(f"no API {api!r}{nearest(api, self._engines)}", status=404)
        engine = self._engines[api]
        known = engine.api.admin
        if function not in known:
            raise Refused(f"{api} has no function {function!r}{nearest(function, known)}", status=404)

        def act(store: Transaction) -> tuple[Any, float]:
            work = begin(store, engine.settings)
            return known[function](work, body), work.clock.timestamp()

        answer, time = self._worlds.change(_world(request), act)
        # the answer may hold a credential: what was asked is written down, not what was answered
        self._journal.add(
            _world(request),
            Entry(
                api=api,
                time=time,
                method=request.method,
                path=request.scope["path"].encode(),
                query=tuple((name, str(value)) for name, value in body.items()),
                operation=None,
                caller="operator",
                status=200,
                body=b"",
                lane=False,
            ),
        )
        return answer


async def _body(request: Request) -> Mapping[str, Any]:
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > BODY_LIMIT:
            raise Refused(f"the body is larger than {BODY_LIMIT} bytes")
    if not content:
        return {}
    try:
        body = json_value(content)
    except MalformedRequest as error:
        raise Refused(error.message) from None
    if not isinstance(body, dict):
        raise Refused(f"the body must be a JSON object, not {type(body).__name__}")
    return body


def _world(request: Request) -> str:
    name: str = request.path_params["world"]
    return name


def _is_loopback(request: Request) -> bool:
    try:
        peer = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    # a server on `::` sees IPv4 peers as `::ffff:127.0.0.1`
    return (getattr(peer, "ipv4_mapped", None) or peer).is_loopback


def _is_a_web_page(request: Request) -> bool:
    """Whether a page in a browser on this machine asks.

    One from elsewhere says so in ``Origin``; one whose name was made to lead here (DNS rebinding) has it in ``Host``.
    """
    host = request.headers.get("host", "localhost").lower()
    origin = request.headers.get("origin")
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    return not (name == "localhost" or _is_address(name.strip("[]"))) or (
        origin is not None and urlsplit(origin).netloc.lower() != host
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _error(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status, headers=headers)
