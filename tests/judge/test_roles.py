"""Credentials beside the valid one: roles, listed wrong values, what is not judged for want of one; made-up seeds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.credentials import Credentials, from_environment
from contract_tests.exchange import Request, Response
from contract_tests.invocation import Invocation, prepared
from contract_tests.limits import seed_of
from contract_tests.promise import Promise
from contract_tests.run import CouldNotRun, Wish, run
from contract_tests.samples import tag_of
from contract_tests.sharding import WHOLE, shard_of
from contract_tests.targets import AsgiTarget
from contract_tests.verdict import Verdict
from mockserver.app import Twin as App
from tests.conftest import credential
from tests.face.command import Twin
from tests.judge.checking import check
from tests.judge.checking import credentials as variables
from tests.judge.test_modes import Tampering
from tests.judge.test_run import Recorder

NOWHERE = "http://127.0.0.1:9"
TOKEN = {"APITWIN_TOKEN": "Bearer abcdefghijkl.0123456789"}
#: Variables of the roles by the label their credentials are printed with.
ROLES = {
    "APITWIN_TOKEN_AD": "basic-api.ad",
    "APITWIN_TOKEN_DNS": "basic-api.dns",
    "APITWIN_TOKEN_SECURITY": "basic-api.security",
}
RULE = "role-keeps-to-its-area"


@pytest.fixture
def wish(kopicloud: App, kopicloud_promise: Promise, target: AsgiTarget) -> Wish:
    names = {"APITWIN_TOKEN": "twin-admin", **ROLES}
    given = from_environment({variable: credential(kopicloud, label) for variable, label in names.items()})
    return Wish(
        promise=kopicloud_promise, target=target, credentials=given, rules=frozenset({RULE, "status-fits-situation"}),
        examples=0,
    )  # fmt: skip


def found(verdict: Verdict) -> set[tuple[str, str]]:
    return {(one.rule, one.operation) for one in verdict.findings}


def test_each_role_keeps_to_its_area(wish: Wish) -> None:
    recorder = Recorder(wish.target)  # type: ignore[arg-type]
    verdict = run(replace(wish, target=recorder))
    assert found(verdict) == set()
    assert verdict.judged[RULE] == 1
    for role in ("ad", "dns", "security"):
        value = wish.credentials.values[f"role:{role}"]
        assert sum(("Auth-Token", value) in one.headers for one in recorder.requests) > 20


@pytest.mark.parametrize(("role", "wrong"), [("dns", "getGroup"), ("ad", "getDnsZone"), ("security", "listAllUsers")])
def test_an_operation_that_forgets_the_role_is_found(wish: Wish, role: str, wrong: str) -> None:
    """A target that takes the credential of a role for the best one at one operation."""
    weak, good = wish.credentials.values[f"role:{role}"], wish.credentials.values["valid"]
    operation = wish.promise.operation(wrong)
    head = operation.path.partition("{")[0].lower()

    def forgetting(request: Request, send: Callable[[Request], Response]) -> Response:
        if request.method == operation.method and request.path.lower().startswith(head):
            headers = tuple((name, good if value == weak else value) for name, value in request.headers)
            request = replace(request, headers=headers)
        return send(request)

    verdict = run(replace(wish, target=Tampering(wish.target, forgetting)))  # type: ignore[arg-type]
    assert ("status-fits-situation", wrong) in found(verdict)
    assert verdict.findings.errors()


def test_what_was_not_given_is_not_judged(wish: Wish) -> None:
    some = {name: value for name, value in wish.credentials.values.items() if name not in ("role:ad", "role:security")}
    verdict = run(replace(wish, credentials=Credentials(some)))
    told = {(one.subject, one.why) for one in verdict.unjudged if one.rule == RULE}
    assert told == {("ad", "APITWIN_TOKEN_AD is not set"), ("security", "APITWIN_TOKEN_SECURITY is not set")}


def test_without_any_the_rule_is_not_judged(wish: Wish) -> None:
    verdict = run(replace(wish, credentials=Credentials({"valid": wish.credentials.values["valid"]})))
    assert RULE in {one.rule for one in verdict.unjudged}
    assert verdict.judged.get(RULE, 0) == 0


def asked(folder: Path, environment: dict[str, str], **more: Any) -> Invocation:
    return Invocation(api="kopicloud-ad", target=NOWHERE, environment=environment, report_dir=folder, **more)


def test_an_unknown_role_is_told(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match=r"APITWIN_TOKEN_DSN: kopicloud-ad has no such role \(did you mean 'dns'\?\)"):
        prepared(asked(tmp_path, {**TOKEN, "APITWIN_TOKEN_DSN": "Bearer x"}))


def test_a_credential_of_a_role_that_no_request_can_carry_is_told(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match="APITWIN_TOKEN_DNS holds a line break"):
        prepared(asked(tmp_path, {**TOKEN, "APITWIN_TOKEN_DNS": "Bearer a\nb"}))


def test_a_credential_of_a_role_is_masked(tmp_path: Path) -> None:
    job = prepared(asked(tmp_path, {**TOKEN, "APITWIN_TOKEN_DNS": "Bearer secretsecret.987"}))
    assert "secretsecret" not in job.mask("sent Bearer secretsecret.987")


def test_listed_wrong_values_are_tried(tmp_path: Path, wish: Wish) -> None:
    listed = wish.promise.conventions["credential"]["wrong"]
    known = prepared(asked(tmp_path, TOKEN)).wish.credentials.values
    assert [value for name, value in known.items() if name.startswith("wrong:listed-")] == listed
    recorder = Recorder(wish.target)  # type: ignore[arg-type]
    given = from_environment({"APITWIN_TOKEN": wish.credentials.values["valid"]}, listed=listed)
    rules = frozenset({"credential-forms", "status-fits-situation"})
    assert found(run(replace(wish, target=recorder, credentials=given, rules=rules))) == set()
    for value in listed:
        assert [one for one in recorder.requests if ("Auth-Token", value) in one.headers] != []


# --- seeds


def test_without_a_seed_every_run_has_its_own(tmp_path: Path) -> None:
    seeds = [prepared(asked(tmp_path, TOKEN)).wish.seed for _ in range(8)]
    assert len({tag_of(seed) for seed in seeds}) == 8


def test_a_seed_that_is_given_is_taken(tmp_path: Path) -> None:
    assert prepared(asked(tmp_path, TOKEN, seed=17)).wish.seed == 17


def test_the_parts_of_a_run_have_one_seed() -> None:
    pipeline = {"GITHUB_RUN_ID": "4711", "GITHUB_RUN_ATTEMPT": "1"}
    parts = {seed_of(None, shard_of(f"{number}/3"), pipeline) for number in (1, 2, 3)}
    assert len(parts) == 1
    assert parts != {seed_of(None, shard_of("1/3"), {**pipeline, "GITHUB_RUN_ATTEMPT": "2"})}
    assert seed_of(None, shard_of("1/3"), {}) == 0
    assert seed_of(None, WHOLE, pipeline) != seed_of(None, WHOLE, pipeline)


def test_two_runs_at_once_are_in_nobodys_way(served: Twin, tmp_path: Path) -> None:
    def judged(name: str) -> Any:
        arguments = ("kopicloud-ad", "--target", served.url, "--fuzz-time", "0")
        return check(*arguments, folder=tmp_path / name, environment=variables(served))

    with ThreadPoolExecutor(2) as both:
        one, other = both.map(judged, ("one", "other"))
    assert (one.code, other.code) == (0, 0)
    assert (one.report["findings"], other.report["findings"]) == ([], [])
    assert one.report["run"] != other.report["run"]
    assert f"mode full, seed {one.report['seed']}: the same seed makes the same requests\n" in one.output
