"""The wheel, installed in an environment of its own outside the checkout: it carries its data and serves."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import apitwin
from tests.face.command import Twin

ROOT = Path(__file__).resolve().parents[1]

#: Seconds that building or installing may take on a slow, busy machine.
PATIENCE = 300.0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the backend that is installed here: no network."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of a new environment that has the wheel.

    Its libraries are those of the environment the tests run in: what the wheel requires is proven elsewhere.
    """
    environment = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(environment, with_pip=False)
    paths = sysconfig.get_paths(scheme="venv", vars={"base": str(environment), "platbase": str(environment)})
    python = Path(paths["scripts"], Path(sys.executable).name)
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--no-deps", "--no-index", wheel)
    _run(*pip, folder=environment)
    # a path in a .pth file is not searched for .pth files, so that the checkout stays out of reach
    Path(paths["purelib"], "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return Path(paths["scripts"])


@pytest.mark.parametrize("folder", ["specs", "fixtures"])
def test_carries_all_data(wheel: Path, folder: str) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    expected = {
        f"apitwin/_data/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / folder).rglob("*") if path.is_file()
    }
    assert expected
    assert {name for name in names if name.startswith(f"apitwin/_data/{folder}/")} == expected


def test_carries_the_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    metadata = f"apitwin-{apitwin.__version__}.dist-info"
    assert {name.partition("/")[0] for name in names} == {"apitwin", "mockserver", "contract_tests", metadata}
    assert f"{metadata}/licenses/LICENSE" in names
    assert [name for name in names if name.endswith(".pyc")] == []


def test_is_used_from_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    script = "import apitwin.data, mockserver, contract_tests; print(mockserver.__file__, apitwin.data.specs_dir())"
    for place in _run(installed / "python", "-c", script, folder=tmp_path).split():
        assert Path(place).is_relative_to(installed.parent), f"{place} is not of the installed wheel"


def test_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert _run(installed / "apitwin", "--version", folder=tmp_path).split() == ["apitwin", apitwin.__version__]


def test_carries_the_style_of_the_report(wheel: Path) -> None:
    assert "contract_tests/reports/page.css" in zipfile.ZipFile(wheel).namelist()


def test_the_judge_is_a_pytest_suite(installed: Path, tmp_path: Path) -> None:
    suite = (installed / "python", "-m", "pytest", "--pyargs", "contract_tests", "--collect-only", "-q")
    run = ("--api", "kopicloud-ad", "--target", "http://127.0.0.1:9", "--report-dir", tmp_path)
    told = _run(*suite, *run, folder=tmp_path, more={"APITWIN_TOKEN": "Bearer abcdef"})
    assert "test_conformance.py::test_operation[getGroup]\n" in told


def test_serves(installed: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [str(installed / "apitwin"), "serve", "kopicloud-ad", "--port", "0"],
        cwd=tmp_path,
        env=_environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            twin = Twin(process)
            health = twin.ask("GET", "/__twin__/health")
            users = twin.ask("GET", "/api/ADUser/ListUsers", headers=twin.header("twin-admin"))
            code, complaints = twin.stop()
        finally:
            process.kill()
    assert health.status_code == 200
    assert users.status_code == 200, users.text
    assert users.json()["result"]
    assert (code, complaints) == (0, [])


def _run(*command: str | Path, folder: Path, more: Mapping[str, str] | None = None) -> str:
    """The standard output of a command that must succeed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**_environment(folder), **(more or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _environment(folder: Path) -> Mapping[str, str]:
    """Nothing that leads back to the checkout, and a cache of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("APITWIN_", "PYTHON"))}
    return {**kept, "XDG_CACHE_HOME": str(folder / "cache")}
