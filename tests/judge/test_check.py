"""`apitwin check`: its exit codes, the line that says why it could not run, and what it leaves."""

from __future__ import annotations

import base64
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.asking import writing
from contract_tests.invocation import Invocation, prepared
from contract_tests.ledger import Ledger, read_ledger
from contract_tests.masking import Mask
from contract_tests.reports.kinds import write
from contract_tests.run import CouldNotRun
from contract_tests.verdict import GATES
from tests.face.command import Running, Twin, run, running, serving
from tests.judge import verdicts
from tests.judge.checking import PATIENCE, SHORT, Ended, check, closed_port, credentials, files

TOKEN = {"APITWIN_TOKEN": "Bearer abcdefghijkl.0123456789"}
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def conforming(served: Twin, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A run against the baseline twin, with some generated cases."""
    folder = tmp_path_factory.mktemp("conforming") / "deep" / "reports"
    return check(
        "kopicloud-ad", "--target", served.url, "--fuzz-time", "2", folder=folder, environment=credentials(served)
    )


@pytest.fixture(scope="module")
def violating(served: Twin, broken: str, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A run against the broken one."""
    folder = tmp_path_factory.mktemp("violating")
    return check("kopicloud-ad", "--target", broken, *SHORT, folder=folder, environment=credentials(served))


def test_a_twin_conforms(conforming: Ended, served: Twin) -> None:
    assert (conforming.code, conforming.errors) == (0, "")
    assert conforming.output.splitlines()[-1].startswith(f"kopicloud-ad at {served.url} conforms: no errors, ")
    assert {row["reached"] for row in conforming.report["rows"]} == {True}
    assert conforming.report["exit_code"] == 0


def test_the_files_are_named_and_there(conforming: Ended) -> None:
    names = ("report.html", "junit.xml", "report.json", "report.sarif", "summary.md", "run.har")
    assert set(files(conforming.folder)) == {*names, "ledger.jsonl"}
    for name in names:
        assert f"report: {conforming.folder / name}\n" in conforming.output


def test_nothing_is_left_on_the_target(conforming: Ended, served: Twin) -> None:
    assert [gate["broken"] for gate in conforming.report["gates"]] == [[]] * len(GATES)
    assert list(read_ledger(conforming.folder / "ledger.jsonl").standing()) == []
    groups = served.ask("GET", "/api/ADGroups/All", headers=served.header("twin-admin")).json()["result"]
    assert [one["name"] for one in groups if conforming.report["run"] in one["name"]] == []


def test_a_quick_run_walks_only(served: Twin, tmp_path: Path) -> None:
    ended = check("kopicloud-ad", "--target", served.url, "--quick", folder=tmp_path, environment=credentials(served))
    assert (ended.code, ended.errors) == (0, "")
    assert {name for name, count in ended.report["engines"].items() if count} <= {"walk", "again", "clear"}
    assert {row["reached"] for row in ended.report["rows"]} == {True}


def test_a_breach_is_found_and_fails(violating: Ended) -> None:
    assert violating.code == 1
    assert ("key-casing", "getGroup", "error") in {(rule, at, weight) for rule, at, _, weight in violating.verdict}
    assert {at for rule, at, _, _ in violating.verdict if rule == "key-casing"} <= {
        row["operation"] for row in violating.report["rows"] if row["tag"] == "AD Groups"
    }
    assert 'curl -sS -X GET -H "Auth-Token: $APITWIN_TOKEN"' in violating.output


@pytest.mark.parametrize("which", ["conforming", "violating"])
def test_no_credential_is_written_or_printed(which: str, served: Twin, request: pytest.FixtureRequest) -> None:
    ended: Ended = request.getfixturevalue(which)
    everything = "\n".join([ended.output, ended.errors, *files(ended.folder).values()])
    assert '"Password"' not in files(ended.folder)["ledger.jsonl"]
    for value in credentials(served).values():
        token = value.partition(" ")[2]
        assert token not in everything
        assert base64.b64encode(token.encode()).decode() not in everything
        assert Mask([value])(everything) == Mask()(everything)


@pytest.mark.parametrize(
    ("arguments", "environment", "line"),
    [
        (("kopicloudad", "--target", NOWHERE), TOKEN, "unknown API 'kopicloudad'; did you mean 'kopicloud-ad'?"),
        (
            ("nothing-like-it", "--target", NOWHERE),
            TOKEN,
            "unknown API 'nothing-like-it'; known: copernica-v1, kopicloud-ad",
        ),
        (("kopicloud-ad", "--target", NOWHERE), {}, "APITWIN_TOKEN is not set; give it the value of Auth-Token"),
        (("kopicloud-ad", "--target", NOWHERE), {"APITWIN_TOKEN": "Bearer a\nb"}, "APITWIN_TOKEN holds a line break"),
        (("kopicloud-ad", "--target", NOWHERE), TOKEN, f"{NOWHERE} does not answer: "),
        (("kopicloud-ad", "--target", "ftp://x"), TOKEN, "--target 'ftp://x' is no address; give one such as http://"),
        (("kopicloud-ad", "--target", "http://[::1"), TOKEN, "--target 'http://[::1' is no address: "),
        (("kopicloud-ad", "--target", "http://127.0.0.1:x"), TOKEN, "--target 'http://127.0.0.1:x' is no address: "),
        (("kopicloud-ad", "--target", "https://x", "--ca", "/no/ca"), TOKEN, "--ca /no/ca: No such file or directory"),
        (("kopicloud-ad", "--target", "https://x", "--ca", "LICENSE"), TOKEN, "--ca LICENSE: "),
        (("kopicloud-ad", "--target", NOWHERE, "--seed", "-1"), TOKEN, "Invalid value for '--seed': '-1' is not"),
        (("kopicloud-ad", "--target", NOWHERE, "--max-time", "x"), TOKEN, "Invalid value for '--max-time': 'x' is no"),
        (("kopicloud-ad", "--target", NOWHERE, "--max-time", "nan"), TOKEN, "Invalid value for '--max-time': 'nan' is"),
        (
            ("kopicloud-ad", "--target", NOWHERE, "--quick", "--fuzz-time", "3"),
            TOKEN,
            "--quick leaves generated cases out; --fuzz-time 3 wants some",
        ),
        (("kopicloud-ad",), TOKEN, "Missing option '--target'."),
        (("--target", NOWHERE), TOKEN, "Missing argument 'API'."),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_cannot_run_is_one_clear_line(
    arguments: tuple[str, ...], environment: dict[str, str], line: str, tmp_path: Path
) -> None:
    ended = check(*arguments, folder=tmp_path / "reports", environment=environment)
    assert (ended.code, ended.output) == (2, "")
    assert ended.errors.startswith(f"apitwin: {line}")
    assert ended.errors.count("\n") == 1
    assert "abcdefghijkl" not in ended.errors


@pytest.mark.parametrize(
    ("place", "why"),
    [("file/reports", "Not a directory"), ("file", "a file has that name; give a folder")],
)
def test_a_report_folder_that_cannot_be_written(tmp_path: Path, place: str, why: str) -> None:
    (tmp_path / "file").touch()
    ended = check("kopicloud-ad", "--target", NOWHERE, folder=tmp_path / place, environment=TOKEN)
    assert (ended.code, ended.errors) == (2, f"apitwin: --report-dir {tmp_path}/{place}: {why}\n")


def test_a_target_that_nobody_listens_at(tmp_path: Path) -> None:
    address = f"http://ann:Sommer-2026@127.0.0.1:{closed_port()}"
    ended = check("kopicloud-ad", "--target", address, folder=tmp_path, environment=TOKEN)
    assert (ended.code, ended.output) == (2, "")
    assert ended.errors.startswith(f"apitwin: {address.replace('ann:Sommer-2026@', '')} does not answer: ")
    assert "refused" in ended.errors
    assert "Sommer-2026" not in ended.errors


def test_a_target_that_speaks_something_else(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with running(
            "check",
            "kopicloud-ad",
            "--target",
            f"http://127.0.0.1:{port}",
            "--report-dir",
            str(tmp_path),
            environment=TOKEN,
        ) as process:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"\x1b[2J no HTTP at all\r\n")
            assert process.wait(PATIENCE) == 2
            assert process.stderr is not None
            line = process.stderr.read()
    assert line.startswith(f"apitwin: http://127.0.0.1:{port} does not answer: ")
    assert line.count("\n") == 1
    assert line.rstrip("\n").isprintable()


@pytest.mark.parametrize("label", ["twin-expired", "twin-disabled"])
def test_a_credential_that_is_refused(label: str, served: Twin, tmp_path: Path) -> None:
    (value,) = served.header(label).values()
    environment = {"APITWIN_TOKEN": value}
    ended = check("kopicloud-ad", "--target", served.url, folder=tmp_path, environment=environment)
    assert (ended.code, ended.output) == (2, "")
    assert "401" in ended.errors
    assert "credential" in ended.errors
    assert value.partition(" ")[2] not in ended.errors
    assert ended.errors.count("\n") == 1


@pytest.fixture(scope="module")
def secure() -> Iterator[Twin]:
    """A twin behind HTTPS with a throw-away certificate."""
    with serving("kopicloud-ad", "--tls") as twin:
        yield twin


def test_a_certificate_of_nobody_known_is_refused(secure: Twin, tmp_path: Path) -> None:
    ended = check("kopicloud-ad", "--target", secure.url, folder=tmp_path, environment=TOKEN)
    assert ended.code == 2
    assert "certificate verify failed" in ended.errors
    assert ended.errors.count("\n") == 1


def test_a_ca_file_is_trusted(secure: Twin, tmp_path: Path) -> None:
    """The twin is reached: it refuses the credential."""
    (line,) = (one for one in secure.lines if one.startswith("CA file"))
    authority = line.split()[2]
    ended = check("kopicloud-ad", "--target", secure.url, "--ca", authority, folder=tmp_path, environment=TOKEN)
    assert ended.code == 2
    assert "401" in ended.errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_clears_up_and_says_where_its_ledger_is(
    number: int, served: Twin, tmp_path: Path
) -> None:
    arguments = ("check", "kopicloud-ad", "--target", served.url, "--report-dir", str(tmp_path))
    with running(*arguments, environment=credentials(served)) as process:
        stopped = Running(process)
        assert stopped.line().startswith("walk: ")
        process.send_signal(number)
        code = process.wait(PATIENCE)
        line = stopped.error_line()
    ledger = tmp_path / "ledger.jsonl"
    assert code == 130
    assert line == f"apitwin: stopped; everything it made is gone again; ledger: {ledger}"
    assert read_ledger(ledger).entries != []
    assert list(read_ledger(ledger).standing()) == []


def asked(folder: Path) -> Invocation:
    """A run that could begin."""
    return Invocation(api="kopicloud-ad", target=NOWHERE, environment=TOKEN, report_dir=folder, mode="additive")


def test_a_ledger_with_leftovers_is_kept(tmp_path: Path) -> None:
    for _ in range(2):
        ledger = Ledger(tmp_path / "ledger.jsonl", tag="tw1234", api="kopicloud-ad")
        ledger.intend("user", {"Username": "ann"})
        ledger.close()
        prepared(asked(tmp_path))
    assert set(files(tmp_path)) == {"ledger.1.jsonl", "ledger.2.jsonl"}


def test_a_ledger_without_leftovers_is_not(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl", tag="tw1234", api="kopicloud-ad")
    ledger.tell_gone(ledger.intend("user", {"Username": "ann"}))
    ledger.close()
    prepared(asked(tmp_path))
    assert files(tmp_path) == {}


def test_a_file_that_is_no_ledger_is_kept(tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").write_text("mine")
    prepared(asked(tmp_path))
    assert files(tmp_path) == {"ledger.1.jsonl": "mine"}


def test_a_fault_of_the_judge_is_no_violation(tmp_path: Path) -> None:
    """Here the fault is a promise that should not have been loaded."""
    job = prepared(asked(tmp_path))
    promise = replace(job.wish.promise, conventions={"resources": {"user": None}})
    broken = replace(job, wish=replace(job.wish, promise=promise))
    with pytest.raises(CouldNotRun, match=r"^the judge itself failed, see .*traceback\.txt \(\w+Error: "):
        broken.carry_out(lambda step: None)
    text = (tmp_path / "traceback.txt").read_text("utf-8")
    assert "contract_tests" in text
    assert "abcdefghijkl" not in text


def test_reports_go_to_the_folder_of_the_api_by_default() -> None:
    assert Invocation(api="kopicloud-ad", target=NOWHERE, environment=TOKEN).folder == Path("reports/kopicloud-ad")


def test_a_folder_that_became_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(CouldNotRun, match=r"the report cannot be written: .*report\.html: Is a directory"), writing():
        write(verdicts.report(), tmp_path, ["html"])


def test_help_names_the_variables() -> None:
    told = run("check", "--help").stdout
    for name in ("APITWIN_TOKEN", "APITWIN_EXPIRED_TOKEN", "APITWIN_DISABLED_TOKEN", "--max-time", "--ca"):
        assert name in told
