"""`apitwin check --shard` and `apitwin merge`: the parts together say what a run of the whole says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contract_tests.baseline import Baseline, Known, Waiver
from contract_tests.evidence import Severity
from contract_tests.findings import Finding
from contract_tests.merging import MergeError, merged
from contract_tests.reports import json
from contract_tests.reports.view import Report
from contract_tests.sharding import Shard
from contract_tests.thresholds import thresholds_of
from contract_tests.verdict import COVERED, REACHED, SOUND, Gate
from tests.face.command import Twin, run
from tests.judge import verdicts
from tests.judge.checking import SHORT, Ended, check, credentials
from tests.judge.verdicts import exchange, finding, promise, skipped

COUNT = 3
STEADY = (*SHORT, "--seed", "7")
TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def whole(served: Twin, broken: str, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """One run against the broken twin."""
    folder = tmp_path_factory.mktemp("whole")
    return check("kopicloud-ad", "--target", broken, *STEADY, folder=folder, environment=credentials(served))


@pytest.fixture(scope="module")
def parts(served: Twin, broken: str, tmp_path_factory: pytest.TempPathFactory) -> list[Ended]:
    """The same in parts."""
    return [
        check(
            "kopicloud-ad", "--target", broken, *STEADY, "--shard", f"{number}/{COUNT}", "--report", "json",
            folder=tmp_path_factory.mktemp("part"), environment=credentials(served),
        )
        for number in range(1, COUNT + 1)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def together(parts: list[Ended], tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The parts merged."""
    folder = tmp_path_factory.mktemp("together")
    told = run("merge", *(str(one.folder) for one in parts), "--report-dir", str(folder))
    return Ended(told.returncode, told.stdout, told.stderr, folder)


def test_the_verdict_is_that_of_the_whole(whole: Ended, together: Ended) -> None:
    assert (together.code, together.errors) == (whole.code, "")
    assert together.verdict == whole.verdict
    assert ("key-casing", "getGroup", "error") in {(rule, at, weight) for rule, at, _, weight in together.verdict}


def test_the_parts_judge_as_much_as_the_whole(whole: Ended, together: Ended) -> None:
    for key in ("gates", "coverage", "parameters"):
        assert together.report[key] == whole.report[key], key
    assert set(together.report["judged"]) == set(whole.report["judged"])
    told = [{(one["rule"], one["subject"]) for one in each.report["skipped"]} for each in (whole, together)]
    assert told[0] == told[1]


def test_no_part_does_it_all(parts: list[Ended], whole: Ended) -> None:
    for one in parts:
        assert one.report["requests"] < whole.report["requests"]
        assert {path.name for path in one.folder.iterdir()} == {"report.json", "ledger.jsonl"}
    assert len({one.report["run"] for one in parts}) == COUNT


def test_the_merged_reports_are_written(together: Ended) -> None:
    names = {"report.html", "junit.xml", "report.json", "report.sarif", "summary.md"}
    assert {one.name for one in together.folder.iterdir()} == names
    assert together.output.splitlines()[-1].startswith("kopicloud-ad at http://127.0.0.1:")


def part(number: int, count: int, *found: Finding, reached: list[str] | None = None, **more: Any) -> Report:
    """The report of a part that ran by hand."""
    told = verdicts.report(*found, reached=reached or list(promise().operations), shard=Shard(number, count))
    return replace(told, run=f"tag{number}", **more)


def test_findings_of_several_parts_are_one() -> None:
    told = merged([part(1, 2, finding(count=2)), part(2, 2, finding(count=3))], promise=promise())
    assert [(one.rule, one.count) for one in told.findings] == [("key-casing", 5)]
    assert (told.requests, told.run, told.shard, told.exit_code) == (504, "tag1 tag2", "1/1", 1)
    assert told.count(Severity.ERROR) == 1


def test_what_one_part_reaches_is_reached() -> None:
    names = sorted(promise().operations)
    first, second = part(1, 2, reached=names[:50]), part(2, 2, reached=names[40:])
    told = merged([first, second], promise=promise())
    assert (told.exit_code, [gate.broken for gate in told.gates if gate.name == REACHED]) == (0, [()])
    told = merged([first, part(2, 2, reached=names[51:])], promise=promise())
    assert [gate.broken for gate in told.gates if gate.name == REACHED] == [(names[50],)]
    assert told.exit_code == 1


