"""`apitwin token` against a served twin."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import count

import pytest

from tests.face.command import Twin, run, serving

PASSWORD = {"APITWIN_PASSWORD": "Tw1n-Passw0rd!"}


@pytest.fixture(scope="module")
def names() -> Iterator[str]:
    """Names for worlds and tokens, never the same twice."""
    return (f"token-{number}" for number in count())


@pytest.fixture
def world(served: Twin, names: Iterator[str]) -> str:
    """A fresh copy of the default world."""
    name = next(names)
    assert served.ask("POST", "/__twin__/worlds", json={"name": name, "from": "default"}).status_code == 200
    return name


def test_a_jwt(served: Twin, world: str) -> None:
    told = run("token", "kopicloud-ad", "--name", "pipeline", "--minutes", "5", *_user(), *_place(served, world))
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Bearer ")
    assert told.stdout.count("\n") == 1
    assert "pipeline" in told.stderr
    assert _status(served, world, told.stdout.strip()) == 200
    served.ask("POST", f"/__twin__/worlds/{world}/clock", json={"advance": 301})
    assert _status(served, world, told.stdout.strip()) == 401


def test_a_jwt_that_never_expires(served: Twin, world: str) -> None:
    told = run("token", "kopicloud-ad", "--name", "pipeline", "--minutes", "0", *_user(), *_place(served, world))
    served.ask("POST", f"/__twin__/worlds/{world}/clock", json={"advance": 10 * 365 * 86400})
    assert "expires: never" in told.stderr
    assert _status(served, world, told.stdout.strip()) == 200


def test_a_basic_token(served: Twin, world: str) -> None:
    served.ask("POST", f"/__twin__/worlds/{world}/admin/kopicloud-ad/delete-token", json={"name": "basic-apiadmin"})
    told = run("token", "kopicloud-ad", "--user", "apiadmin", *_place(served, world), environment=PASSWORD)
    assert told.returncode == 0, told.stderr
    assert told.stdout == "Basic YXBpYWRtaW46VHcxbi1QYXNzdzByZCE=\n"
    assert _status(served, world, told.stdout.strip()) == 200


def test_a_twin_with_an_unknown_certificate() -> None:
    with serving("--tls") as twin:
        told = run("token", "kopicloud-ad", "--name", "n", "--minutes", "0", *_user(), "--url", twin.url)
        (authority,) = (line.split()[2] for line in twin.lines if line.startswith("CA file "))
        environment = {"SSL_CERT_FILE": authority}
        trusting = run(
            "token", "kopicloud-ad", "--name", "n", "--minutes", "0", "--url", twin.url, environment=environment
        )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.endswith("; name its CA file in SSL_CERT_FILE\n")
    assert trusting.stdout.startswith("Bearer ")


def test_a_jwt_of_nobody_named(served: Twin, world: str) -> None:
    told = run("token", "kopicloud-ad", "--name", "pipeline", "--minutes", "0", *_place(served, world))
    assert told.stderr == "token 'pipeline' of 'Administrator', active, expires: never\n"
    assert _status(served, world, told.stdout.strip()) == 200


REFUSALS = [
    (
        ["--name", "n", "--minutes", "0", "--control-token", "sécret"],
        "--control-token: it must be printable ASCII without blanks at its ends, and not empty",
    ),
    ([], "say which token: --user U for a user's Basic token, or --name N --minutes M for a JWT"),
    (["--name", "n"], "--name needs --minutes: how long the JWT lasts, 0 for ever"),
    (
        ["--user", "apiadmin", "--minutes", "5"],
        "--minutes is for a JWT, which also needs --name; a Basic token lasts as long as its password",
    ),
    (["--user", "apiadmin"], "no terminal to ask for the password of 'apiadmin' on; give it in APITWIN_PASSWORD"),
]


@pytest.mark.parametrize(
    ("arguments", "line"), REFUSALS, ids=["control token", "nothing", "no minutes", "no name", "no terminal"]
)
def test_an_incomplete_wish(arguments: list[str], line: str) -> None:
    told = run("token", "kopicloud-ad", *arguments)
    assert (told.returncode, told.stdout, told.stderr) == (2, "", f"apitwin: {line}\n")


def test_what_the_twin_refuses(served: Twin, world: str) -> None:
    told = run(
        "token",
        "kopicloud-ad",
        "--user",
        "apiadmin",
        *_place(served, world),
        environment={"APITWIN_PASSWORD": "wrong"},
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "apitwin: the twin refuses: the password of user 'apiadmin' is another one\n"


@pytest.mark.parametrize(
    ("api", "world", "line"),
    [
        ("kopicloud-da", "default", "no API 'kopicloud-da' (did you mean 'kopicloud-ad'?)"),
        ("kopicloud-ad", "defualt", "no world 'defualt' (did you mean 'default'?)"),
    ],
)
def test_an_unknown_api_or_world(served: Twin, api: str, world: str, line: str) -> None:
    told = run("token", api, "--name", "n", "--minutes", "0", *_user(), "--url", served.url, "--world", world)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith(f"apitwin: the twin refuses: {line}")


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    told = run("token", "kopicloud-ad", "--name", "n", "--minutes", "0", "--url", url)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith(f"apitwin: no twin answers at {url} (")
    assert told.stderr.count("\n") == 1


def test_a_locked_control_plane_wants_its_token() -> None:
    arguments = ["token", "kopicloud-ad", "--name", "n", "--minutes", "0", *_user()]
    with serving("--control-token", "s3cret") as twin:
        refused = run(*arguments, "--url", twin.url)
        let_in = run(*arguments, "--url", twin.url, environment={"APITWIN_CONTROL_TOKEN": "s3cret"})
    assert refused.returncode == 2
    assert refused.stderr.startswith("apitwin: the twin refuses: the control plane needs its token")
    assert let_in.stdout.startswith("Bearer ")


def _user() -> list[str]:
    return ["--user", "apiadmin"]


def _place(twin: Twin, world: str) -> list[str]:
    return ["--url", twin.url, "--world", world]


def _status(twin: Twin, world: str, value: str) -> int:
    return twin.ask("GET", "/api/OU/All", headers={"Twin-World": world, "Auth-Token": value}).status_code
