"""`apitwin sweep`: what a killed run has left is removed, all of it and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from contract_tests.budget import Budget
from contract_tests.credentials import Credentials
from contract_tests.exchange import Request
from contract_tests.ledger import Ledger, read_ledger
from contract_tests.promise import Promise
from contract_tests.run import CouldNotRun
from contract_tests.sweep import Swept, opened, sweep
from contract_tests.targets import AsgiTarget
from mockserver.app import Twin as App
from tests.face.command import ROOT, Twin, clean_environment, run
from tests.judge.checking import closed_port
from tests.judge.checking import credentials as variables
from tests.judge.test_run import Recorder, state_of

TAG = "zk4rtm"
ROOT_DN = "DC=kopicloud,DC=local"
OU = {"OUName": f"{TAG}-o1", "OUDestinationPath": ROOT_DN}
HEAD = b'{"run": "zk4rtm", "api": "kopicloud-ad", "target": "URL"}\n'
#: Seconds a batch of killed runs may take on a slow, busy machine before the test fails.
PATIENCE = 1800.0


def killed(served: Twin, *, seed: int, number: int, span: int) -> list[dict[str, Any]]:
    """What came of killed runs."""
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.judge.killing", served.url, str(seed), str(number), str(span)],
        cwd=ROOT,
        env={**clean_environment(), **variables(served)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


@pytest.mark.parametrize(
    ("number", "span"), [(10, 900), pytest.param(50, 4000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_a_killed_run_is_swept_and_the_world_is_as_it_was(served: Twin, number: int, span: int) -> None:
    outcomes = killed(served, seed=20261125, number=number, span=span)
    assert [one["signal"] for one in outcomes] == [9] * number
    assert [one for one in outcomes if not one["same"] or one["swept"][2]] == []
    assert sum(one["left"] for one in outcomes) > number / 2


# --- one thing at a time, each at the worst moment


class Left:
    """A ledger as a killed run leaves it, and what it has really done."""

    def __init__(self, path: Path, target: AsgiTarget, promise: Promise, credentials: Credentials) -> None:
        self.path, self._target, self._promise, self._credentials = path, target, promise, credentials
        self.ledger = Ledger(path, tag=TAG, api="kopicloud-ad", address=target.address)

    def send(self, method: str, target: str) -> Any:
        """Something that was done."""
        header = (("Auth-Token", self._credentials.values["valid"]),)
        answer = self._target.send(Request(method, target, header))
        assert answer.status == 200, answer.text
        return answer.json["result"]

    def intend(self, resource: str, values: Mapping[str, str]) -> Any:
        return self.ledger.intend(resource, values)

    def swept(self, target: Any = None) -> Swept:
        """What a sweep by the ledger finds."""
        self.ledger.close()
        ledger = opened(self.path, self._promise)
        try:
            return sweep(
                ledger,
                promise=self._promise,
                target=target or self._target,
                credentials=self._credentials,
                budget=Budget(),
            )
        finally:
            ledger.close()


@pytest.fixture
def left(tmp_path: Path, target: AsgiTarget, kopicloud_promise: Promise, credentials: Credentials) -> Left:
    return Left(tmp_path / "ledger.jsonl", target, kopicloud_promise, credentials)


@pytest.fixture
def untouched(kopicloud: App, target: AsgiTarget, left: Left) -> Iterator[Left]:
    """What was left, in a world that must be as before when all is done."""
    before = state_of(kopicloud, target.address)
    yield left
    assert state_of(kopicloud, target.address) == before


def test_a_creation_whose_answer_never_came(untouched: Left) -> None:
    """The path of an OU, by which it is deleted, is only told by the answer."""
    untouched.intend("ou", OU)
    untouched.send("POST", f"/api/OU?OUName={TAG}-o1&OUDestinationPath={ROOT_DN}&IsProtected=true")
    assert untouched.swept() == Swept(1, 1, [])


def test_a_creation_that_was_never_sent(untouched: Left) -> None:
    untouched.intend("ou", OU)
    untouched.intend("user", {"Username": f"{TAG}-u1"})
    untouched.intend("membership", {"Username": f"{TAG}-u1", "GroupName": f"{TAG}-g1"})
    untouched.intend("dns_reverse_lookup_zone", {"NetworkID": "198.18.7.0/24"})
    assert untouched.swept() == Swept(4, 0, [])


@pytest.mark.parametrize("sent", [False, True])
def test_a_rename_whose_answer_never_came(untouched: Left, sent: bool) -> None:
    entry = untouched.intend("user", {"Username": f"{TAG}-u1"})
    made = untouched.send("POST", f"/api/ADUser/{TAG}-u1?Password=Kr4ken-Blau!")
    untouched.ledger.know(entry, {"username": made["username"]})
    untouched.ledger.know(entry, {"NewUsername": f"{TAG}-u2"})
    if sent:
        untouched.send("PUT", f"/api/ADUser/{TAG}-u1/Rename/{TAG}-u2")
    assert untouched.swept() == Swept(1, 1, [])


def test_a_move_whose_answer_never_came(untouched: Left) -> None:
    entries = [untouched.intend("ou", {**OU, "OUName": f"{TAG}-o{number}"}) for number in (1, 2)]
    for number, entry in enumerate(entries, 1):
        made = untouched.send("POST", f"/api/OU?OUName={TAG}-o{number}&OUDestinationPath={ROOT_DN}&IsProtected=false")
        untouched.ledger.know(entry, {"guid": made["guid"], "path": made["path"]})
    goal = f"OU={TAG}-o2,{ROOT_DN}"
    untouched.send("PUT", f"/api/OU/Move?OUPath=OU%3D{TAG}-o1,{ROOT_DN}&OUDestinationPath={goal}")
    assert untouched.swept() == Swept(2, 2, [])


def test_a_container_goes_after_what_it_holds(untouched: Left) -> None:
    """A thing that was made first and moved into one made later."""
    untouched.intend("user", {"Username": f"{TAG}-u1"})
    untouched.intend("ou", OU)
    made = untouched.send("POST", f"/api/OU?OUName={TAG}-o1&OUDestinationPath={ROOT_DN}&IsProtected=false")
    untouched.send("POST", f"/api/ADUser/{TAG}-u1?Password=Kr4ken-Blau!&OUPath={made['path']}")
    assert untouched.swept() in (Swept(2, 2, []), Swept(2, 1, []))


def test_the_end_of_a_line_is_no_matter(untouched: Left) -> None:
    untouched.intend("user", {"Username": f"{TAG}-u1"})
    untouched.send("POST", f"/api/ADUser/{TAG}-u1?Password=Kr4ken-Blau!")
    untouched.path.write_bytes(untouched.path.read_bytes() + b'{"intend":1,"resource":"user","val')
    assert untouched.swept() == Swept(1, 1, [])
    assert [one.gone for one in read_ledger(untouched.path).entries] == [True]


def test_a_second_sweep_sends_nothing(untouched: Left, target: AsgiTarget) -> None:
    untouched.intend("user", {"Username": f"{TAG}-u1"})
    untouched.send("POST", f"/api/ADUser/{TAG}-u1?Password=Kr4ken-Blau!")
    assert untouched.swept() == Swept(1, 1, [])
    recorder = Recorder(target)
    assert untouched.swept(recorder) == Swept(0, 0, [])
    assert recorder.requests == []


def test_what_a_refused_creation_named_stays(untouched: Left) -> None:
    """Somebody has such a network; the run was told so."""
    untouched.ledger.disown(untouched.intend("dns_reverse_lookup_zone", {"NetworkID": "10.20.30.0/24"}))
    assert untouched.swept() == Swept(0, 0, [])


def test_what_lies_in_a_zone_of_the_run_may_have_any_name(untouched: Left) -> None:
    zone = f"{TAG}-1.example"
    untouched.intend("dns_lookup_zone", {"ZoneName": zone})
    untouched.intend("dns_a_record", {"DNS_HostName": "www", "IP_Address": "198.18.0.1", "ZoneName": zone})
    untouched.send("POST", f"/api/DnsLookupZone/{zone}")
    untouched.send("POST", f"/api/DnsARecord?DNS_HostName=www&IP_Address=198.18.0.1&ZoneName={zone}")
    assert untouched.swept() == Swept(2, 2, [])


@pytest.mark.parametrize(
    ("resource", "values"),
    [
        ("user", {"Username": "ann.lee"}),
        ("ou", {"OUName": "Staff", "path": f"OU=Staff,{ROOT_DN}"}),
        ("dns_a_record", {"DNS_HostName": "www", "IP_Address": "192.0.2.1", "ZoneName": "kopicloud.local"}),
    ],
)
def test_a_ledger_somebody_has_changed_removes_nothing(left: Left, resource: str, values: dict[str, str]) -> None:
    left.intend(resource, values)
    with pytest.raises(CouldNotRun, match="does not carry the tag of the run"):
        left.swept()


def test_links_between_things_of_others_stay(untouched: Left, target: AsgiTarget) -> None:
    untouched.intend("membership", {"Username": "ann.lee", "GroupName": "Sales"})
    recorder = Recorder(target)
    assert untouched.swept(recorder) == Swept(1, 0, ["membership of a user Sales, ann.lee"])
    assert {one.method for one in recorder.requests} == {"GET"}


def test_what_would_not_go_is_told(left: Left, target: AsgiTarget) -> None:
    class Keeping(Recorder):
        def send(self, request: Request) -> Any:
            return super().send(Request("GET", "/nowhere") if request.method == "DELETE" else request)

    left.intend("user", {"Username": f"{TAG}-u1"})
    left.send("POST", f"/api/ADUser/{TAG}-u1?Password=Kr4ken-Blau!")
    assert left.swept(Keeping(target)) == Swept(1, 0, [f"user {TAG}-u1"])


def test_a_credential_that_is_refused_removes_nothing(left: Left, kopicloud_promise: Promise) -> None:
    left.intend("user", {"Username": f"{TAG}-u1"})
    left._credentials = Credentials({"valid": "Bearer nonsense"})
    with pytest.raises(CouldNotRun, match="is the credential in APITWIN_TOKEN good"):
        left.swept()
    assert [one.gone for one in read_ledger(left.path).entries] == [False]


# --- the command


def ledger_of(folder: Path, address: str, *resources: str, api: str = "kopicloud-ad") -> Path:
    ledger = Ledger(folder / "ledger.jsonl", tag=TAG, api=api, address=address)
    for resource in resources:
        ledger.intend(resource, {"Username": f"{TAG}-u1"})
    ledger.close()
    return folder / "ledger.jsonl"


def test_the_command_removes_and_counts(served: Twin, tmp_path: Path) -> None:
    file = ledger_of(tmp_path, served.url, "user")
    path = f"/api/ADUser/{TAG}-u1"
    served.ask("POST", path, params={"Password": "Kr4ken-Blau!"}, headers=served.header("twin-admin"))
    told = run("sweep", str(file), "--target", served.url, environment=variables(served))
    assert (told.returncode, told.stdout, told.stderr) == (0, f"{served.url}: 1 removed, 0 gone before, 0 left\n", "")
    assert served.ask("GET", f"{path}/Details", headers=served.header("twin-admin")).status_code == 404


def test_another_address_must_be_meant(served: Twin, tmp_path: Path) -> None:
    file = ledger_of(tmp_path, "https://ad.staging.example", "user")
    told = run("sweep", str(file), "--target", served.url, environment=variables(served))
    assert told.returncode == 2
    assert told.stderr.startswith(f"apitwin: {file} is of a run at https://ad.staging.example, not at {served.url}; ")
    told = run("sweep", str(file), "--target", served.url, "--moved", environment=variables(served))
    assert (told.returncode, told.stdout) == (0, f"{served.url}: 0 removed, 1 gone before, 0 left\n")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "no-ledger: not a ledger"),
        (b"[]\n", "not a ledger"),
        (b'{"run": "zk4rtm", "api": "kopicloudad", "target": "URL"}\n', "unknown API 'kopicloudad'; did you mean"),
        (HEAD + b'{"know": 3, "values": {}}\n', ":2: not a line"),
        (HEAD + b'no\n{"gone": 1}\n', ":2: not a line"),
        (HEAD + b'{"intend": 0, "resource": "x", "values": {}}\n', "the promise of kopicloud-ad has no x"),
    ],
    ids=["no file", "a list", "another API", "no such entry", "a broken line", "an unknown resource"],
)
def test_what_is_no_ledger_is_told_in_one_line(content: bytes | None, line: str, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{closed_port()}"
    file = tmp_path / "no-ledger"
    if content is not None:
        file.write_bytes(content.replace(b"URL", address.encode()))
    told = run("sweep", str(file), "--target", address, environment={"APITWIN_TOKEN": "Bearer abcdefghijkl.01"})
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert line in told.stderr
