"""A request to an application in this process, as a server would hand it over: no server, no client, no socket."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any


async def ask(app: Any, method: str, path: str, query: bytes, *, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """Send one request without a body; ends the program where the answer is not 200."""
    statuses: list[int] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query, "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), *headers], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    if statuses != [200]:
        raise SystemExit(f"{method} {path} was answered {statuses}; the figures mean nothing")
