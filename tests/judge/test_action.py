"""The action for GitHub: its inputs are options of `apitwin check`, and none of them is ever part of a script."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import documents

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action" / "action.yml").read_text("utf-8"))
#: Inputs that are no options: two are the argument and the credential, two are about installing.
OWN = {"api", "token", "version", "python-version"}
#: Options that a job has no use for, or that the action decides; `fuzz-time: 0` is as good as `--quick`.
LEFT_OUT = {"--quick", "--report", "--update-baseline", "--matrix", "--i-own-this-system"}


def step(name: str) -> dict[str, Any]:
    """A step by its name."""
    (found,) = [one for one in ACTION["runs"]["steps"] if one.get("name") == name]
    return dict(found)


def test_its_inputs_are_the_options_of_check() -> None:
    options = {one.removeprefix("--") for one in documents.verbs()["check"].options - LEFT_OUT}
    inputs = set(ACTION["inputs"])
    assert inputs - OWN == options


def test_what_is_required_is_said_and_the_rest_has_a_default() -> None:
    for name, one in ACTION["inputs"].items():
        assert one["description"], name
        assert ("default" in one) != one.get("required", False), name
        assert isinstance(one.get("default", ""), str), name
    assert [name for name, one in ACTION["inputs"].items() if one.get("required")] == ["api", "target", "token"]


def test_every_input_is_documented() -> None:
    page = documents.table(documents.section((ROOT / "docs" / "ci.md").read_text("utf-8"), "GitHub"))
    assert {name: cells[0] for name, cells in page.items()} == {
        name: one.get("default", "") for name, one in ACTION["inputs"].items()
    }


def test_every_input_is_used_and_every_used_one_exists() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action" / "action.yml").read_text("utf-8")))
    assert used == set(ACTION["inputs"])


def test_text_of_others_is_never_part_of_a_script() -> None:
    for one in ACTION["runs"]["steps"]:
        assert "${{" not in one.get("run", "")


def variable(name: str) -> str:
    """The variable that an input stands in."""
    (found,) = [key for key, value in step("Check")["env"].items() if value == f"${{{{ inputs.{name} }}}}"] or [name]
    return str(found)


@pytest.fixture
def ran(tmp_path: Path) -> Any:
    """Runs the script of the check with some variables, and a command that writes down what it is called with."""
    command = tmp_path / "bin" / "apitwin"
    command.parent.mkdir()
    command.write_text(
        '#!/bin/bash\nprintf "%s\\n" "$@" > called.txt\nmkdir -p out\necho told > out/summary.md\nexit "$CODE"\n'
    )
    command.chmod(command.stat().st_mode | stat.S_IEXEC)

    def run(code: int = 0, **given: str) -> tuple[int, list[str], str, str]:
        variables = {variable(name): one.get("default", "") for name, one in ACTION["inputs"].items()}
        known = {"report-dir": "out", "api": "kopicloud-ad", "target": "http://x"}
        environment = {
            **variables,
            **{variable(name): value for name, value in known.items()},
            **{variable(name.replace("_", "-")): value for name, value in given.items()},
            "CODE": str(code),
            "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_OUTPUT": "output.txt",
            "GITHUB_STEP_SUMMARY": "summary.txt",
        }
        script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step("Check")["run"]]
        ended = subprocess.run(script, cwd=tmp_path, env=environment, check=False, capture_output=True, timeout=60)
        texts = [(tmp_path / name).read_text() for name in ("called.txt", "output.txt", "summary.txt")]
        return ended.returncode, texts[0].splitlines(), texts[1], texts[2]

    return run


def test_it_calls_check_with_what_was_given(ran: Any) -> None:
    code, called, output, summary = ran(baseline="a b.yaml", fail_under="statuses=80 parameters=95")
    assert (code, called[:2]) == (0, ["check", "kopicloud-ad"])
    assert sorted(called[2:]) == [
        "--baseline=a b.yaml",
        "--fail-under=parameters=95",
        "--fail-under=statuses=80",
        "--report-dir=out",
        "--shard=1/1",
        "--strict=documented",
        "--target=http://x",
    ]
    assert (output, summary) == ("report-dir=out\nexit-code=0\n", "told\n")


def test_violations_fail_the_job_after_the_summary_is_shown(ran: Any) -> None:
    code, _, output, summary = ran(1)
    assert (code, output, summary) == (1, "report-dir=out\nexit-code=1\n", "told\n")


def test_hostile_inputs_stay_text(ran: Any, tmp_path: Path) -> None:
    hostile = '$(touch owned) `touch owned`; touch owned" && touch owned'
    _, called, _, _ = ran(target=hostile, ca=hostile)
    assert f"--target={hostile}" in called
    assert f"--ca={hostile}" in called
    assert not (tmp_path / "owned").exists()


def test_every_option_is_passed_on(ran: Any) -> None:
    everything = {name.replace("-", "_"): "1/1" for name in set(ACTION["inputs"]) - {"report-dir"}}
    _, called, _, _ = ran(**everything)
    spelled = {one.partition("=")[0] for one in called if one.startswith("--")}
    assert spelled == {f"--{name}" for name in set(ACTION["inputs"]) - OWN}
