"""Shared by the tests of the judge: the promise it judges by, a served twin, and one that is broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from apitwin.data import specs_dir
from contract_tests.credentials import Credentials, from_environment
from contract_tests.promise import Promise, load
from contract_tests.targets import AsgiTarget
from mockserver.app import Twin as App
from tests.conftest import credential
from tests.face.command import Twin, serving
from tests.judge.broken import breaking


@pytest.fixture(scope="session")
def kopicloud_promise() -> Promise:
    """The promise of the KopiCloud AD API, as the judge reads it."""
    return load(specs_dir() / "kopicloud-ad")


@pytest.fixture(scope="session")
def served() -> Iterator[Twin]:
    """The twin of the KopiCloud AD API with the baseline seed, in a process of its own."""
    with serving("kopicloud-ad") as twin:
        yield twin


@pytest.fixture(scope="session")
def broken(served: Twin) -> Iterator[str]:
    """The address of the same twin behind a server that spells one key of its groups differently."""
    with breaking(served.url, b'"ouPath":', b'"oupath":', under="/api/ADGroups") as address:
        yield address


@pytest.fixture
def credentials(kopicloud: App) -> Credentials:
    """What a run in this process is given: one credential that is good for everything, and one of each other sort."""
    names = {"APITWIN_TOKEN": "twin-admin", "APITWIN_EXPIRED_TOKEN": "twin-expired"}
    return from_environment({variable: credential(kopicloud, label) for variable, label in names.items()})


@pytest.fixture
def target(kopicloud: App, world_names: Iterator[str]) -> Iterator[AsgiTarget]:
    """A fresh copy of the baseline world, as a target in this process."""
    name = next(world_names)
    kopicloud.worlds.fork("default", name)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [*scope.get("headers", ()), (b"twin-world", name.encode())]
        await kopicloud.app({**scope, "headers": headers}, receive, send)

    target = AsgiTarget(app, address=name)
    yield target
    target.close()
    kopicloud.worlds.drop(name)
