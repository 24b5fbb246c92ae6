"""What is no HTTP request, and addresses in any script, as a client of the KopiCloud AD twin meets them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.face.command import Twin, serving
from tests.face.wire import sent, talk


@pytest.fixture(scope="module")
def served() -> Iterator[Twin]:
    """The twin, served."""
    with serving("kopicloud-ad") as twin:
        yield twin


@pytest.fixture(scope="module")
def credential(served: Twin) -> str:
    """The header line of a credential."""
    return served.told.credentials["kopicloud-ad"]["twin-admin"]


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("get /api/OU/All", ()),
        ("FETCH /api/OU/All", ()),
        ("GET /api/ADUser/ann lee", ()),
        ("\x16\x03\x01", ()),
        (f"GET /api/ADUser/{'x' * 70_000}", ()),
        ("GET /api/OU/All", ("no header line",)),
        ("POST /api/ADUser/ann.bee", ("Transfer-Encoding: chunked", "", "no length")),
    ],
)
def test_what_is_no_request_is_refused_in_the_envelope(
    served: Twin, credential: str, line: str, more: tuple[str, ...]
) -> None:
    head, _, content = talk(served, sent(line, credential, *more)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert {b"content-type: application/json", b"connection: close"} <= set(head.split(b"\r\n"))
    refusal = json.loads(content)
    assert refusal["output"].startswith("request: ")
    assert refusal["result"] is None
    assert credential.rpartition(" ")[2].encode() not in content


def test_an_address_may_be_written_in_any_script(served: Twin, credential: str) -> None:
    made = sent("POST /api/ADUser/zoë?DisplayName=Zoë", credential)
    head, _, content = talk(served, made).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    user = json.loads(content)["result"]
    assert (user["username"], user["displayName"]) == ("zoë", "Zoë")
    odd = talk(served, made.replace("zoë".encode(), b"zo\xeb"))
    assert b"is not UTF-8" in odd
