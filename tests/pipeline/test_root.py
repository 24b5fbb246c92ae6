"""The composition root: which world, which API, or the operator's side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.app import Options, Root, build
from mockserver.control.plane import Control
from mockserver.kernel.build import Door
from mockserver.kernel.journal import Journal
from mockserver.kernel.planting import Planting
from mockserver.kernel.settings import SettingError
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.swagger import Swagger
from mockserver.kernel.worlds import Worlds
from tests.support import mini
from tests.support.client import Answer, Client, scope_of


class Served:
    """The mini API under one name, or twice under two, with a world `default` and a world `other`."""

    def __init__(self, *names: str) -> None:
        store, journal = MemoryStore(), Journal()
        worlds = Worlds(store=store)
        for world in ("default", "other"):
            worlds.create(world, lambda transaction: None)
        engine = mini.engine(store)
        engines = dict.fromkeys(names, engine)
        planting = Planting(engines=engines, worlds=worlds, fixtures=Path())
        self.app = Root(
            doors={name: Door(engine=engine, journal=journal, check_world=worlds.check) for name in names},
            pages={name: Swagger(engine=engine) for name in names},
            control=Control(engines=engines, worlds=worlds, planting=planting, journal=journal),
            worlds=worlds,
        )
        self.journal = journal
        self._client = Client(self.app)

    def ask(self, method: str, target: str, *worlds: bytes) -> Answer:
        """A request with these `Twin-World` headers."""
        lines = [(b"x-token", b"good"), *((b"twin-world", world) for world in worlds)]
        answer = self._client.talk(scope_of(method, target, lines), [b""])
        assert answer is not None
        return answer

    def close(self) -> None:
        """End the client."""
        self._client.close()


@pytest.fixture
def alone() -> Iterator[Served]:
    """One API, at the root."""
    served = Served("mini")
    yield served
    served.close()


@pytest.fixture
def several() -> Iterator[Served]:
    """Two APIs, each under its name."""
    served = Served("mini", "mini-too")
    yield served
    served.close()


def test_a_world_is_chosen_by_header_or_prefix(alone: Served) -> None:
    assert alone.ask("POST", "/Things/x", b"other").status == 200
    assert alone.ask("GET", "/Things/All").body == {"result": []}
    assert alone.ask("GET", "/Things/All", b"other").body == {"result": ["x"]}
    assert alone.ask("GET", "/__world__/other/Things/All").body == {"result": ["x"]}
    assert alone.ask("GET", "/__world__/default/Things/All").body == {"result": []}


def test_the_prefix_wins_over_the_header_and_the_first_header_over_the_second(alone: Served) -> None:
    alone.ask("POST", "/Things/x", b"other")
    assert alone.ask("GET", "/__world__/other/Things/All", b"default").body == {"result": ["x"]}
    assert alone.ask("GET", "/Things/All", b"other", b"default").body == {"result": ["x"]}


@pytest.mark.parametrize("name", ["other", "%6fther", "%6F%74%68%65%72"])
def test_a_world_in_the_path_may_be_percent_encoded(alone: Served, name: str) -> None:
    assert alone.ask("GET", f"/__world__/{name}/Things/All").status == 200


@pytest.mark.parametrize(
    "name", [b"", b"nowhere", b"Other", b"other ", b"\xff\xfe", b"a/b", b"..", b"x" * 100_000, b"planted of other"]
)
def test_an_unknown_world_is_told_in_the_envelope_and_leaves_no_trace(alone: Served, name: bytes) -> None:
    """The last name is how the twin itself keeps what a world is reset to."""
    answer = alone.ask("GET", "/Things/All", name)
    assert (answer.status, list(answer.body)) == (404, ["error"])
    assert answer.body["error"].startswith("no world ")
    assert list(alone.journal.entries(name.decode("latin-1"))) == []


def test_the_nearest_world_is_suggested(alone: Served) -> None:
    assert "did you mean 'other'?" in alone.ask("GET", "/Things/All", b"othr").body["error"]


@pytest.mark.parametrize(
    "target",
    [
        "/__world__/",
        "/__world__/nowhere/Things/All",
        "/__world__/%FF%zz/Things/All",
        "/__world__/planted%20of%20other/Things/All",
    ],
)
def test_a_prefix_with_no_known_world_is_told_in_the_envelope(alone: Served, target: str) -> None:
    answer = alone.ask("GET", target)
    assert (answer.status, answer.body["error"][:9]) == (404, "no world ")


@pytest.mark.parametrize(
    "target",
    [
        "/__world__",
        "/__world__/other",
        "/__world__/other/",
        "/__WORLD__/other/Things/All",
        "/__world__/other/__twin__/health",
        "/__world__/other/__world__/other/Things/All",
        "/__twin__evil",
        "/__twin__x/health",
        "//__twin__/health",
        "/%5f_twin__/health",
    ],
)
def test_what_only_looks_like_a_prefix_is_a_path_of_the_api(alone: Served, target: str) -> None:
    answer = alone.ask("GET", target)
    assert (answer.status, list(answer.body)) == (404, ["error"])
    assert answer.body["error"].startswith("no operation at ")


@pytest.mark.parametrize("target", ["/__twin__/health", "/__twin__/worlds"])
def test_the_control_plane_has_addresses_of_its_own(alone: Served, target: str) -> None:
    assert alone.ask("GET", target, b"nowhere").status == 200


@pytest.mark.parametrize("target", ["/__twin__", "/__twin__/", "/__twin__/nothing", "/__twin__/health/"])
def test_what_the_control_plane_does_not_have_is_told_in_json(alone: Served, target: str) -> None:
    answer = alone.ask("GET", target)
    assert (answer.status, list(answer.body)) == (404, ["error"])


def test_several_apis_have_an_address_each(several: Served) -> None:
    assert several.ask("POST", "/mini/Things/x").status == 200
    assert several.ask("GET", "/mini-too/Things/All").body == {"result": ["x"]}
    assert several.ask("GET", "/__world__/other/mini/Things/All").body == {"result": []}


@pytest.mark.parametrize("target", ["/", "/Things/All", "/minj/Things/All", "/MINI/Things/All", "*", "/%FF/x"])
def test_an_address_of_no_api_suggests_one(several: Served, target: str) -> None:
    answer = several.ask("GET", target)
    assert (answer.status, list(answer.body)) == (404, ["error"])
    assert "mini" in answer.body["error"]


def test_the_pages_are_served_and_no_other_file_is(alone: Served) -> None:
    assert alone.ask("GET", "/ui/").headers["content-type"].startswith("text/html")
    assert alone.ask("GET", "/ui/swagger-ui.css").status == 200
    assert alone.ask("GET", "/openapi.json").body["openapi"] == "3.0.3"
    for target in ("/ui/nothing.js", "/ui/../app.py", "/ui/%2e%2e/app.py", "/ui//", "/ui/index.html/"):
        answer = alone.ask("GET", target)
        assert (answer.status, list(answer.body)) == (404, ["error"]), target


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_pages_are_only_read(alone: Served, method: str) -> None:
    assert alone.ask(method, "/openapi.json").status == 404


def test_pages_of_an_unknown_world_are_not_there(alone: Served) -> None:
    answer = alone.ask("GET", "/openapi.json", b"nowhere")
    assert (answer.status, answer.body["error"][:9]) == (404, "no world ")


def test_a_setting_nobody_has_is_told_with_the_nearest_of_all() -> None:
    with pytest.raises(SettingError, match=r"^unknown setting 'license' \(did you mean 'licence'\?\)$"):
        build(["copernica-v1", "kopicloud-ad"], Options(settings={"license": "trial"}))
