"""APIs are found wherever under `mockserver.apis` they lie."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import mockserver.apis
from apitwin import data
from mockserver.kernel.api import UnknownApi, discover, find
from mockserver.kernel.store.protocol import StoreError
from mockserver.kernel.store.query import QueryError

DOOR = """
from dataclasses import replace
from mockserver.apis.twofold.models import KINDS
from tests.support import mini
API = replace(mini.API, name={name!r}, kinds=KINDS)
"""


@pytest.fixture
def twofold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system with two doors, its models beside them."""
    files = {
        "twofold/__init__.py": "",
        "twofold/models.py": "from tests.support import mini\nKINDS = (mini.THINGS,)\n",
        "twofold/v1/__init__.py": DOOR.format(name="twofold-v1"),
        "twofold/v2/__init__.py": DOOR.format(name="twofold-v2"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(mockserver.apis, "__path__", [*mockserver.apis.__path__, str(tmp_path)])
    for name in ("", ".models", ".v1", ".v2"):
        monkeypatch.delitem(sys.modules, f"mockserver.apis.twofold{name}", raising=False)


@pytest.mark.usefixtures("twofold")
def test_a_system_may_have_several_doors() -> None:
    found = discover()
    assert {"twofold-v1", "twofold-v2"} <= found.keys()
    assert "twofold" not in found
    assert [api.name for api in find(["twofold-v2"])] == ["twofold-v2"]


SERVICE = """
from dataclasses import dataclass
from mockserver.kernel.store.protocol import Kind
from mockserver.kernel.store.query import {imported}

@dataclass(frozen=True, slots=True)
class Bolt:
    id: str
    width: int
    labels: tuple[str, ...] = ()

BOLTS = Kind("twofold.bolt", Bolt, unique=(("width",),))
{declared}

def narrow(work):
    return work.store.select(BOLTS, Less(WIDTH, 3))
"""


@pytest.mark.usefixtures("twofold")
@pytest.mark.parametrize(
    ("imported", "declared", "error", "message"),
    [
        (
            "Less",
            'WIDTH = BOLTS.attribute("widht")',
            StoreError,
            r"^twofold.bolt: no attribute 'widht' \(did you mean 'width'\?\); declared: id, width$",
        ),
        ("Less", 'WIDTH = BOLTS.attribute("labels")', StoreError, "^twofold.bolt: 'labels' holds no scalar"),
        ("Less", 'ONE = BOLTS.unique_key("id")', StoreError, "^twofold.bolt: id is not declared unique; .*: width$"),
        (
            "Less, Order",
            'BY_WIDTH = Order("width")',
            QueryError,
            "^'width' is no attribute of a kind; take it from one",
        ),
        ("Lesser", 'WIDTH = BOLTS.attribute("width")', ImportError, "^cannot import name 'Lesser' from .*store.query"),
    ],
)
def test_an_api_whose_queries_have_no_meaning_does_not_load(
    tmp_path: Path, imported: str, declared: str, error: type[Exception], message: str
) -> None:
    service = SERVICE.format(imported=imported, declared=declared)
    (tmp_path / "twofold" / "models.py").write_text(service + "KINDS = (BOLTS,)\n")
    with pytest.raises(error, match=message):
        discover()


def test_a_mistyped_name_suggests_the_nearest() -> None:
    with pytest.raises(UnknownApi, match=r"unknown API 'kopicloud_ad' \(did you mean 'kopicloud-ad'\?\)"):
        find(["kopicloud_ad"])


def test_a_promise_without_a_twin_is_told_from_a_mistyped_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "someday-v1").mkdir()
    (tmp_path / "someday-v1" / "openapi.yaml").touch()
    monkeypatch.setattr(data, "specs_dir", lambda: tmp_path)
    with pytest.raises(
        UnknownApi, match=r"someday-v1 has a promise, but no twin yet; there are twins of: .*kopicloud-ad"
    ):
        find(["someday-v1"])
