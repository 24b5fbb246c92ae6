"""Credentials and passwords stay out of everything that is written, in whatever form they got there."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from contract_tests.baseline import Waivers
from contract_tests.exchange import Exchange, Expectation, Request
from contract_tests.findings import Finding
from contract_tests.masking import MASK, Mask, mask_for
from contract_tests.reports import junit
from contract_tests.reports.kinds import KINDS, write
from contract_tests.reports.terminal import Screen, summary
from contract_tests.reports.view import Report
from contract_tests.run import Progress
from contract_tests.verdict import Unjudged
from tests.judge import verdicts
from tests.judge.verdicts import BASIC, JWT, PASSWORD, exchange, finding, forms, leaks, promise

#: Secret by what it is, and the credential it belongs to.
SECRETS = {
    "token": (JWT, f"Bearer {JWT}"),
    "token, scheme in other letters": (JWT, f"bEARER {JWT}"),
    "Base64 of user and password": (BASIC, f"Basic {BASIC}"),
    "password": (PASSWORD, f"Basic {BASIC}"),
}
CASES = [
    pytest.param(secret, token, form, id=f"{name}, {how}")
    for name, (secret, token) in SECRETS.items()
    for how, form in forms(secret).items()
]
ECHO = json.dumps({"output": "you sent", "result": None})


def with_header(form: str) -> Finding:
    shown = exchange()
    request = Request("GET", shown.request.target, (*shown.request.headers, ("X-Echo", f"is {form} good?")))
    return finding(Exchange(shown.call, request, shown.response))


def with_target(form: str) -> Finding:
    shown = exchange()
    request = Request("GET", f"/api/ADGroups/{form}?Filter={form}&x=1", shown.request.headers)
    return finding(Exchange(shown.call, request, shown.response))


def with_body(form: str) -> Finding:
    shown = exchange()
    body = json.dumps({"note": form}).encode()
    return finding(Exchange(shown.call, Request("POST", "/api/Login", shown.request.headers, body), shown.response))


PLACES: dict[str, Callable[[str], Finding]] = {
    "request header": with_header,
    "path and query": with_target,
    "request body": with_body,
    "answer": lambda form: finding(exchange(body=f"got {form}, no good", headers=[("x-echo", form)])),
    "JSON answer": lambda form: finding(exchange(body=json.dumps({"output": f"got {form}", "result": [form]}))),
    "complaint": lambda form: finding(message=f"got {form}", promised=form, received=repr(form), cause=f"/{form}"),
    "steps": lambda form: finding(steps=[exchange(body=form)]),
    "expectation": lambda form: finding(exchange(expect=Expectation("success", f"sent {form}"))),
}


def written(report: Report, folder: Path) -> dict[str, str]:
    """Everything that comes of a report, by where it is written."""
    files = write(report, folder, KINDS)
    screen = io.StringIO()
    summary(report, Console(file=screen, force_terminal=True, width=300), files)
    return {**{file.name: file.read_text("utf-8") for file in files}, "terminal": screen.getvalue()}


def apart(one: Finding, number: int) -> Finding:
    """The finding with a cause of its own, so that it is not counted with others."""
    one.complaint = replace(one.complaint, cause=f"{one.complaint.cause} {number}")
    return one


def found(texts: dict[str, str], secret: str) -> dict[str, list[str]]:
    """Leaks by where they are."""
    return {name: leaked for name, text in texts.items() if (leaked := leaks(text, secret))}


@pytest.mark.parametrize(("secret", "token", "form"), CASES)
def test_a_secret_is_hidden_in_every_form(secret: str, token: str, form: str) -> None:
    masked = Mask([token])(f"before {form} after, and {form}")
    assert MASK in masked
    assert leaks(masked, secret) == []
    assert masked.startswith("before ")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("which", SECRETS)
def test_no_report_shows_a_secret(which: str, place: str, tmp_path: Path) -> None:
    secret, token = SECRETS[which]
    findings = [apart(PLACES[place](form), number) for number, form in enumerate(forms(secret).values())]
    assert found(written(verdicts.report(*findings, token=token), tmp_path), secret) == {}


@pytest.mark.parametrize("which", SECRETS)
def test_what_is_said_of_the_run_shows_no_secret(which: str, tmp_path: Path) -> None:
    secret, token = SECRETS[which]
    every = list(forms(secret).values())
    said: dict[str, Any] = {
        "unjudged": [Unjudged("renamed", f"user {form}", f"refused {form}") for form in every],
        "leftovers": [f"user {form}" for form in every],
        "waivers": Waivers(expired=[f"got {form}" for form in every], unmatched=every),
        "stopped": f"lost {' '.join(every)}",
        "address": f"http://127.0.0.1:9999/{every[0]}",
    }
    assert found(written(verdicts.report(finding(), token=token, **said), tmp_path), secret) == {}


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_shows_no_secret(terminal: bool) -> None:
    file = io.StringIO()
    with Screen(Console(file=file, force_terminal=terminal, width=300), verdicts.mask()) as screen:
        for form in forms(JWT).values():
            screen.progress(Progress("walk", 1, 2, f"read {form}", 7, 0))
    assert "7 requests" in file.getvalue()
    assert leaks(file.getvalue(), JWT) == []


def test_user_and_password_of_the_address_are_not_shown(tmp_path: Path) -> None:
    report = verdicts.report(finding(), address="https://ann:Sommer-2026@ad.example.org/api")
    texts = written(report, tmp_path)
    assert report.address == "https://ad.example.org/api"
    assert {name for name, text in texts.items() if "Sommer-2026" in text} == set()


@pytest.mark.parametrize("length", [12, 30, 100])
@pytest.mark.parametrize("start", [0, 37, 60, 120])
def test_a_part_of_a_token_is_hidden(start: int, length: int) -> None:
    part = JWT[start : start + length]
    assert verdicts.mask()(f"unknown token {part}, sorry") == f"unknown token {MASK}, sorry"


def test_a_token_with_one_letter_changed_is_hidden() -> None:
    """As it is sent to be refused: all but one letter of it are the real ones."""
    changed = verdicts.credentials().values["wrong:changed"].removeprefix("Bearer ")
    assert changed != JWT
    assert verdicts.mask()(changed) == MASK


def test_credentials_made_wrong_do_not_blot_out_words() -> None:
    text = "Bearer tokens are promised, Digest is not"
    assert verdicts.mask()(text) == text


@pytest.mark.parametrize("variable", ["APITWIN_EXPIRED_TOKEN", "APITWIN_DISABLED_TOKEN", "APITWIN_TOKEN_DNS"])
def test_every_credential_of_the_environment_is_hidden(variable: str) -> None:
    mask = mask_for(promise(), verdicts.credentials(**{variable: "Bearer Tk-0123456789"}))
    assert mask("sent Tk-0123456789") == f"sent {MASK}"


def test_a_token_that_the_target_issued_is_hidden() -> None:
    issued = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
    assert Mask()(f'{{"result":"Bearer {issued}"}}') == f'{{"result":"Bearer {MASK}"}}'
    assert Mask()("Basic YW5uOlNvbW1lci0yMDI2") == f"Basic {MASK}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("/api/x?newPassword=a%20b&y=1", "/api/x?newPassword=***&y=1"),
        ("/api/x?NEWPASSWORD=ab", "/api/x?NEWPASSWORD=***"),
        ("next=%2Fapi%3FPassword%3Dabc", "next=%2Fapi%3FPassword%3D***"),
        ('{"Password":"a\\"b","Name":"x"}', '{"Password":"***","Name":"x"}'),
        ('{"password" : "ab"}', '{"password" : "ab"}'.replace("ab", "***")),
        ('{"Password": 12345, "Name": 1}', '{"Password": ***, "Name": 1}'),
        ('{\\"Password\\":\\"ab\\"}', '{\\"Password\\":\\"***\\"}'),
        ('{"Password":"cut o', '{"Password":"***"'),
        ("{'Password': 'ab'}", "{'Password': '***'}"),
        ('{"Password":""}', '{"Password":""}'),
        ("/api/x?Password=&y=1", "/api/x?Password=&y=1"),
        ("ChangePasswordNextLogon=true", "ChangePasswordNextLogon=true"),
        ("password: too short", "password: too short"),
        ("Auth-Token: anything at all", "Auth-Token: ***"),
        ("auth-token:Basic abc\nAccept: */*", "auth-token:***\nAccept: */*"),
        ("Set-Cookie: session=1; path=/", "Set-Cookie: ***"),
    ],
)
def test_values_are_hidden_by_the_name_that_carries_them(text: str, masked: str) -> None:
    assert verdicts.mask()(text) == masked


def test_password_parameters_are_those_of_the_promise() -> None:
    secret = {one.name for operation in promise().operations.values() for one in operation.parameters if one.secret}
    assert secret == {"Password", "newPassword", "password"}


@pytest.mark.parametrize(
    ("operation", "parameter"),
    [("createUser", "Password"), ("resetUserPassword", "newPassword"), ("login", "password")],
)
@pytest.mark.parametrize("value", ["Kr4ken-Blau!", "a&b=c d'\"e", "12345678"])
def test_a_password_that_was_sent_is_hidden_where_it_comes_back(
    operation: str, parameter: str, value: str, tmp_path: Path
) -> None:
    findings = []
    for number, form in enumerate(forms(value).values()):
        shown = exchange(operation, {parameter: value}, status=400, body=f"{form} is no password, {form}")
        findings.append(apart(finding(shown, message=f"{form} comes back", steps=[shown]), number))
    texts = written(verdicts.report(*findings), tmp_path)
    assert found(texts, value) == {}
    assert f"{parameter}=***" in texts[junit.NAME]


def test_a_password_in_a_body_is_hidden() -> None:
    mask = verdicts.mask()
    json_body = mask.request(Request("POST", "/x", (), b'{"a": {"Password": ["Kr4ken", 1]}, "Name": "ann"}'))
    form_body = mask.request(Request("POST", "/x", (), b"Name=ann&Pass%77ord=Kr4ken%20%27x"))
    assert json.loads(json_body.body) == {"a": {"Password": MASK}, "Name": "ann"}
    assert form_body.body == b"Name=ann&Pass%77ord=***"


def test_a_body_without_secrets_stays_as_it_was() -> None:
    for body in (b'{ "Name":"ann", "Name":"bob" }', b"a=1&b", b"\xff\xfe\x00", b"[1.0, 1e3]"):
        assert verdicts.mask().request(Request("POST", "/x?a=%41&b", (), body)) == Request(
            "POST", "/x?a=%41&b", (), body
        )


def test_a_credential_in_the_query_is_hidden() -> None:
    mask = Mask(["abcdef-123456"], ["access_token"])
    assert mask.request(Request("GET", "/x?access_token=abcdef-123456&a=1")).target == "/x?access_token=***&a=1"
    assert mask.request(Request("GET", "/x?access%5Ftoken=other")).target == "/x?access%5Ftoken=***"


def test_a_mask_that_knows_more_leaves_the_first_one_as_it_was() -> None:
    first = Mask(["abcdef"])
    more = first.also(["uvwxyz"])
    assert (first("abcdef uvwxyz"), more("abcdef uvwxyz")) == ("*** uvwxyz", "*** ***")


@pytest.mark.parametrize("secret", ["", "abc", "   "])
def test_what_is_too_short_to_be_a_secret_hides_nothing(secret: str) -> None:
    assert Mask([secret])("abc abcabc YWJj") == "abc abcabc YWJj"


@pytest.mark.parametrize(
    "text",
    [
        "\\" * 200_000,
        "%25" * 70_000,
        "&amp;" * 40_000,
        "eyJ" * 70_000,
        "eyJaaaaaa." * 20_000,
        "A" * 200_000,
        'password="' * 20_000,
        '"password":"\\"' * 15_000,
        "Auth-Token:" * 20_000,
        "://a" * 50_000,
        "Basic aaaaaaaaaaa" * 12_000,
    ],
    ids=lambda text: text[:16],
)
def test_hostile_text_takes_steps_in_proportion_to_its_length(text: str) -> None:
    """What grows with the square of the length would not come back from this in minutes."""
    assert JWT not in verdicts.mask()(text + JWT)
