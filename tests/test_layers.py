"""The house keeps its walls, and each wall is seen to fall once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.kernel.api import discover
from tests.support import layers
from tests.support.layers import Module

ROOT = Path(__file__).resolve().parents[1]
APIS = ROOT / "mockserver" / "apis"

MODULES = layers.modules(ROOT)
WALLS = [*layers.WALLS, *layers.api_walls(sorted(layers.folders(APIS) - {"__pycache__"}))]

Check = Callable[[Module], list[str]]

CHECKS: list[Check] = [
    layers.room_breaches,
    layers.long_modules,
    layers.long_functions,
    layers.late_attributes,
]


def walls(module: Module) -> list[str]:
    """What a module imports across any wall."""
    return [line for wall in WALLS for line in wall.breaches(module)]


def test_all_packages_are_looked_at() -> None:
    """An empty package would keep every rule."""
    looked_at = {module.name.partition(".")[0] for module in MODULES}
    assert looked_at == set(layers.OURS)


@pytest.mark.parametrize("check", [walls, *CHECKS], ids=lambda check: check.__name__)
def test_every_module_keeps(check: Check) -> None:
    assert [line for module in MODULES for line in check(module)] == []


def test_modules_of_twin_and_judge_have_no_state() -> None:
    served = [module for module in MODULES if layers.under(module.name, ("mockserver", "contract_tests"))]
    assert [line for module in served for line in layers.module_state(module)] == []


def test_names_under_specs_fixtures_and_apis_agree() -> None:
    """A promise may be there before its twin; a twin has all of them."""
    apis = set(layers.api_packages(APIS))
    assert apis, "no emulated API was found"
    specs, fixtures = (layers.folders(ROOT / name) for name in ("specs", "fixtures"))
    twins = {"specs": specs & (fixtures | apis), "fixtures": fixtures, "apis": apis, "descriptors": set(discover())}
    assert layers.disagreements(**twins) == []


def test_every_api_has_the_same_rooms() -> None:
    packages = layers.api_packages(APIS).values()
    assert [line for package in packages for line in layers.missing_rooms(package, APIS)] == []


API = "mockserver.apis.kopicloud_ad"


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (walls, "mockserver.kernel.build", f"import {API}"),
        (walls, "mockserver.kernel.build", "from mockserver.apis import kopicloud_ad"),
        (walls, "mockserver.kernel.store.memory", "def f():\n    from ...apis.kopicloud_ad import API"),
        (walls, "mockserver.kernel.api", "importlib.import_module('mockserver.apis.kopicloud_ad')"),
        (walls, f"{API}.service.users", "from mockserver.apis.copernica.v1 import models"),
        (walls, f"{API}.conventions", "from ..copernica import models"),
        (walls, "contract_tests.rules.keys", "from mockserver.kernel import names"),
        (walls, "contract_tests.session", "import mockserver"),
        (walls, "contract_tests.session", "from apitwin.serve import serve"),
        (walls, "contract_tests.targets", "from apitwin import server"),
        (walls, "mockserver.app", "from apitwin.serve import serve"),
        (walls, "mockserver.kernel.promise", "from contract_tests.promise import load"),
        (walls, "mockserver.kernel.worlds", "from mockserver.control.plane import Control"),
        (walls, "mockserver.control.plane", f"from {API} import API"),
        (walls, f"{API}.service.users", "from mockserver.app import build"),
        (walls, "apitwin.data.bundle", "from mockserver.kernel.promise import Promise"),
        (walls, "apitwin.data", "from apitwin.failure import Failed"),
        (layers.room_breaches, f"{API}.models", "import json"),
        (layers.room_breaches, f"{API}.models", "from starlette.requests import Request"),
        (layers.room_breaches, f"{API}.service", "import httpx"),
        (layers.room_breaches, f"{API}.service.users", "from orjson import loads"),
        (layers.room_breaches, f"{API}.service.users", "from mockserver.kernel.http import Reply"),
        (layers.room_breaches, "mockserver.apis.copernica.v1.service", "import connexion"),
        (layers.room_breaches, f"{API}.handlers", "from mockserver.kernel.store.memory import MemoryStore"),
        (layers.room_breaches, f"{API}.handlers.users", "from mockserver.kernel.store import sql"),
        (layers.long_modules, "apitwin.cli", "x = 1\n" * 401),
        (layers.long_functions, "apitwin.cli", "def f():\n" + "    x = 1\n" * 60),
        (layers.long_functions, "apitwin.cli", "class A:\n    async def f(self):\n" + "        x = 1\n" * 60),
        (layers.late_attributes, f"{API}.service", "def f():\n    return Eq(USERS.attribute('nmae'), 1)"),
        (layers.late_attributes, f"{API}.service", "FIND = lambda name: USERS.unique_key(name)"),
        (layers.late_attributes, f"{API}.models", "NAME = Attribute('user', 'nmae')"),
        (layers.late_attributes, f"{API}.service", "def f(name):\n    return Eq(USERS.attributes[name], 1)"),
        (layers.module_state, "mockserver.app", "cache = {}"),
        (layers.module_state, "mockserver.app", "_seen: set[str] = set()"),
        (layers.module_state, "mockserver.app", "names = [name for name in 'ab']"),
        (layers.module_state, "mockserver.app", "if True:\n    waiting = deque()"),
        (layers.module_state, "mockserver.app", "rows = defaultdict[str, int](int)"),
        (layers.module_state, "mockserver.app", "COUNT = 0\ndef f():\n    global COUNT\n    COUNT += 1"),
    ],
)
def test_a_breach_is_seen(check: Check, name: str, text: str) -> None:
    breaches = check(Module(name, text))
    assert len(breaches) >= 1
    assert all(line.startswith(name) for line in breaches)


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (walls, "mockserver.kernel.api", "import mockserver.apis"),
        (walls, "mockserver.app", f"import {API}"),
        (walls, f"{API}.handlers.users", f"from {API}.service import users"),
        (walls, f"{API}.handlers.users", "from ..service import users"),
        (walls, "contract_tests.targets", "from mockserver.app import build"),
        (walls, "contract_tests.planted.catalogue", "import mockserver"),
        (walls, "contract_tests.promise", "from apitwin.data import specs_dir"),
        (walls, "mockserver.kernel.promise", "from apitwin.data import bundle"),
        (walls, "apitwin.data.bundle", "from apitwin.data.faults import fault_in"),
        (layers.room_breaches, f"{API}.handlers.users", "from mockserver.kernel.http import Reply"),
        (layers.room_breaches, f"{API}.service.users", "from mockserver.kernel.store.query import Eq"),
        (layers.room_breaches, f"{API}.admin", "import json"),
        (layers.long_modules, "apitwin.cli", "x = 1\n" * 400),
        (layers.long_functions, "apitwin.cli", "def f():\n" + "    x = 1\n" * 59),
        (
            layers.late_attributes,
            f"{API}.models",
            "NAME = USERS.attribute('name')\nSIDES = (NAME, USERS.attribute('id'))",
        ),
        (layers.late_attributes, f"{API}.service", "def f(user):\n    return user.attributes['mail']"),
        (layers.late_attributes, "mockserver.kernel.store.protocol", "def f(kind):\n    return kind.attribute('id')"),
        (layers.module_state, "mockserver.app", "LEVELS = ['a']\n__all__ = ['b']\nkinds = (1, 2)"),
        (layers.module_state, "mockserver.app", "def f():\n    rows = []\n    return rows"),
    ],
)
def test_what_is_allowed_is_not_a_breach(check: Check, name: str, text: str) -> None:
    assert check(Module(name, text)) == []


@pytest.fixture
def apis(tmp_path: Path) -> Path:
    """One API with one package, and a system with its domain beside two doors."""
    for folder, files in {
        "single_api": ["models", "service/users", "handlers", "conventions"],
        "many_doors": ["models", "service"],
        "many_doors/v1": ["handlers", "conventions"],
        "many_doors/v2": ["handlers"],
    }.items():
        for file in ["__init__", *files]:
            path = tmp_path / "apis" / folder / f"{file}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("API = 1" if file == "__init__" and folder != "many_doors" else "")
    (tmp_path / "apis/single_api/service/__init__.py").touch()
    return tmp_path / "apis"


def test_doors_are_named_after_their_system(apis: Path) -> None:
    assert list(layers.api_packages(apis)) == ["many-doors-v1", "many-doors-v2", "single-api"]


def test_a_missing_room_is_seen(apis: Path) -> None:
    missing = [line for package in layers.api_packages(apis).values() for line in layers.missing_rooms(package, apis)]
    assert missing == ["apis/many_doors/v2 has no conventions"]


def test_a_name_that_is_only_in_one_place_is_seen() -> None:
    assert layers.disagreements(specs={"a", "b"}, fixtures={"a"}, apis={"a", "b"}) == ["b is not in fixtures"]
