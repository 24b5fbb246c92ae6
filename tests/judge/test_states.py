"""Other states of a target are judged in copies of it: of a twin alone, which is as it was afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apitwin.data import specs_dir
from contract_tests.again import STEADY
from contract_tests.credentials import from_environment
from contract_tests.exchange import Exchange, Request, Response
from contract_tests.ledger import read_ledger
from contract_tests.modes import Mode
from contract_tests.promise import Promise, PromiseError, load
from contract_tests.run import Wish, run
from contract_tests.samples import tag_of
from contract_tests.states import states_of
from contract_tests.stopping import Stopped
from contract_tests.targets import AsgiTarget
from contract_tests.verdict import Verdict
from mockserver.app import Options, Twin, build
from tests.support.client import Client

RULES = frozenset({"state-refuses", "state-spares", "state-leaves-nothing", "state-story", "status-fits-situation"})
LABELS = {"kopicloud-ad": "twin-admin", "copernica-v1": "Roasters"}
COPY = f"apitwin-{tag_of(0)}-elsewhere"
WORLDS = "/__twin__/worlds"
State = Mapping[str, Any]


class Watched(AsgiTarget):
    """A twin in this process; ``watch`` sees each request first, and may answer it."""

    watch: Callable[[Request], Response | None] = staticmethod(lambda request: None)

    def send(self, request: Request) -> Response:
        return self.watch(request) or super().send(request)


def judged(
    twin: Twin, promise: Promise, mode: Mode = Mode.FULL, token: str = "", target: AsgiTarget | None = None, **more: Any
) -> Verdict:
    """A run of the rules about states."""
    token = token or dict(twin.credentials(promise.name))[LABELS[promise.name]]
    target = target or AsgiTarget(twin.app)
    wish = Wish(
        promise=promise,
        target=target,
        credentials=from_environment({"APITWIN_TOKEN": token}),
        mode=mode,
        **{"rules": RULES, "examples": 0, **more},
    )
    try:
        return run(wish)
    finally:
        target.close()


def state_of(twin: Twin) -> Any:
    """Every row of the world that was there before."""
    client = Client(twin.app)
    try:
        return client.request("GET", "/__twin__/worlds/default/state", headers={"Host": "127.0.0.1"}).body
    finally:
        client.close()


def with_states(promise: Promise, *states: State) -> Promise:
    """The promise with other states."""
    return replace(promise, conventions={**promise.conventions, "states": list(states)})


@pytest.fixture
def kopi() -> Twin:
    return build(["kopicloud-ad"], Options())


@pytest.mark.parametrize("api", sorted(LABELS))
def test_a_twin_holds_in_every_state_and_is_as_it_was(api: str) -> None:
    twin, promise = build([api], Options()), load(specs_dir() / api)
    before = state_of(twin)
    verdict = judged(twin, promise)
    assert [one.complaint.message for one in verdict.findings] == []
    assert verdict.breakdowns == []
    assert [one.why for one in verdict.unjudged] == []
    assert verdict.judged["state-story"] > 0
    assert verdict.judged["state-refuses"] == sum(bool(one.refuses) for one in states_of(promise).values())
    assert twin.worlds.names() == ["default"]
    assert state_of(twin) == before


def test_data_of_data_requests_are_reached() -> None:
    verdict = judged(build(["copernica-v1"], Options()), load(specs_dir() / "copernica-v1"))
    assert set(verdict.coverage.statuses["getDatarequestData"]) >= {200, 404}


@pytest.mark.parametrize(
    "settings",
    [
        {"kopicloud-ad.APIEnableDns": False, "kopicloud-ad.api-version": "1.1"},
        {"kopicloud-ad.lockout-threshold": 1, "kopicloud-ad.licence": "trial"},
    ],
)
def test_the_settings_of_the_twin_do_not_matter(settings: Mapping[str, Any], kopicloud_promise: Promise) -> None:
    verdict = judged(build(["kopicloud-ad"], Options(settings=settings)), kopicloud_promise)
    assert [one.complaint.message for one in verdict.findings] == []
    assert verdict.breakdowns == []
    assert [one.why for one in verdict.unjudged] == []


def test_a_name_that_is_taken_is_left_alone(kopi: Twin, kopicloud_promise: Promise) -> None:
    kopi.worlds.fork("default", COPY)
    verdict = judged(kopi, with_states(kopicloud_promise, kopicloud_promise.conventions["states"][0]))
    assert verdict.judged["state-refuses"] == 1
    assert sorted(kopi.worlds.names()) == [COPY, "default"]


@pytest.mark.parametrize("number", [45, 150, 300])
def test_a_run_that_is_stopped_drops_its_copies(number: int, kopi: Twin, kopicloud_promise: Promise) -> None:
    names: list[str] = []

    def stop(exchange: Exchange) -> None:
        if exchange.number == number:
            names.extend(kopi.worlds.names())
            raise Stopped

    with pytest.raises(Stopped):
        judged(kopi, kopicloud_promise, seen=stop)
    assert any(name.startswith("apitwin-") for name in names)
    assert kopi.worlds.names() == ["default"]


def test_what_a_killed_run_would_leave_is_written_down(kopi: Twin, kopicloud_promise: Promise, tmp_path: Path) -> None:
    file, known = tmp_path / "ledger.jsonl", set[tuple[str, ...]]()

    def look(exchange: Exchange) -> None:
        left = tuple(sorted(read_ledger(file).worlds))
        assert left == tuple(sorted(set(kopi.worlds.names()) - {"default"}))
        known.add(left)

    judged(kopi, with_states(kopicloud_promise, kopicloud_promise.conventions["states"][0]), seen=look, ledger=file)
    assert (COPY, f"{COPY}.2") in known
    assert read_ledger(file).worlds == []


def test_a_copy_is_written_down_before_it_is_made(kopi: Twin, kopicloud_promise: Promise, tmp_path: Path) -> None:
    file, target, made = tmp_path / "ledger.jsonl", Watched(kopi.app), set[str]()

    def look(request: Request) -> None:
        if (request.method, request.path) == ("POST", WORLDS):
            name = json.loads(request.body)["name"]
            assert name in read_ledger(file).worlds
            made.add(name)

    target.watch = look
    one = with_states(kopicloud_promise, kopicloud_promise.conventions["states"][0])
    judged(kopi, one, target=target, ledger=file)
    assert made == {COPY, f"{COPY}.2"}


def test_a_copy_that_is_not_given_back_stays_in_the_ledger(
    kopi: Twin, kopicloud_promise: Promise, tmp_path: Path
) -> None:
    file, target = tmp_path / "ledger.jsonl", Watched(kopi.app)

    def keep(request: Request) -> Response | None:
        dropping = request.method == "DELETE" and request.path.startswith(WORLDS)
        return Response(409, (), b'{"error": "it is in use"}', 0.0) if dropping else None

    target.watch = keep
    one = with_states(kopicloud_promise, kopicloud_promise.conventions["states"][0])
    judged(kopi, one, target=target, ledger=file)
    left = read_ledger(file).worlds
    assert COPY in left
    assert sorted(left) == sorted(set(kopi.worlds.names()) - {"default"})


def test_what_was_made_is_cleared_up_whatever_becomes_of_the_copies(kopi: Twin, kopicloud_promise: Promise) -> None:
    target, standing = Watched(kopi.app), set[bool]()

    def fail(request: Request) -> None:
        if request.method == "DELETE" and request.path.startswith(WORLDS):
            standing.add(tag_of(0) in str(state_of(kopi)))
            raise OSError("the disk is full")

    target.watch = fail
    with pytest.raises(OSError, match="the disk is full"):
        judged(kopi, kopicloud_promise, target=target, rules=RULES | {"created-as-sent"})
    assert standing == {True}
    assert tag_of(0) not in str([one for one in state_of(kopi).items() if "token" not in one[0]])


@pytest.mark.parametrize("mode", [Mode.ADDITIVE, Mode.READ_ONLY])
def test_other_runs_put_nothing_into_another_state(mode: Mode, kopi: Twin, kopicloud_promise: Promise) -> None:
    verdict = judged(kopi, kopicloud_promise, mode)
    assert verdict.judged == {}
    assert {one.rule for one in verdict.unjudged} == RULES - {"status-fits-situation"}
    assert all(str(mode) in one.why for one in verdict.unjudged)


def test_a_control_plane_that_wants_a_token_is_not_used(kopicloud_promise: Promise) -> None:
    verdict = judged(build(["kopicloud-ad"], Options(control_token="s3cret")), kopicloud_promise)
    assert verdict.judged == {}
    assert all("wants a token" in one.why for one in verdict.unjudged)


def test_a_target_that_is_no_twin_is_not_judged(kopi: Twin, kopicloud_promise: Promise) -> None:
    async def real(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        await kopi.app(
            {**scope, "path": "/api/none", "raw_path": b"/api/none"} if "twin" in path else scope, receive, send
        )

    target = AsgiTarget(real)
    token = dict(kopi.credentials("kopicloud-ad"))["twin-admin"]
    wish = Wish(
        promise=kopicloud_promise,
        target=target,
        credentials=from_environment({"APITWIN_TOKEN": token}),
        mode=Mode.FULL,
        rules=RULES,
        examples=0,
    )
    verdict = run(wish)
    target.close()
    assert verdict.judged == {}
    assert all("no twin" in one.why for one in verdict.unjudged)
    assert verdict.exit_code == 1  # nothing else was asked for, so that operations were not reached


OFF: State = {"id": "off", "title": "off", "settings": {"APIEnableDns": False}}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"setings": {}}, r"states.off: unknown name 'setings' .did you mean 'settings'"),
        ({"settings": {"APIEnableDNS": False}}, r"states.off.settings: unknown name 'APIEnableDNS' .did you mean"),
        ({"refuses": {"x-section": "DnsA"}}, "states.off: refuses and situation belong together"),
        ({"situation": "hidden"}, "states.off: refuses and situation belong together"),
        ({"refuses": {"secured": True}, "situation": "hiden"}, "states.off: unknown name 'hiden'"),
        (
            {"refuses": {"x-section": ["DnsA", "DnsB"]}, "situation": "hidden"},
            "no operation has 'DnsB' as its x-section",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(kopicloud_promise: Promise, change: State, complaint: str) -> None:
    with pytest.raises(PromiseError, match=complaint):
        states_of(with_states(kopicloud_promise, {**OFF, **change}))


def test_two_states_cannot_share_an_id(kopicloud_promise: Promise) -> None:
    with pytest.raises(PromiseError, match="two states are called 'off'"):
        states_of(with_states(kopicloud_promise, OFF, OFF))


def test_a_state_that_a_twin_is_not_in_is_complained_of(kopi: Twin, kopicloud_promise: Promise) -> None:
    wrong = {**OFF, "refuses": {"x-section": "ADUser"}, "situation": "hidden"}
    found = judged(kopi, with_states(kopicloud_promise, wrong)).findings
    assert {one.rule for one in found} == {"status-fits-situation"}
    assert {one.exchange.situation for one in found} >= {"hidden", "success"}
    assert {one.label for one in found} == {STEADY}


def test_a_credential_that_nobody_checks_is_no_fault_of_the_twin(kopicloud_promise: Promise) -> None:
    twin = build(["kopicloud-ad"], Options(settings={"kopicloud-ad.DisableTokenAuthentication": True}))
    verdict = judged(twin, kopicloud_promise, token="Bearer none")
    assert [one.complaint.message for one in verdict.findings] == []
    assert verdict.breakdowns == []
    assert {one.why for one in verdict.unjudged} == {"the credential is not accepted where credentials are checked"}


ANN: State = {"make": "profile", "as": "ann", "shows": {"interests": []}}
SHOWN: State = {"call": "getProfile", "of": "ann"}


@pytest.mark.parametrize(
    ("steps", "messages"),
    [
        ([SHOWN, {"wait": 60}, {**SHOWN, "keeps": ["created", "modified"]}], []),
        ([SHOWN, {"wait": 60}, {**SHOWN, "later": {"modified": 60}}], ["modified is"]),
        ([{**SHOWN, "saves": "first"}, {"wait": 60}, {**SHOWN, "same": "first"}], []),
        ([{"call": "listDatabases", "saves": "first"}, {"wait": 1}, {**SHOWN, "same": "first"}], ["the answer is"]),
        ([{"wait": 3600}, {"make": "profile", "as": "bob", "shows": {"created": "{now|moment}"}}], []),
        ([{"wait": 3600}, {"make": "profile", "as": "bob", "shows": {"created": "{ann.created}"}}], ["created is"]),
    ],
)
def test_what_a_step_says_of_time_is_held_to_the_twin(steps: list[State], messages: list[str]) -> None:
    promise = load(specs_dir() / "copernica-v1")
    story = {"id": "tale", "title": "a tale", "steps": [ANN, *steps]}
    told = replace(promise, conventions={**promise.conventions, "stories": [story]})
    found = judged(build(["copernica-v1"], Options()), told).findings
    assert len(found) == len(messages)
    assert all(one.complaint.message.startswith(told) for one, told in zip(found, messages, strict=True))
