"""The Copernica twin as a client meets it on the network."""

from __future__ import annotations

import http.client
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
