"""How somebody gets a code for an application of the baseline, as a browser would, and what goes wrong with codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from contract_tests.evidence import Evidence
from contract_tests.exchange import Request, Response
from contract_tests.planted.copernica_v1.tools import refused
from contract_tests.planted.fault import Plant, fault
from contract_tests.planted.wire import Again, Answer, Asked, requests, talking
from contract_tests.targets import AsgiTarget

PAGE = "/en/authorize"
APPLICATION = {"client_id": "shop", "redirect_uri": "https://shop.test/back"}
SECRET = {"client_secret": "shop-secret"}
STATE = "0123456789abcdef0123456789abcdef"
ANN = {"login": "ann", "password": "Tw1n-Passw0rd!"}


def given(target: AsgiTarget) -> Mapping[str, str]:
    """The variables that let a run exchange a code, which somebody has just got for the application."""
    asked = urlencode({**APPLICATION, "state": STATE, "response_type": "code"})
    page = target.send(Request("GET", f"{PAGE}?{asked}"))
    page = _sent(target, page, ANN)
    back = _sent(target, page, {**_fields(page), "account": "1", "decision": "allow"})
    code = dict(parse_qsl(urlsplit(back.header("location") or "").query))["code"]
    values = {**APPLICATION, **SECRET, "code": code}
    return {f"APITWIN_{name.upper()}": text for name, text in values.items()}


def _sent(target: AsgiTarget, page: Response, fields: Mapping[str, str]) -> Response:
    """What is answered to the form of a page."""
    found = re.search(r'<form[^>]*\baction="([^"]*)"', page.text)
    action = unescape(found[1]) if found else ""
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    return target.send(Request("POST", PAGE + action, headers, urlencode(fields).encode()))


def _fields(page: Response) -> dict[str, str]:
    """The hidden fields of a page."""
    inputs = [dict(re.findall(r'(\w+)="([^"]*)"', one)) for one in re.findall(r"<input[^>]*>", page.text)]
    return {one["name"]: unescape(one.get("value", "")) for one in inputs if one.get("type") == "hidden"}


class _Again:
    """A server that answers a code as often as it is sent, and whoever sends it."""

    def __init__(self) -> None:
        self._known: dict[str, Answer] = {}

    async def talk(self, asked: Asked, server: Again) -> Answer:
        code = asked.argument("code") or ""
        if code not in self._known:
            answer = await server(asked)
            if not answer.good:
                return answer
            self._known[code] = answer
        return self._known[code]


async def _useless(asked: Asked, server: Again) -> Answer:
    answer = await server(asked)
    return answer.with_json({"access_token": "0" * 31 + "1"}) if answer.good else answer


def _kept(**right: str) -> Plant:
    """A server that takes an argument for right whatever it is."""
    return requests(
        lambda asked: replace(asked, query=tuple((name, right.get(name, text)) for name, text in asked.query)),
        "exchangeOauthCode",
    )


class _Burning:
    """A server that uses a code up when it is sent with something wrong."""

    def __init__(self) -> None:
        self._burnt: set[str] = set()

    async def talk(self, asked: Asked, server: Again) -> Answer:
        code, answer = asked.argument("code") or "", await server(asked)
        if answer.good and code in self._burnt:
            return refused(answer)
        self._burnt |= set() if answer.good else {code}
        return answer


FAULTS = (
    fault(
        "codes-work-again",
        "a code is exchanged as often as it is sent",
        "code-is-exchanged-once",
        talking(_Again().talk, "exchangeOauthCode"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "useless-tokens",
        "a code is exchanged for a token that nobody knows",
        "code-is-exchanged-once",
        talking(_useless, "exchangeOauthCode"),
    ),
    fault(
        "redirect-not-compared",
        "the address of an exchange is not compared",
        "status-fits-situation code-is-exchanged-once",
        _kept(redirect_uri=APPLICATION["redirect_uri"]),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "secret-not-checked",
        "any secret will do in an exchange",
        "status-fits-situation code-is-exchanged-once",
        _kept(client_secret=SECRET["client_secret"]),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "codes-burn",
        "an exchange that fails uses the code up",
        "status-fits-situation code-is-exchanged-once",
        talking(_Burning().talk, "exchangeOauthCode"),
        evidence=Evidence.ASSUMED,
    ),
)
