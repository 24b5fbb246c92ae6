"""Databases and the processes on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.state.twins import Process
from tests.support.databases import Databases

Start = Callable[[], Process]


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, databases: Databases) -> str:
    """The address of a new empty database of each kind."""
    return databases.address(request.param)


@pytest.fixture
def start(address: str) -> Iterator[Start]:
    """Starts processes on that database."""
    with ExitStack() as stack:

        def started() -> Process:
            process = Process(address)
            stack.callback(process.close)
            return process

        yield started
