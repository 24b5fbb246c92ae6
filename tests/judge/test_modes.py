"""How far a run goes: what each mode sends, whom it takes for a twin, and what it finds different afterwards."""

from __future__ import annotations

import http.server
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest

from contract_tests.credentials import Credentials
from contract_tests.exchange import Request, Response
from contract_tests.guard import SAFE
from contract_tests.invocation import Invocation, prepared
from contract_tests.ledger import read_ledger
from contract_tests.modes import Mode
from contract_tests.promise import Promise
from contract_tests.recognition import is_twin
from contract_tests.run import CouldNotRun, Wish, run
from contract_tests.samples import tag_of
from contract_tests.targets import AsgiTarget, HttpTarget
from contract_tests.verdict import Verdict
from mockserver.app import Twin as App
from tests.conftest import ADMIN, credential
from tests.face.command import Twin
from tests.judge.test_run import Recorder, state_of

#: Rules that make and remove things: enough where it is not about what is judged.
FEW = frozenset({"created-as-sent", "deleted-is-gone"})


class Tampering(Recorder):
    """A target whose answers, or whose world, are changed on the way."""

    def __init__(self, inner: AsgiTarget, change: Callable[[Request, Callable[[Request], Response]], Response]) -> None:
        super().__init__(inner)
        self._change = change

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        return self._change(request, self._inner.send)


@pytest.fixture
def wish(kopicloud_promise: Promise, target: AsgiTarget, credentials: Credentials) -> Wish:
    return Wish(promise=kopicloud_promise, target=target, credentials=credentials, examples=0)


def unjudged(verdict: Verdict, rule: str) -> set[str]:
    return {one.subject for one in verdict.unjudged if one.rule == rule}


# --- what is sent


def test_a_read_only_run_only_reads(wish: Wish, kopicloud: App, target: AsgiTarget, tmp_path: Path) -> None:
    before = state_of(kopicloud, target.address)
    recorder, ledger = Recorder(target), tmp_path / "ledger.jsonl"
    verdict = run(replace(wish, target=recorder, mode=Mode.READ_ONLY, examples=1, seconds=5, ledger=ledger))
    assert {one.method for one in recorder.requests} <= set(SAFE)
    assert state_of(kopicloud, target.address) == before
    assert (verdict.exit_code, verdict.mode, verdict.findings.errors()) == (0, "read-only", [])
    assert read_ledger(ledger).entries == []


def test_a_read_only_run_takes_what_exists(wish: Wish) -> None:
    verdict = run(replace(wish, mode=Mode.READ_ONLY))
    reads = {one.id for one in wish.promise.operations.values() if one.safe}
    assert {one for one in verdict.coverage.missing(wish.promise) if one in reads} == set()
    assert verdict.judged["credential-needed"] > 40


def test_a_read_only_run_says_what_it_leaves_out(wish: Wish) -> None:
    verdict = run(replace(wish, mode=Mode.READ_ONLY))
    assert unjudged(verdict, "created-as-sent") == set(wish.promise.conventions["resources"])
    assert "created-as-sent" not in verdict.judged
    assert {one.why for one in verdict.unjudged if one.rule == "created-as-sent"} == {"not in a read-only run"}


def test_a_read_only_run_sees_what_reads_show(wish: Wish, target: AsgiTarget) -> None:
    def misspelt(request: Request, send: Callable[[Request], Response]) -> Response:
        answer = send(request)
        return Response(answer.status, answer.headers, answer.body.replace(b'"ouPath"', b'"oupath"'))

    verdict = run(replace(wish, target=Tampering(target, misspelt), mode=Mode.READ_ONLY))
    assert "key-casing" in {one.rule for one in verdict.findings.errors()}
    assert verdict.exit_code == 1


@pytest.mark.parametrize("mode", [Mode.ADDITIVE, Mode.FULL])
def test_only_a_full_run_leaves_out_names(wish: Wish, kopicloud: App, target: AsgiTarget, mode: Mode) -> None:
    before = state_of(kopicloud, target.address)
    recorder = Recorder(target)
    verdict = run(replace(wish, target=recorder, mode=mode))
    by_guid = [one.target for one in recorder.requests if (one.method, one.path) == ("DELETE", "/api/ADUserGuid")]
    nameless = [one for one in by_guid if "UserGuid=" not in one]
    assert bool(nameless) is (mode is Mode.FULL)
    assert ("deleteUserByGuid" in unjudged(verdict, "mandatory-value-missing")) is (mode is Mode.ADDITIVE)
    assert (verdict.exit_code, verdict.leftovers, verdict.touched) == (0, [], [])
    assert state_of(kopicloud, target.address) == before


def test_no_write_names_what_an_answer_wrongly_shows(wish: Wish, target: AsgiTarget, kopicloud: App) -> None:
    """A target answers the creation of every user with somebody else."""
    (value,) = (one for one in [credential(kopicloud, ADMIN)])
    shown = target.send(Request("GET", "/api/ADUser/ann.lee/Details?ShowFields=All", (("Auth-Token", value),)))
    guid = shown.json["result"]["guid"]

    def somebody_else(request: Request, send: Callable[[Request], Response]) -> Response:
        answer = send(request)
        created = request.method == "POST" and request.path.startswith("/api/ADUser/") and answer.status == 200
        return shown if created and "/Group/" not in request.path else answer

    before = state_of(kopicloud, target.address)
    recorder = Tampering(target, somebody_else)
    verdict = run(replace(wish, target=recorder, mode=Mode.FULL))
    writes = [one.target for one in recorder.requests if one.method not in SAFE]
    assert [one for one in writes if guid in one or "ann.lee" in one] == []
    assert "created-as-sent" in {one.rule for one in verdict.findings.errors()}
    assert state_of(kopicloud, target.address) == before


