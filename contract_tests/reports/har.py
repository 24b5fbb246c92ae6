"""HAR 1.2 of a run: what was sent and answered, for the tools that read recordings. Masked, and bounded in size."""

from __future__ import annotations

import http
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson

from apitwin import __version__
from contract_tests.curl import LOCAL, address_of
from contract_tests.exchange import Exchange, Request, Response
from contract_tests.masking import Mask
from contract_tests.reports.text import cut, line, plain

NAME = "run.har"
#: Bytes of all entries together; later exchanges are counted, not kept.
LIMIT = 8 * 1024 * 1024
#: Bytes of one body that are kept.
BODY = 8 * 1024


class Recorder:
    """Keeps exchanges as they happen. ``now`` is asked after each answer."""

    def __init__(
        self, mask: Mask, *, address: str, limit: int = LIMIT, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._mask, self._limit, self._now = mask, limit, now
        self._base = address_of(address) if "://" in address else LOCAL
        self._headers: dict[tuple[str, str], str] = {}
        self._entries: list[bytes] = []
        self._size = 0
        self._omitted = 0

    def note(self, exchange: Exchange) -> None:
        """Keep an exchange while there is room."""
        if self._size >= self._limit:
            self._omitted += 1
            return
        knowing = self._mask.knowing((exchange,))
        if knowing is not self._mask:
            self._mask, self._headers = knowing, {}
        entry = orjson.dumps(self._entry(exchange))
        self._entries.append(entry)
        self._size += len(entry)

    def write(self, folder: Path) -> Path:
        """Write the recording."""
        path = folder / NAME
        head: dict[str, Any] = {"version": "1.2", "creator": {"name": "apitwin", "version": __version__}}
        if self._omitted:
            head["comment"] = f"{self._omitted} later exchanges are left out: the file would be too large"
        start = orjson.dumps(head).removesuffix(b"}")
        path.write_bytes(b'{"log":' + start + b',"entries":[' + b",\n".join(self._entries) + b"]}}\n")
        return path

    def _entry(self, exchange: Exchange) -> dict[str, Any]:
        response, expect = exchange.response, exchange.call.expect
        milliseconds = round(response.seconds * 1000, 3)
        started = self._now() - timedelta(seconds=response.seconds)
        about = f"{expect.situation}: {expect.why}" if expect and expect.why else expect.situation if expect else ""
        return {
            "startedDateTime": started.isoformat(timespec="milliseconds"),
            "time": milliseconds,
            "request": self._request(self._mask.request(exchange.request)),
            "response": self._response(response),
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
            "comment": line(self._mask(f"{exchange.number} {exchange.engine} {exchange.operation.id} {about}".strip())),
        }

    def _header(self, name: str, value: str) -> str:
        """A masked header value; most answers have the same ones."""
        if (name, value) not in self._headers:
            self._headers[name, value] = self._mask.header(name, value)
        return self._headers[name, value]

    def _request(self, request: Request) -> dict[str, Any]:
        """``request`` is masked already."""
        sent: dict[str, Any] = {
            "method": line(request.method),
            "url": line(self._mask(self._base) + request.target),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(request.headers),
            "queryString": _pairs(parse_qsl(request.target.partition("?")[2], keep_blank_values=True)),
            "headersSize": -1,
            "bodySize": len(request.body),
        }
        if request.body:
            kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
            sent["postData"] = {"mimeType": line(kind), "text": _text(request.body)}
        return sent

    def _response(self, response: Response) -> dict[str, Any]:
        text = self._mask(response.body[: 2 * BODY].decode("utf-8", "replace"))
        location = response.header("location")
        return {
            "status": response.status,
            "statusText": _phrase(response.status),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs((name, self._header(name, value)) for name, value in response.headers),
            "content": {
                "size": len(response.body),
                "mimeType": line(self._header("content-type", response.header("content-type") or "")),
                "text": cut(plain(text), BODY),
            },
            "redirectURL": line(self._mask(location)) if location else "",
            "headersSize": -1,
            "bodySize": len(response.body),
        }


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": line(name), "value": cut(line(value), BODY)} for name, value in pairs]


def _text(body: bytes) -> str:
    return cut(plain(body[: 2 * BODY].decode("utf-8", "replace")), BODY)


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""
