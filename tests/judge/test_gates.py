"""What decides on a run beside its findings: baseline, strictness, coverage; and that both ways to run it can ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests import plugin
from tests.face.command import Twin
from tests.judge.checking import SHORT, Ended, check, credentials
from tests.support import documents

NOTE = """\
version: 1
rules:
- id: traceable
  title: Every answer carries an id
  evidence: assumed
  operations: getGroup
  then: {headers: {X-Id: {present: true}}}
"""


@pytest.fixture(scope="module")
def known(served: Twin, broken: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """A run against the broken twin that writes down what is wrong, and the file."""
    folder = tmp_path_factory.mktemp("known")
    file = folder / "known.yaml"
    arguments = ("kopicloud-ad", "--target", broken, *SHORT, "--baseline", str(file), "--update-baseline")
    return check(*arguments, folder=folder / "reports", environment=credentials(served)), file


def test_what_is_written_down_does_not_fail(known: tuple[Ended, Path]) -> None:
    ended, file = known
    assert (ended.code, ended.errors) == (0, "")
    entries = yaml.safe_load(file.read_text("utf-8"))["known"]
    errors = {(rule, at, cause) for rule, at, cause, weight in ended.verdict if weight == "error"}
    assert {(one["rule"], one["operation"], one.get("cause", "")) for one in entries} == errors
    assert "key-casing" in {one["rule"] for one in entries}
    assert all(one["waived"].startswith("not explained yet") for one in ended.report["findings"] if one["waived"])


def test_new_ones_and_expired_ones_fail_and_what_is_mended_is_named(
    known: tuple[Ended, Path], served: Twin, broken: str, tmp_path: Path
) -> None:
    content = yaml.safe_load(known[1].read_text("utf-8"))
    expired, new, *rest = content["known"]
    gone = {"rule": "types", "operation": "getUser", "reason": "mended", "until": new["until"]}
    content["known"] = [{**expired, "until": expired["until"].replace(year=2020)}, *rest, gone]
    (tmp_path / "known.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    arguments = ("kopicloud-ad", "--target", broken, *SHORT, "--baseline", str(tmp_path / "known.yaml"))
    ended = check(*arguments, folder=tmp_path / "reports", environment=credentials(served))
    failing = {(one["rule"], one["operation"]) for one in ended.report["findings"] if not one["waived"]}
    assert ended.code == 1
    assert {(expired["rule"], expired["operation"]), (new["rule"], new["operation"])} <= failing
    assert f"not true: no waiver has expired: {expired['rule']} at {expired['operation']}" in ended.output
    assert "waives nothing any more: types at getUser: mended" in ended.output


@pytest.fixture(scope="module")
def lenient(served: Twin, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A run that finds something of which nobody is sure, and prints its coverage."""
    folder = tmp_path_factory.mktemp("lenient")
    (folder / "rules.yaml").write_text(NOTE)
    arguments = ("kopicloud-ad", "--target", served.url, *SHORT, "--rules-dir", str(folder), "--matrix")
    reports = ("--report", "json", "--report", "sarif", "--fail-under", "parameters=50")
    return check(*arguments, *reports, folder=folder / "reports", environment=credentials(served))


def test_notes_do_not_fail(lenient: Ended) -> None:
    assert lenient.code == 0
    assert ("traceable", "getGroup", "X-Id", "note") in lenient.verdict
    assert lenient.report["strict"] == "documented"


def test_only_the_reports_that_are_asked_for_are_written(lenient: Ended) -> None:
    assert {one.name for one in lenient.folder.iterdir()} == {"report.json", "report.sarif", "ledger.jsonl"}


def test_the_matrix_is_printed(lenient: Ended) -> None:
    (row,) = [one for one in lenient.report["rows"] if one["operation"] == "getGroup"]
    (line,) = [one for one in lenient.output.splitlines() if one.split()[:1] == ["getGroup"]]
    seen = [str(cell["seen"] or "·") for cell in row["cells"] if cell["documented"]]
    assert line.split()[1 : 1 + len(seen)] == seen
    assert f"{len(row['parameters'])} of {len(row['parameters'])}" in line


def test_strictness_and_coverage_fail(served: Twin, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(NOTE)
    arguments = ("kopicloud-ad", "--target", served.url, *SHORT, "--rules-dir", str(tmp_path))
    more = ("--strict", "assumed", "--fail-under", "statuses=100", "--report", "json")
    ended = check(*arguments, *more, folder=tmp_path / "reports", environment=credentials(served))
    assert ended.code == 1
    assert ("traceable", "getGroup", "X-Id", "error") in ended.verdict
    assert "of the documented statuses of each operation were seen; demanded: 100 %" in ended.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--strict", "sure"), "--strict evidence 'sure'; allowed: documented, client, assumed"),
        (("--fail-under", "200"), "--fail-under '200': '200' is no percentage from 0 to 100"),
        (("--shard", "3/2"), "--shard '3/2' is no shard such as 2/3"),
        (("--report", "htm"), "--report 'htm' is unknown (did you mean 'html'?)"),
        (("--update-baseline",), "--update-baseline writes the file that --baseline names: give both"),
        (("--baseline", "gone.yaml"), "--baseline gone.yaml: No such file or directory"),
        (("--rules-dir", "gone"), "--rules-dir gone: no such folder"),
    ],
)
def test_what_cannot_be_meant_is_one_line(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    target = ("kopicloud-ad", "--target", "http://127.0.0.1:9")
    ended = check(*target, *arguments, folder=tmp_path, environment={"APITWIN_TOKEN": "Bearer abcdefghijkl"})
    assert (ended.code, ended.output, ended.errors.count("\n")) == (2, "", 1)
    assert ended.errors.startswith(f"apitwin: {told}")


class Options:
    """Takes down the names of options, as pytest's parser would."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def getgroup(self, *_: Any) -> Options:
        return self

    def addoption(self, name: str, **_: Any) -> None:
        self.names.add(name)


def test_pytest_has_the_options_of_check() -> None:
    options = Options()
    plugin.pytest_addoption(options)  # type: ignore[arg-type]
    assert options.names - {"--api"} == (documents.verbs()["check"].options - {"--matrix", "--strict"}) | {"--evidence"}
