"""The line for a shell does what the run did: a shell is asked what it makes of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping

import pytest

from contract_tests.credentials import wrong_forms
from contract_tests.curl import address_of, curl, quoted
from contract_tests.exchange import Request

ADDRESS = "https://ad.example.org/api"
HEADER = {"name": "Auth-Token", "in": "header"}
QUERY = {"name": "access_token", "in": "query"}
TOKEN = "Bearer abc.def.ghij"
ENVIRONMENT = {"APITWIN_TOKEN": TOKEN, "APITWIN_EXPIRED_TOKEN": "Bearer old", "APITWIN_TOKEN_DNS": "Basic dns"}

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="there is no bash here")

#: Stands in for curl: shows its arguments.
SHOW = f'curl() {{ {sys.executable} -c "import sys, json; print(json.dumps(sys.argv[1:]))" "$@"; }}\n'


def words(command: str, environment: Mapping[str, str] = ENVIRONMENT) -> list[str]:
    """The arguments that a shell hands to curl."""
    told = subprocess.run(
        [BASH or "bash", "-c", SHOW + command],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(told.stdout)
    return found


def line(request: Request, credential: str | None = "valid", place: Mapping[str, str] = HEADER) -> list[str]:
    """The arguments for a request."""
    return words(curl(request, address=ADDRESS, credential=credential, place=place))


def test_method_headers_and_address() -> None:
    request = Request("GET", "/Users?a=%41&b='x'", (("Accept", "a; 'b' \"c\" $HOME `id`"), ("Auth-Token", "***")))
    assert line(request) == [
        *("-sS", "-X", "GET"),
        *("-H", "Accept: a; 'b' \"c\" $HOME `id`"),
        *("-H", f"Auth-Token: {TOKEN}"),
        f"{ADDRESS}/Users?a=%41&b='x'",
    ]


@pytest.mark.parametrize(
    ("credential", "value"),
    [
        ("valid", TOKEN),
        ("expired", "Bearer old"),
        ("role:dns", "Basic dns"),
        ("wrong:no-scheme", wrong_forms(TOKEN)["no-scheme"]),
        ("wrong:other-scheme", wrong_forms(TOKEN)["other-scheme"]),
        ("wrong:scheme-only", wrong_forms(TOKEN)["scheme-only"]),
        ("wrong:unknown", "Bearer AAAAAAAA"),
        ("wrong:changed", "Bearer abc.def.AAAA"),
    ],
)
def test_the_credential_that_was_sent_is_sent_again(credential: str, value: str) -> None:
    assert f"Auth-Token: {value}" in line(Request("GET", "/x", (("Auth-Token", "***"),)), credential)


def test_no_credential_is_added() -> None:
    assert line(Request("GET", "/x"), None) == ["-sS", "-X", "GET", f"{ADDRESS}/x"]


def test_a_credential_in_the_query() -> None:
    request = Request("GET", "/x?access_token=***&a='b'")
    assert line(request, "valid", QUERY)[-1] == f"{ADDRESS}/x?access_token={TOKEN}&a='b'"


def test_an_empty_header_is_sent() -> None:
    assert "Auth-Token;" in line(Request("GET", "/x", (("Auth-Token", ""),)), "wrong:empty")


@pytest.mark.parametrize("body", [b"plain", b"@/etc/passwd", b'it\'s "$HOME" \\n', "é\n\t\x1b[0m".encode(), b"-d x"])
def test_a_body_is_sent_as_it_was(body: bytes) -> None:
    sent = line(Request("POST", "/x", (("Content-Type", "text/plain"),), body))
    assert sent[sent.index("--data-raw") + 1].encode() == body


def test_a_body_without_a_type_gets_none() -> None:
    sent = line(Request("POST", "/x", (), b"a"))
    assert sent[sent.index("--data-raw") - 2 :][:2] == ["-H", "Content-Type:"]


def test_a_body_with_raw_bytes_is_sent_as_it_was() -> None:
    command = curl(Request("POST", "/x", (), b"\xff%\x00'\\\n"), address=ADDRESS, place=HEADER)
    file = command[command.index("<(") + 2 : command.rindex(")")]
    told = subprocess.run([BASH or "bash", "-c", file], capture_output=True, check=True)
    assert told.stdout == b"\xff%\x00'\\\n"


def test_a_write_without_a_body_tells_its_length() -> None:
    assert "Content-Length: 0" in line(Request("PUT", "/x"))
    assert "Content-Length: 0" not in line(Request("DELETE", "/x"))


def test_a_long_body_is_named_only() -> None:
    assert line(Request("POST", "/x", (), b"x" * 1_000_000))[-2] == "@BODY-OF-1000000-BYTES"


def test_an_address_is_sent_as_it_was() -> None:
    assert line(Request("GET", "/x/../y?a={b}[1-2]")) == [
        *("-sS", "-X", "GET", "--globoff", "--path-as-is"),
        f"{ADDRESS}/x/../y?a={{b}}[1-2]",
    ]


def test_head_does_not_wait_for_a_body() -> None:
    assert line(Request("HEAD", "/x")) == ["-sS", "--head", f"{ADDRESS}/x"]


def test_what_was_judged_without_an_address_gets_that_of_a_twin() -> None:
    command = curl(Request("GET", "/x"), address="twin of kopicloud-ad in this process", place=HEADER)
    assert command.endswith(" http://127.0.0.1:8080/x")


@pytest.mark.parametrize("text", ["", "a b", "it's", "\x1b[2J", "a\nb", "\\x41\n", "é\u202e"])
def test_any_text_is_one_word(text: str) -> None:
    assert words(f"curl {quoted(text)}") == [text]
    assert quoted(text).isprintable()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://ann:secret@ad.example.org:8443/api", "https://ad.example.org:8443/api"),
        ("ann:se@cret@ad.example.org", "ad.example.org"),
        ("https://ad.example.org/@x", "https://ad.example.org/@x"),
        ("twin of x in this process", "twin of x in this process"),
    ],
)
def test_user_and_password_of_an_address_are_left_out(address: str, shown: str) -> None:
    assert address_of(address) == shown
