"""Everything that keeps `apitwin serve` from starting is one clear line and exit code 2."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.face.command import run

REFUSALS = [
    (["kopicloud-da"], "unknown API 'kopicloud-da' (did you mean 'kopicloud-ad'?)"),
    (["--seed", "basline"], "kopicloud-ad has no seed 'basline' (did you mean 'baseline'?)"),
    (["--seed", "large:many"], "seed 'large:many': 'many' is no number to generate from; write one like 42"),
    (["--set", "license=trial"], "unknown setting 'license' (did you mean 'licence'?)"),
    (["--set", "kopicloud-ad.license=trial"], "unknown setting 'license' (did you mean 'licence'?)"),
    (["--set", "api-version=1.3"], "api-version: '1.3' is not allowed (did you mean '1.2'?)"),
    (["--set", "lockout-threshold=three"], "lockout-threshold: 'three' is no whole number"),
    (["--set", "APIEnableAD=yes"], "APIEnableAD: 'yes' is neither true nor false"),
    (["--set", "licence"], "--set 'licence': write it as key=value or api.key=value"),
    (["--set", "=trial"], "--set '=trial': write it as key=value or api.key=value"),
    (
        ["--set", "licence=trial", "--set", "licence=missing"],
        "--set 'licence=missing': licence was set to 'trial' already; set it once",
    ),
    (["--cert", "cert.pem"], "--cert needs --key: a certificate and its private key come together"),
    (["--key", "key.pem"], "--key needs --cert: a certificate and its private key come together"),
    (["--cert", "nowhere.pem", "--key", "nowhere.pem"], "--cert nowhere.pem: no such file"),
    (
        ["--tls", "--cert", "cert.pem", "--key", "key.pem"],
        "--tls makes a certificate of its own; give either --tls, or --cert and --key",
    ),
    (
        ["--public-url", "twin.example.com"],
        "--public-url 'twin.example.com': write it like https://twin.example.com or https://example.com/twin",
    ),
    (["--control-token", ""], "--control-token: it must be printable ASCII without blanks at its ends, and not empty"),
    (["--host", "192.0.2.1"], "--host 192.0.2.1: no address of this machine; 127.0.0.1 and 0.0.0.0 always are"),
]


@pytest.mark.parametrize(("arguments", "line"), REFUSALS, ids=[" ".join(arguments) for arguments, _ in REFUSALS])
def test_refusal(arguments: list[str], line: str) -> None:
    told = run("serve", "--port", "0", "kopicloud-ad", *arguments)
    assert (told.returncode, told.stdout, told.stderr) == (2, "", f"apitwin: {line}\n")


def test_a_host_nobody_knows() -> None:
    told = run("serve", "--port", "0", "--host", "no-such-host.invalid")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("apitwin: --host no-such-host.invalid: no address of this machine (")
    assert told.stderr.count("\n") == 1


def test_a_busy_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        told = run("serve", "--port", str(port))
    assert (told.returncode, told.stdout) == (2, "")
    advice = "choose another with --port, or --port 0 for any free one"
    assert told.stderr == f"apitwin: port {port} on 127.0.0.1 is in use; {advice}\n"


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_cannot_be(port: str) -> None:
    told = run("serve", "--port", port)
    assert (told.returncode, told.stdout) == (2, "")
    assert f"{port!r} is not a whole number from 0 to 65535" in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("nothing")
    told = run("serve", "--port", "0", "--cert", "cert.pem", "--key", "cert.pem", folder=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("apitwin: --cert cert.pem --key cert.pem: no PEM certificate with its private key (")
    assert told.stderr.count("\n") == 1


SEEDS = [
    (b"users: [}\n", "line 1, column 9: "),
    (b"\xff", "byte 0 is not UTF-8 (0xff)"),
    (b"", "is empty; a seed is a mapping"),
    (b"usres: {}\n", "unknown key 'usres' (did you mean 'users'?)"),
]


@pytest.mark.parametrize(("content", "reason"), SEEDS, ids=["syntax", "encoding", "empty", "key"])
def test_an_unreadable_seed(project: Path, content: bytes, reason: str) -> None:
    file = project / "fixtures/kopicloud-ad/seeds/broken.yaml"
    file.write_bytes(content)
    told = run("serve", "kopicloud-ad", "--port", "0", "--seed", "broken", folder=project)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith(f"apitwin: {file}: {reason}")
    assert told.stderr.count("\n") == 1


PROMISES = [
    (b"paths: [", "line 2, column 1: "),
    (b"\xff", "'utf-8' codec can't decode byte 0xff"),
    (b"", "holds nothing, not a mapping"),
    (b"- 1", "holds list, not a mapping"),
]


@pytest.mark.parametrize(("content", "reason"), PROMISES, ids=["syntax", "encoding", "empty", "list"])
def test_an_unreadable_promise(project: Path, content: bytes, reason: str) -> None:
    file = project / "specs/kopicloud-ad/paths/ous.yaml"
    file.write_bytes(content)
    told = run("serve", "kopicloud-ad", "--port", "0", folder=project)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith(f"apitwin: {file}: {reason}")
    assert told.stderr.count("\n") == 1


def test_a_promise_that_refers_to_nothing(project: Path) -> None:
    file = project / "specs/kopicloud-ad/paths/ous.yaml"
    file.write_text("/elsewhere: {}\n")
    told = run("serve", "kopicloud-ad", "--port", "0", folder=project)
    assert (told.returncode, told.stdout) == (2, "")
    assert "ous.yaml#/~1api~1OU" in told.stderr
    assert told.stderr.count("\n") == 1


def test_promises_that_are_not_there(project: Path) -> None:
    (project / "specs").rename(project / "elsewhere")
    told = run("serve", "kopicloud-ad", "--port", "0", folder=project)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("apitwin: specs/ is neither beside ")