def test_thresholds_are_of_the_whole() -> None:
    told = merged([part(1, 1)], promise=promise(), thresholds=thresholds_of(["statuses=90"]))
    (short,) = [gate for gate in told.gates if gate.name == COVERED]
    assert "of the documented statuses of each operation were seen; demanded: 90 %" in short.broken[0]
    assert told.exit_code == 1


def test_a_baseline_is_held_against_all_parts(tmp_path: Path) -> None:
    waivers = [
        Waiver(rule="key-casing", operation=name, cause="", reason="ticket", until=TODAY)
        for name in ("getGroup", "getUser")
    ]
    known = Known(file=tmp_path / "x.yaml", baseline=Baseline(api="kopicloud-ad", waivers=tuple(waivers)), today=TODAY)
    told = merged([part(1, 2, finding()), part(2, 2)], promise=promise(), known=known)
    assert (told.exit_code, told.findings[0].waived) == (0, "ticket (until 2026-11-25)")
    assert told.unmatched == ("key-casing at getUser: ticket",)
    assert not known.file.exists()


def test_a_merged_baseline_is_written(tmp_path: Path) -> None:
    known = Known(file=tmp_path / "x.yaml", baseline=Baseline(api="kopicloud-ad"), today=TODAY, update=True)
    told = merged([part(1, 2, finding()), part(2, 2, finding(exchange("getUser")))], promise=promise(), known=known)
    assert told.exit_code == 0
    assert "getUser" in known.file.read_text("utf-8")


def test_a_baseline_is_kept_where_a_rule_of_any_part_broke_down(tmp_path: Path) -> None:
    waiver = Waiver(rule="key-casing", operation="getGroup", cause="", reason="ticket", until=TODAY)
    baseline = Baseline(api="kopicloud-ad", waivers=(waiver,))
    known = Known(file=tmp_path / "x.yaml", baseline=baseline, today=TODAY, update=True)
    told = merged([part(1, 2), part(2, 2, gates=(Gate(SOUND, ("a line",)),))], promise=promise(), known=known)
    assert [gate.broken for gate in told.gates if gate.name == SOUND] == [("a line",)]
    assert told.exit_code == 1
    assert not known.file.exists()


@pytest.mark.parametrize(
    ("reports", "told"),
    [
        ([], "there is no report to merge"),
        ([part(1, 3), part(3, 3)], "no report of shard 2/3"),
        ([part(1, 2), part(1, 2)], "shard 1/2 is there 2 times"),
        ([part(1, 2), part(1, 3)], "shards 1/2 and 1/3 are not of one division"),
        (
            [part(1, 2), part(2, 2, address="http://x")],
            "address is 'http://127.0.0.1:9999' in one report and 'http://x'",
        ),
    ],
)
def test_what_is_not_one_run_is_refused(reports: list[Report], told: str) -> None:
    with pytest.raises(MergeError) as error:
        merged(reports, promise=promise())
    assert told in str(error.value)


def test_a_part_is_missing_on_the_command_line(tmp_path: Path) -> None:
    json.write(replace(verdicts.report(unjudged=[skipped()]), shard="1/2"), tmp_path)
    told = run("merge", str(tmp_path), "--report-dir", str(tmp_path / "out"))
    assert (told.returncode, told.stdout, told.stderr) == (2, "", "apitwin: no report of shard 2/2\n")


@pytest.mark.parametrize("option", [("--fail-under", "90"), ("--baseline", "x.yaml", "--update-baseline")])
def test_a_part_is_not_asked_for_what_only_the_whole_can_tell(option: tuple[str, ...], tmp_path: Path) -> None:
    arguments = ("kopicloud-ad", "--target", "http://127.0.0.1:9", "--shard", "1/2", *option)
    ended = check(*arguments, folder=tmp_path, environment={"APITWIN_TOKEN": "Bearer abcdefghijkl"})
    assert ended.code == 2
    assert "needs a whole run: give it to `apitwin merge`, not to shard 1/2" in ended.errors
