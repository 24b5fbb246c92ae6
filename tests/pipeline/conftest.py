"""Every test of a door runs with the lane on, its short way first or not, and with the lane off: the answers are the
same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pipeline.world import World
from tests.support import mini
from tests.support.databases import Databases


@pytest.fixture(params=["at once", "lane", "connexion"])
def world(request: pytest.FixtureRequest, databases: Databases, store_name: str) -> Iterator[World]:
    """The mini API, asked through the lane, at once or not, or through connexion alone."""
    way = request.param
    world = World(lane=way != "connexion", at_once=way == "at once", store=databases.store(store_name, mini.API.kinds))
    yield world
    world.close()
