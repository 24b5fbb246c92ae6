"""The Copernica twin as a client meets it on the network."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.face.command import LIMIT, Twin, serving

TOKEN = "access_token=0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def served() -> Iterator[Twin]:
    """The twin, served."""
    with serving("copernica-v1") as twin:
        yield twin


def ask(served: Twin, method: str, path: str, body: str | None = None) -> http.client.HTTPResponse:
    """One request, and the answer with its headers as they were written."""
    place = urlsplit(served.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=LIMIT)
    connection.request(method, f"{path}?{TOKEN}", body)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_headers_are_spelt_as_in_the_seed(served: Twin) -> None:
    made = ask(served, "POST", "/v1/databases", "name=Shops")
    number = made.headers["X-Created"]
    field = ask(served, "POST", f"/v1/database/{number}/fields", "name=Title").headers["X-Created"]
    deleted = ask(served, "DELETE", f"/v1/database/{number}/field/{field}")
    assert {"X-Location", "X-Created", "Location"} <= {name for name, _ in made.getheaders()}
    assert dict(deleted.getheaders())["X-Deleted"] == f"field {field}"
    assert dict(made.getheaders())["X-Location"] == f"{served.url}/v1/database/{number}"


def test_the_banner_tells_how_the_token_is_sent(served: Twin) -> None:
    told = served.told.credentials["copernica-v1"]
    assert f"?{TOKEN}" in told.values()
    assert len(told) == 2


def talk(served: Twin, *pieces: bytes) -> bytes:
    """Everything that comes back on a connection of its own, once all was sent."""
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname or "", place.port or 0), LIMIT) as connection:
        for piece in pieces:
            connection.sendall(piece)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


def sent(line: str, *more: str) -> bytes:
    """The head of a request, after which the connection is closed."""
    return "\r\n".join((f"{line} HTTP/1.1", "Host: twin", "Connection: close", *more, "", "")).encode()


@pytest.mark.parametrize("path", ["/v1/databases", "/v1/nothing"])
@pytest.mark.parametrize("chunked", [False, True])
def test_who_sends_too_much_and_closes_reads_why(served: Twin, path: str, chunked: bool) -> None:
    body = b'{"name":"%b"}' % (b"x" * 3_000_000)
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
    head = sent(f"POST {path}?{TOKEN}", "Content-Type: application/json", length)
    pieces = (b"%x\r\n" % len(body), body, b"\r\n0\r\n\r\n") if chunked else (body,)
    head, _, content = talk(served, head, *pieces).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert "1048576" in json.loads(content)["error"]["message"]


def test_who_asks_first_need_not_send_too_much(served: Twin) -> None:
    lines = "Content-Type: application/json", "Content-Length: 3000000", "Expect: 100-continue"
    head, _, content = talk(served, sent(f"POST /v1/databases?{TOKEN}", *lines)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert "1048576" in json.loads(content)["error"]["message"]