# --- whom it takes for a twin


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        content = self.server.content  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def answering(content: bytes) -> Iterator[tuple[str, list[str]]]:
    """The address of a server that answers every read with this, and the paths it was asked for."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.content, server.asked = content, []  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.asked  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("path", ["", "/__world__/default"])
def test_a_twin_on_this_machine_is_one(served: Twin, path: str) -> None:
    target = HttpTarget(served.url + path)
    assert is_twin(target, "kopicloud-ad")
    assert not is_twin(target, "another-api")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"status":"ok"}', b'{"apis":{"copernica":1}}', b'{"apis":[]}'])
def test_what_does_not_answer_as_a_twin_is_none(content: bytes) -> None:
    with answering(content) as (address, asked):
        assert not is_twin(HttpTarget(address), "kopicloud-ad")
    assert asked == ["/__twin__/health"]


def test_a_target_elsewhere_is_not_even_asked() -> None:
    """Nothing resolves this name: a request would raise."""
    assert not is_twin(HttpTarget("http://staging.invalid:1"), "kopicloud-ad")


def asked(target: str, tmp_path: Path, **more: Any) -> Invocation:
    environment = {"APITWIN_TOKEN": "Bearer abcdefghijkl.0123456789"}
    return Invocation(api="kopicloud-ad", target=target, environment=environment, report_dir=tmp_path, **more)


def test_a_full_run_needs_a_twin_or_an_owner(tmp_path: Path) -> None:
    with answering(b"{}") as (address, paths):
        with pytest.raises(CouldNotRun, match=r"--mode full is for twins on this machine; .* add --i-own-this-system"):
            prepared(asked(address, tmp_path, mode="full")).carry_out(lambda step: None)
        assert paths == ["/__twin__/health"]
        outcome = prepared(asked(address, tmp_path, mode="full", own_system=True)).carry_out(lambda step: None)
        assert outcome.verdict.mode == "full"


def test_an_unknown_mode_is_told(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match="--mode 'additiv' is unknown; known: read-only, additive, full"):
        prepared(asked("http://127.0.0.1:9", tmp_path, mode="additiv"))


# --- what is different afterwards


def removing(name: bytes) -> Callable[[Request, Callable[[Request], Response]], Response]:
    """Somebody at work on the same target: removes a user once, in the middle of the run."""
    count = itertools.count()

    def change(request: Request, send: Callable[[Request], Response]) -> Response:
        if next(count) == 100:
            send(replace(request, method="DELETE", target=f"/api/ADUser/{name.decode()}", body=b""))
        return send(request)

    return change


@pytest.mark.parametrize("alone", [False, True])
def test_what_others_remove_is_told_and_counts_only_when_nobody_else_is_there(
    wish: Wish, target: AsgiTarget, alone: bool
) -> None:
    verdict = run(replace(wish, target=Tampering(target, removing(b"ann.lee")), rules=FEW, alone=alone))
    assert (verdict.touched == ["user ann.lee"]) is alone
    told = [one.why for one in verdict.unjudged if one.rule == "inventory"]
    assert ["user ann.lee" in why for why in told] == ([] if alone else [True])


def test_what_shows_something_of_the_run_was_touched(wish: Wish, target: AsgiTarget) -> None:
    """A target that writes into somebody else's object when the run changes its own."""
    count = itertools.count()

    def spilling(request: Request, send: Callable[[Request], Response]) -> Response:
        if next(count) == 100:
            send(replace(request, method="PUT", target=f"/api/ADUser/ann.lee?City={tag_of(wish.seed)}", body=b""))
        return send(request)

    verdict = run(replace(wish, target=Tampering(target, spilling), rules=FEW))
    assert verdict.touched == ["user ann.lee"]
    assert ("nothing foreign was touched", ("user ann.lee",)) in [(one.name, one.broken) for one in verdict.gates]
    assert verdict.exit_code == 1


def test_what_would_not_go_is_left_behind(wish: Wish, target: AsgiTarget) -> None:
    """A target that says it deletes computers, and does not."""

    def keeping(request: Request, send: Callable[[Request], Response]) -> Response:
        if request.method == "DELETE" and request.path.startswith("/api/Computers"):
            return Response(200, (("content-type", "application/json"),), orjson.dumps({"output": "", "result": None}))
        return send(request)

    verdict = run(replace(wish, target=Tampering(target, keeping), rules=FEW))
    assert verdict.leftovers
    assert len(set(verdict.leftovers)) == len(verdict.leftovers)
    assert {one.split()[0] for one in verdict.leftovers} == {"computer", "organizational"}
    assert verdict.exit_code == 1


def test_a_run_does_not_begin_among_things_that_look_like_its_own(wish: Wish, target: AsgiTarget) -> None:
    run(replace(wish, rules=FEW))
    value = wish.credentials.values["valid"]
    made = target.send(Request("POST", f"/api/DnsLookupZone/{tag_of(wish.seed)}-9.example", (("Auth-Token", value),)))
    assert made.status == 200
    with pytest.raises(
        CouldNotRun, match=r"seed 0 are there already: forward lookup zone .*-9\.example; .*apitwin sweep"
    ):
        run(replace(wish, rules=FEW))
