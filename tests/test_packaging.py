"""The package's data, its requirements and their floors."""

from __future__ import annotations

import configparser
import importlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import apitwin
from apitwin import data
from mockserver.kernel.api import discover
from tests.support import layers, requirements
from tests.support.databases import STORES

ROOT = Path(__file__).resolve().parents[1]

#: Modules that `import` finds without a server running; importing one may start nothing.
OURS = [one.name for one in layers.modules(ROOT, ["apitwin", "mockserver", "contract_tests"])]


def test_data_lies_in_the_checkout() -> None:
    assert data.specs_dir() == ROOT / "specs"
    assert data.fixtures_dir() == ROOT / "fixtures"


def test_every_promise_is_an_api() -> None:
    assert data.api_names() == sorted(layers.folders(ROOT / "specs"))
    assert "kopicloud-ad" in data.api_names()


def test_data_lies_in_the_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apitwin/_data/specs/some-api").mkdir(parents=True)
    (tmp_path / "apitwin/_data/specs/some-api/openapi.yaml").touch()
    (tmp_path / "apitwin/_data/specs/no-promise").mkdir()
    monkeypatch.setattr(data, "__file__", str(tmp_path / "apitwin/data/__init__.py"))
    assert data.specs_dir() == tmp_path / "apitwin/_data/specs"
    assert data.api_names() == ["some-api"]


def test_missing_data_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "__file__", str(tmp_path / "apitwin/data/__init__.py"))
    with pytest.raises(data.DataMissing, match=r"fixtures/ is neither beside .*apitwin nor in .*_data.*reinstall"):
        data.fixtures_dir()


def test_the_floors_are_those_of_the_lowest_environment() -> None:
    lines = (ROOT / "constraints-lowest.txt").read_text("utf-8").splitlines()
    assert lines == requirements.lowest(), "python -m tests.support.requirements > constraints-lowest.txt"


def test_constraints_pin_everything_that_is_required() -> None:
    pins = requirements.pinned("constraints.txt")
    for requirement in [*requirements.required(), *requirements.required_by_developers()]:
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} does not allow {version}"


def test_constraints_pin_what_the_required_need() -> None:
    """The whole closure, so that no new version slips in from below."""
    pins = requirements.pinned("constraints.txt")
    installed = {canonicalize_name(one.name): one.version for one in importlib.metadata.distributions()}
    if not pins.items() <= installed.items():
        pytest.skip("this environment has other versions than constraints.txt: what they need says nothing about it")
    closure = _closure([*requirements.required(), *requirements.required_by_developers()])
    assert len(closure) > len(requirements.required())
    assert sorted(closure - set(pins)) == []
    assert sorted(set(pins) - closure) == []


def test_every_tox_environment_can_be_read_and_says_what_it_is_for(tmp_path: Path) -> None:
    keys = ("description", "constraints", "commands")
    asked = [sys.executable, "-m", "tox", "config", "--workdir", str(tmp_path), "-k", *keys]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    environments = configparser.ConfigParser(interpolation=None)
    environments.read_string(told)
    names = {section.removeprefix("testenv:") for section in environments.sections() if section.startswith("testenv:")}
    stores = {f"store-{store}" for store in STORES}
    assert names == {"lint", "types", "py311", "py312", "py313", "contract", "score", "lowest", "docs", *stores}
    for name in names:
        values = dict(environments[f"testenv:{name}"])
        assert [key for key in keys if not values[key] or "Exception" in values[key]] == [], name


@pytest.mark.parametrize("line", ["rich", "rich>=15", "--index-url x", "rich==15.0.0 --hash=x", "rich @ file:///x"])
def test_another_line_in_constraints_is_seen(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "constraints.txt").write_text(f"typer==0.29.2\n{line}\n")
    monkeypatch.setattr(requirements, "ROOT", tmp_path)
    with pytest.raises(ValueError, match="is not name==version"):
        requirements.pinned("constraints.txt")


@pytest.mark.parametrize("text", ["rich", "rich<16", "rich==15.0.0"])
def test_a_requirement_without_a_floor_is_seen(text: str) -> None:
    with pytest.raises(ValueError, match="needs exactly one lower bound"):
        requirements.floor(Requirement(text))


@pytest.mark.parametrize("name", OURS)
def test_module_can_be_imported(name: str) -> None:
    assert importlib.import_module(name).__name__ == name


def test_importing_the_apis_reads_no_promise_and_no_seed() -> None:
    """Where promises and seeds lie is for who serves to say."""
    program = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == 'open' else None)\n"
        "from mockserver.kernel.api import discover; names = list(discover())\n"
        "print(*names, *(path for path in opened if path.endswith(('.yaml', '.json'))))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(discover())


def test_the_command_says_its_version() -> None:
    done = subprocess.run([sys.executable, "-m", "apitwin", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["apitwin", apitwin.__version__]


def _closure(wanted: list[Requirement]) -> set[str]:
    """Canonical names of the requirements and of all they need on this machine, as their metadata says."""
    seen: dict[str, set[str]] = {}
    waiting = list(wanted)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        extras = {"", *requirement.extras} - seen.get(name, set())
        if not extras:
            continue
        seen.setdefault(name, set()).update(extras)
        needed = [Requirement(line) for line in importlib.metadata.requires(requirement.name) or []]
        waiting += [one for one in needed if any(_applies(one, extra) for extra in extras)]
    return set(seen)


def _applies(requirement: Requirement, extra: str) -> bool:
    marker = requirement.marker
    return marker is None or marker.evaluate({"extra": extra})
