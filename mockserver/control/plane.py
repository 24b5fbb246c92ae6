"""The control plane: an ASGI application under `/__twin__/` that speaks JSON about worlds, time, settings and journal.

It is the operator's side of the twin and no part of any promise. Without a control token it answers loopback peers
only; with one, it answers whoever presents it as ``Authorization: Bearer <token>``.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from json import JSONDecodeError
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from mockserver.control.clock import move
from mockserver.control.errors import Refused
from mockserver.control.state import Views
from mockserver.kernel.engine import Engine
from mockserver.kernel.errors import ApiError
from mockserver.kernel.journal import Journal
from mockserver.kernel.names import nearest
from mockserver.kernel.planting import Planting
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.settings import SettingError
from mockserver.kernel.store.protocol import StoreError
from mockserver.kernel.work import begin
from mockserver.kernel.worlds import Worlds

Action = Callable[[Request, Mapping[str, Any]], Any]


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
        self._token = token
        self._views = Views(engines=engines, worlds=worlds, journal=journal)
        self._router = Router(self._routes())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or say why not."""
        request = Request(scope, receive)
        try:
            self._check_peer(request)
            await self._router({**scope, "app": self}, receive, send)
        except Refused as refusal:
            await _error(refusal.status, str(refusal))(scope, receive, send)
        except HTTPException as error:
            await _error(error.status_code, f"{request.url.path}: {error.detail}")(scope, receive, send)

    def _routes(self) -> list[Route]:
        world = "/__twin__/worlds/{world}"
        table: list[tuple[str, str, Action]] = [
            ("GET", "/__twin__/health", lambda request, body: self._views.health()),
            ("GET", "/__twin__/worlds", lambda request, body: {"worlds": self._worlds.names()}),
            ("POST", "/__twin__/worlds", self._create),
            ("DELETE", world, self._drop),
            ("POST", f"{world}/reset", self._reset),
            ("POST", f"{world}/restore", self._restore),
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
        by_path: dict[str, dict[str, Action]] = {}
        for method, path, action in table:
            by_path.setdefault(path, {})[method] = action
        return [Route(path, _endpoint(actions), methods=list(actions)) for path, actions in by_path.items()]

    def _check_peer(self, request: Request) -> None:
        if self._token is not None:
            given = request.headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
                raise Refused("the control plane needs its token: Authorization: Bearer <control token>", status=401)
        elif not _is_loopback(request):
            raise Refused("the control plane answers this machine only; set a control token to open it", status=403)

    def _create(self, request: Request, body: Mapping[str, Any]) -> Any:
        allowed = {"name", "seed", "from", "settings", "frozen"}
        _check_names(body, allowed)
        name, source = body.get("name"), body.get("from")
        if not isinstance(name, str):
            raise Refused(f"name: {name!r} is no text; a world needs a name")
        if source is not None and ("seed" in body or "settings" in body):
            raise Refused("from: a fork takes its state from the other world; leave seed and settings out")
        if source is None:
            self._planting.create(name, seed=body.get("seed", "baseline"), settings=body.get("settings", {}))
        elif body.get("frozen"):
            self._worlds.snapshot(source, name)
        else:
            self._worlds.fork(source, name)
        return {"world": name}

    def _drop(self, request: Request, body: Mapping[str, Any]) -> Any:
        self._worlds.drop(_world(request))
        self._journal.forget(_world(request))
        return {"dropped": _world(request)}

    def _reset(self, request: Request, body: Mapping[str, Any]) -> Any:
        self._worlds.reset(_world(request))
        self._journal.forget(_world(request))
        return {"world": _world(request)}

    def _restore(self, request: Request, body: Mapping[str, Any]) -> Any:
        _check_names(body, {"snapshot"})
        self._worlds.restore(_world(request), body.get("snapshot", ""))
        return {"world": _world(request)}

    def _diff(self, request: Request, body: Mapping[str, Any]) -> Any:
        return self._worlds.diff(_world(request), request.path_params["other"])

    def _settings(self, request: Request, body: Mapping[str, Any]) -> Any:
        _check_names(body, self._engines)
        with self._worlds.transaction(_world(request)) as store:
            for name, changes in body.items():
                if not isinstance(changes, Mapping):
                    raise Refused(f"{name}: {changes!r} is no object of setting names and values")
                self._engines[name].settings.change(store, changes)
        return self._views.settings(_world(request))

    def _clock(self, request: Request, body: Mapping[str, Any]) -> Any:
        with self._worlds.transaction(_world(request)) as store:
            move(store, body)
        return self._views.clock(_world(request))

    def _entries(self, request: Request, body: Mapping[str, Any]) -> Any:
        given = request.query_params.get("limit", "100")
        if not given.isdigit():
            raise Refused(f"limit: {given!r} is no whole number")
        return self._views.journal(_world(request), int(given))

    def _admin(self, request: Request, body: Mapping[str, Any]) -> Any:
        api, function = request.path_params["api"], request.path_params["function"]
        if api not in self._engines:
            raise Refused(f"no API {api!r}{nearest(api, self._engines)}", status=404)
        engine = self._engines[api]
        known = engine.api.admin
        if function not in known:
            raise Refused(f"{api} has no function {function!r}{nearest(function, known)}", status=404)
        with self._worlds.transaction(_world(request)) as store:
            work = begin(store, engine.settings)
            answer, time = known[function](work, body), work.clock.timestamp()
        # the answer may hold a credential: what was asked is written down, not what was answered
        self._journal.add(
            _world(request),
            api=api,
            time=time,
            method=request.method,
            path=request.url.path.encode(),
            query=tuple((name, str(value)) for name, value in body.items()),
            operation=None,
            caller="operator",
            status=200,
            body=b"",
            lane=False,
        )
        return answer


def _endpoint(actions: Mapping[str, Action]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = await _body(request)
            return JSONResponse(actions["GET" if request.method == "HEAD" else request.method](request, body))
        except (StoreError, SeedError, SettingError) as error:
            raise Refused(str(error)) from error
        except ApiError as error:
            raise Refused(error.message) from error

    return endpoint


async def _body(request: Request) -> Mapping[str, Any]:
    content = await request.body()
    if not content:
        return {}
    try:
        body = await request.json()
    except (JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"the body is no JSON: {error}") from None
    if not isinstance(body, dict):
        raise Refused(f"the body must be a JSON object, not {type(body).__name__}")
    return body


def _check_names(body: Mapping[str, Any], known: Any) -> None:
    for name in body:
        if name not in known:
            raise Refused(f"unknown name {name!r}{nearest(name, known)}")


def _world(request: Request) -> str:
    name: str = request.path_params["world"]
    return name


def _is_loopback(request: Request) -> bool:
    host = request.client.host if request.client else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status)
