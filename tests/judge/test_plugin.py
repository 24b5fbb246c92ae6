"""`pytest contract_tests`: the verdicts of `apitwin check` as tests, in the checkout and by the name of the package."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from contract_tests.verdict import GATES
from tests.face.command import Twin
from tests.judge.checking import SHORT, Ended, check, closed_port, credentials, suite
from tests.judge.verdicts import promise

TOKEN = {"APITWIN_TOKEN": "Bearer abcdefghijkl.0123456789"}
NOWHERE = "http://127.0.0.1:9"
SUITE = ("contract_tests", "--api", "kopicloud-ad")


def outcomes(folder: Path) -> dict[str, str]:
    """What became of each test, by name."""
    cases = ElementTree.parse(folder / "pytest.xml").getroot().iter("testcase")
    return {one.get("name", ""): one[0].tag if len(one) else "passed" for one in cases}


@pytest.fixture(scope="module")
def conforming(served: Twin, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The suite by the name of its package, in a folder that has nothing to do with it, against the baseline twin."""
    folder = tmp_path_factory.mktemp("conforming")
    arguments = ("--pyargs", *SUITE, "--target", served.url, *SHORT, f"--junitxml={folder / 'pytest.xml'}")
    return suite(*arguments, folder=folder, environment=credentials(served), at=folder)


@pytest.fixture(scope="module")
def violating(served: Twin, broken: str, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The suite by its path, asked to use two workers, against the broken twin."""
    folder = tmp_path_factory.mktemp("violating")
    arguments = (*SUITE, "--target", broken, *SHORT, "-n", "auto", f"--junitxml={folder / 'pytest.xml'}")
    return suite(*arguments, folder=folder, environment=credentials(served))


def test_a_twin_conforms(conforming: Ended, served: Twin) -> None:
    assert (conforming.code, conforming.errors) == (0, "")
    assert f"apitwin: kopicloud-ad at {served.url}, seed {conforming.report['seed']}\n" in conforming.output
    assert f"kopicloud-ad at {served.url} conforms: no errors, " in conforming.output
    assert f"report: {conforming.folder / 'report.html'}\n" in conforming.output


def test_there_is_a_test_per_operation_and_per_demand(conforming: Ended) -> None:
    told = outcomes(conforming.folder)
    names = {f"test_operation[{name}]" for name in promise().operations}
    assert set(told) == names | {f"test_run[{name}]" for name in GATES} | {"test_outside_the_operations"}
    assert set(told.values()) == {"passed"}


def test_the_verdict_is_that_of_the_command(violating: Ended, served: Twin, broken: str, tmp_path: Path) -> None:
    judged = check(
        "kopicloud-ad", "--target", broken, *SHORT, folder=tmp_path / "reports", environment=credentials(served)
    )
    assert violating.code == judged.code == 1
    assert violating.verdict == judged.verdict
    assert ("key-casing", "error") in {(rule, weight) for rule, _, _, weight in judged.verdict}


def test_exactly_the_operations_with_errors_fail(violating: Ended) -> None:
    wrong = {at for _, at, _, severity in violating.verdict if severity == "error"}
    failed = {name for name, became in outcomes(violating.folder).items() if became == "failure"}
    assert failed == {f"test_operation[{name}]" for name in wrong}


def test_a_failure_tells_what_to_do(violating: Ended) -> None:
    text = (violating.folder / "pytest.xml").read_text("utf-8")
    assert "error: key-casing at getGroup" in text
    assert re.search(r'curl -sS -X GET -H "Auth-Token: \$APITWIN_TOKEN" http://127\.0\.0\.1:\d+/api/ADGroups', text)
    assert "Traceback" not in text


def test_the_target_is_judged_once_whatever_the_workers(violating: Ended) -> None:
    assert violating.output.count("walk: ") == 1
    assert "workers" not in violating.output


@pytest.mark.parametrize("which", ["conforming", "violating"])
def test_no_credential_is_printed(which: str, served: Twin, request: pytest.FixtureRequest) -> None:
    ended: Ended = request.getfixturevalue(which)
    everything = ended.output + ended.errors + (ended.folder / "pytest.xml").read_text("utf-8")
    for value in credentials(served).values():
        assert value.partition(" ")[2] not in everything


@pytest.mark.parametrize(
    ("arguments", "environment", "line"),
    [
        (("contract_tests",), TOKEN, "--api is missing: pytest contract_tests --api API --target URL"),
        (SUITE, TOKEN, "--target is missing: pytest contract_tests --api API --target URL"),
        (("contract_tests", "--api", "kopicloudad", "--target", NOWHERE), TOKEN, "did you mean 'kopicloud-ad'?"),
        ((*SUITE, "--target", NOWHERE), {}, "APITWIN_TOKEN is not set"),
        ((*SUITE, "--target", "ftp://x"), TOKEN, "--target 'ftp://x' is no address"),
        ((*SUITE, "--target", NOWHERE, "--seed", "x"), TOKEN, "--seed: invalid int value: 'x'"),
    ],
    ids=lambda value: "",
)
def test_wrong_use_is_told(arguments: tuple[str, ...], environment: dict[str, str], line: str, tmp_path: Path) -> None:
    ended = suite(*arguments, folder=tmp_path, environment=environment)
    assert ended.code == pytest.ExitCode.USAGE_ERROR
    assert line in ended.errors
    assert "passed" not in ended.output


def test_a_target_that_nobody_listens_at(tmp_path: Path) -> None:
    ended = suite(*SUITE, "--target", f"http://127.0.0.1:{closed_port()}", folder=tmp_path, environment=TOKEN)
    assert ended.code == 2
    assert "could not run: http://127.0.0.1:" in ended.output
    assert "passed" not in ended.output


def test_tests_of_others_are_left_alone(tmp_path: Path) -> None:
    """Where apitwin is installed, others may have options of the same names."""
    option = "def pytest_addoption(parser):\n    for name in ('--target', '--report-dir'): parser.addoption(name)\n"
    (tmp_path / "conftest.py").write_text(option)
    (tmp_path / "test_it.py").write_text("def test_it(pytestconfig): assert pytestconfig.getoption('target') == 'x'\n")
    ended = suite(".", "--target", "x", folder=tmp_path, environment={}, at=tmp_path)
    assert (ended.code, "1 passed" in ended.output) == (0, True)
