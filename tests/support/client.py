"""An in-process client: calls an ASGI application directly, without a socket and without a client library."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

import orjson

AsgiApp = Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: headers by names in small letters."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """The parsed JSON body; ``None`` when there is none."""
        return orjson.loads(self.content) if self.content else None

    @property
    def result(self) -> Any:
        """The member ``result`` of an enveloped body."""
        return self.body["result"]

    @property
    def output(self) -> str:
        """The member ``output`` of an enveloped body."""
        text: str = self.body["output"]
        return text


class Client:
    """Sends requests to one ASGI application on an event loop of its own."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """End the event loop."""
        self._runner.close()

    def talk(self, scope: Mapping[str, Any], chunks: Sequence[bytes], *, complete: bool = True) -> Answer | None:
        """One request whose body arrives in chunks; see `talk`."""
        return self._runner.run(talk(self._app, scope, chunks, complete=complete))

    def request(
        self, method: str, target: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """One request; ``target`` is the raw path with its query string, exactly as on the wire."""
        return self._runner.run(exchange(self._app, method, target, headers=headers or {}, body=body))


async def exchange(app: AsgiApp, method: str, target: str, *, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """One request to an ASGI application."""
    lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    if body:
        lines.append((b"content-length", str(len(body)).encode()))
    answer = await talk(app, scope_of(method, target, lines), [body])
    assert answer is not None, "the application answered nothing"
    return answer


def scope_of(method: str, target: str, lines: Sequence[tuple[bytes, bytes]]) -> dict[str, Any]:
    """The ASGI scope of a request with these header lines."""
    path, _, query = target.partition("?")
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": list(lines), "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip


async def talk(
    app: AsgiApp, scope: Mapping[str, Any], chunks: Sequence[bytes], *, complete: bool = True
) -> Answer | None:
    """One request whose body arrives in chunks, and the answer, if there is one.

    Not ``complete``: the client goes away before the last chunk. As the server does, an application that can answer at
    once is asked for that first.
    """
    if at_once := getattr(app, "at_once", None):
        written = at_once(dict(scope))
        if written is not None:
            return Answer(written.status, _headers(written.lines), written.content)
    sent: list[dict[str, Any]] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if complete and sent:
        sent[-1]["more_body"] = False
    got: dict[str, Any] = {"content": b""}

    async def receive() -> dict[str, Any]:
        return sent.pop(0) if sent else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            got["status"] = message["status"]
            got["headers"] = _headers(message["headers"])
        else:
            got["content"] += message.get("body", b"")

    await app(dict(scope), receive, send)
    return Answer(got["status"], got["headers"], got["content"]) if "status" in got else None


def _headers(lines: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in lines}


class TwinClient:
    """A client of one world of a twin of one API, with that API's credential on every request unless told otherwise.

    The credential travels in the ``header`` or the ``parameter`` of that name.
    """

    def __init__(
        self, *, client: Client, world: str, api: str, token: str, header: str = "", parameter: str = ""
    ) -> None:
        self._client, self.world, self._api, self.token = client, world, api, token
        self._header, self._parameter = header, parameter

    def get(self, path: str, **more: Any) -> Answer:
        """GET; see `call`."""
        return self.call("GET", path, **more)

    def post(self, path: str, **more: Any) -> Answer:
        """POST, likewise."""
        return self.call("POST", path, **more)

    def put(self, path: str, **more: Any) -> Answer:
        """PUT, likewise."""
        return self.call("PUT", path, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        """DELETE, likewise."""
        return self.call("DELETE", path, **more)

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        raw: bytes = b"",
        **query: Any,
    ) -> Answer:
        """One request, with the query's values as text: true and false in small letters, each item of a list.

        ``token=""`` sends no credential. The body is a ``json`` value, a ``form`` or ``raw`` bytes.
        """
        credential = self.token if token is None else token
        sent = {"Twin-World": self.world, **_typed(json, form), **(headers or {})}
        if credential and self._header:
            sent = {self._header: credential, **sent}
        if credential and self._parameter:
            query = {self._parameter: credential, **query}
        target = path + ("?" + _encoded(query) if query else "")
        body = raw if json is None else orjson.dumps(json)
        return self._client.request(method, target, headers=sent, body=_encoded(form).encode() if form else body)

    def settings(self, **values: Any) -> None:
        """Change settings of this world through the control plane; dashes in names are written as underscores."""
        named = {name.replace("_", "-"): value for name, value in values.items()}
        self.control("PUT", "settings", {self._api: named})

    def freeze(self, moment: str) -> None:
        """Stop this world's clock at an ISO 8601 moment."""
        self.control("POST", "clock", {"freeze": moment})

    def advance(self, seconds: float) -> None:
        """Move this world's clock forward."""
        self.control("POST", "clock", {"advance": seconds})

    def admin(self, function: str, **arguments: Any) -> Any:
        """Call one of the API's administration functions; returns its answer, raises when it is refused."""
        return self.control("POST", f"admin/{self._api}/{function}", arguments)

    def control(self, method: str, place: str, body: Any = None) -> Any:
        """A request to the control plane of this world."""
        answer = self._client.request(
            method,
            f"/__twin__/worlds/{self.world}/{place}",
            headers={"content-type": "application/json"},
            body=b"" if body is None else orjson.dumps(body),
        )
        if answer.status >= 400:
            raise ControlRefused(answer.status, answer.body)
        return answer.body


def _typed(json: Any, form: Any) -> dict[str, str]:
    """The Content-Type of a body."""
    if json is not None:
        return {"content-type": "application/json"}
    return {"content-type": "application/x-www-form-urlencoded"} if form is not None else {}


def _encoded(values: Mapping[str, Any]) -> str:
    words = {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}
    return urlencode(words, doseq=True)


class ControlRefused(Exception):
    """The control plane said no: its status and body."""
