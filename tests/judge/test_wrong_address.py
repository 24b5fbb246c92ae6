"""A run at an address where something else is served: it fails or does not run, says so, and sends nothing more."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from apitwin.data import specs_dir
from contract_tests.credentials import from_environment
from contract_tests.exchange import Request, Response
from contract_tests.modes import Mode
from contract_tests.promise import load
from contract_tests.run import Wish, run

APIS = ("kopicloud-ad", "copernica-v1")
TOKENS = {"APITWIN_TOKEN": "0123456789abcdef0123456789abcdef"}
PAGE = b"<!doctype html><title>Welcome</title>"


class Elsewhere:
    """Answers the same to every request."""

    in_process = True
    address = "elsewhere"

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self._answer = Response(status, tuple(headers.items()), body)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        return self._answer

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("mode", [Mode.READ_ONLY, Mode.FULL])
@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("status", "headers", "body", "told"),
    [
        (200, {"content-type": "text/html"}, PAGE, "answered text/html and no JSON: is this the address of the API?"),
        (200, {}, b"", "answered no media type and no JSON"),
        (301, {"location": "https://login.example/?next=api"}, b"", "answered 301: it points to https://login.example"),
    ],
)
def test_a_run_at_a_wrong_address_ends_at_once(
    api: str, mode: Mode, status: int, headers: Mapping[str, str], body: bytes, told: str
) -> None:
    target = Elsewhere(status, headers, body)
    credentials = from_environment(TOKENS)
    verdict = run(
        Wish(
            promise=load(specs_dir() / api), target=target, credentials=credentials, mode=mode, alone=True, states=False
        )
    )
    assert verdict.exit_code == 1
    assert told in verdict.stopped
    assert len(target.requests) <= 2
    assert {one.method for one in target.requests} == {"GET"}
