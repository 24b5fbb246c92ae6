"""Request headers and bodies as ASGI hands them over: joined, whole, bounded."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Receive

from mockserver.kernel.errors import MalformedRequest

#: The largest request body read unless its API says so, in bytes.
BODY_LIMIT = 1024 * 1024


#: How much of a body that is too large is still taken in: who is sending does not read the refusal.
DISCARDED = 64 * BODY_LIMIT


class ClientGone(Exception):
    """The client went away before its request was complete."""


async def body_of(headers: Mapping[bytes, bytes], receive: Receive, limit: int = BODY_LIMIT) -> bytes:
    """The whole request body; raises ``MalformedRequest`` for one that is too large, ``ClientGone`` for half of one."""
    if not has_body(headers):
        return b""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > limit:
        if int(length) <= DISCARDED and b"expect" not in headers:
            await _discarded(receive)
        raise MalformedRequest(f"request body: {int(length)} bytes are too many; at most {limit}")
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            if message.get("more_body"):
                await _discarded(receive)
            raise MalformedRequest(f"request body: more than {limit} bytes")
        if not message.get("more_body"):
            return b"".join(parts)


async def _discarded(receive: Receive) -> None:
    """Read on to the end, or as far as anything is read; raises ``ClientGone``."""
    size = 0
    while size <= DISCARDED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            return


def has_body(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request has a body."""
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


def joined(lines: list[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Headers by name; the values of a repeated one are joined by commas (RFC 9110, 5.3)."""
    headers = dict(lines)
    if len(headers) == len(lines):
        return headers
    several: dict[bytes, bytes] = {}
    for name, value in lines:
        several[name] = several[name] + b", " + value if name in several else value
    return several
