"""The Copernica twin as a client meets it on the network."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.face.command import LIMIT, Twin, serving
from tests.face.wire import sent, talk

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


@pytest.mark.parametrize(
    "line", ["get /v1/identity?{}", "FETCH /v1/identity?{}", "GET /v1/database/my shop?{}", "\x16\x03\x01"]
)
def test_what_is_no_request_is_refused_in_the_envelope(served: Twin, line: str) -> None:
    head, _, content = talk(served, sent(line.format(TOKEN))).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/json" in head.split(b"\r\n")
    assert json.loads(content)["error"]["message"].startswith("request: ")
    assert TOKEN[-32:].encode() not in content


def test_an_address_may_be_written_in_any_script(served: Twin) -> None:
    asked = sent(f"GET /v1/database/Geïnteresseerden/profiles?fields[]=Voornaam==Zoë&total=1&{TOKEN}")
    head, _, content = talk(served, asked).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert {one["fields"]["Voornaam"] for one in json.loads(content)["data"]} == {"Zoë"}
    odd = talk(served, asked.replace("Zoë".encode(), b"Zo\xeb"))
    assert b"is not UTF-8" in odd


def test_a_body_that_comes_in_pieces_is_left_as_it_is(served: Twin) -> None:
    """Also the body of a request that was sent along with another, and cut in the middle of a character."""
    body = '{"name":"Zoë Müller ☕"}'.encode()
    path = f"/v1/databases?{TOKEN}"
    first = f"GET {path} HTTP/1.1\r\nHost: twin\r\n\r\n".encode()
    head = sent(f"POST {path}", "Content-Type: application/json", f"Content-Length: {len(body)}")
    cut = body.index("ë".encode()) + 1
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname or "", place.port or 0), LIMIT) as connection:
        connection.sendall(first + head + body[:cut])
        stream = connection.makefile("rb")
        lines = list(iter(stream.readline, b"\r\n"))
        stream.read(next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length")))
        connection.sendall(body[cut:])
        assert stream.readline().startswith(b"HTTP/1.1 201 ")
    names = [one["name"] for one in json.loads(talk(served, sent(f"GET {path}")).partition(b"\r\n\r\n")[2])["data"]]
    assert "Zoë Müller ☕" in names
