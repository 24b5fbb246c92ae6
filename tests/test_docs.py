"""What there is, is documented; what is documented, is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from apitwin.data import api_names, fixtures_dir
from contract_tests.handbook import page
from contract_tests.rules.registry import discover
from mockserver.control.plane import Control
from mockserver.kernel.api import Api
from mockserver.kernel.api import discover as discover_apis
from mockserver.kernel.journal import Journal
from mockserver.kernel.planting import Planting
from mockserver.kernel.seeds import COMMON
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.worlds import Worlds
from tests.support import documents
from tests.support.documents import Verb

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]

#: Lines of a file that fit on a screen without scrolling.
SCREEN = 30


def read(*parts: str) -> str:
    """The text of a page under docs/."""
    return DOCS.joinpath(*parts).read_text("utf-8")


def test_every_verb_has_a_page_and_every_page_a_verb() -> None:
    assert {page.stem for page in (DOCS / "verbs").glob("*.md")} == set(documents.verbs())


@pytest.mark.parametrize("verb", documents.verbs().values(), ids=lambda verb: verb.name)
def test_every_option_is_documented(verb: Verb) -> None:
    assert documents.undocumented(verb, read("verbs", f"{verb.name}.md")) == []


def test_the_index_names_the_options_in_front_of_a_verb() -> None:
    assert documents.unnamed(set(documents.common_options()), read("index.md")) == []


def test_every_api_has_a_page_and_every_page_an_api() -> None:
    assert {page.stem for page in (DOCS / "apis").glob("*.md")} == set(api_names())


@pytest.mark.parametrize("api", discover_apis().values(), ids=lambda api: api.name)
def test_every_setting_is_documented_with_its_default(api: Api) -> None:
    shown = documents.table(documents.section(read("apis", f"{api.name}.md"), "Settings"))
    assert {name: cells[0] for name, cells in shown.items()} == {
        one.name: str(one.default).lower() if one.type is bool else str(one.default) for one in api.settings
    }


@pytest.mark.parametrize("api", discover_apis().values(), ids=lambda api: api.name)
def test_every_seed_and_every_key_of_one_is_documented(api: Api) -> None:
    page = documents.section(read("apis", f"{api.name}.md"), "Seeds")
    files = {file.stem for file in (fixtures_dir() / api.name / "seeds").glob("*.yaml")}
    keys = {*COMMON, *api.seed_schema["properties"]}
    assert documents.listed(page) == files | set(api.generators) | keys
    assert documents.unnamed(documents.properties(api.seed_schema), page) == []


@pytest.mark.parametrize("api", discover_apis().values(), ids=lambda api: api.name)
def test_every_administration_function_is_documented(api: Api) -> None:
    page = documents.section(read("apis", f"{api.name}.md"), "Administration")
    assert documents.listed(page) == set(api.admin)


def test_every_control_route_is_documented_and_every_documented_one_exists() -> None:
    worlds = Worlds(store=MemoryStore())
    planting = Planting(engines={}, worlds=worlds, fixtures=fixtures_dir())
    control = Control(engines={}, worlds=worlds, planting=planting, journal=Journal())
    assert documents.requests(read("control-plane.md")) == {f"{method} {path}" for method, path in control.routes}


def test_the_page_of_the_rules_is_the_one_made_from_them() -> None:
    assert read("rules.md") == page(discover()), "python -m tests.support.rules > docs/rules.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    assert documents.broken_links(page) == []


def test_every_page_is_reached_from_the_index() -> None:
    unreached = {page.resolve() for page in DOCS.rglob("*.md")} - documents.reachable(DOCS / "index.md")
    assert sorted(page.relative_to(DOCS).as_posix() for page in unreached) == []


def test_the_first_screen_of_the_readme_shows_the_two_commands() -> None:
    screen = (ROOT / "README.md").read_text("utf-8").splitlines()[:SCREEN]
    commands = [line.split("#")[0].strip() for line in screen]
    assert "make demo" in commands
    assert "make test" in commands


def test_the_readme_leads_to_the_docs() -> None:
    assert (DOCS / "index.md").resolve() in documents.reachable(ROOT / "README.md")


VERB = Verb("fly", frozenset({"--high", "--fast", "--no-fast"}), frozenset({"BIRD"}), frozenset({"WIND"}))
PAGE = "| `BIRD` | x |\n| `--high H` | x |\n| `--fast` or `--no-fast` | `WIND` |\n"


def test_a_complete_page_passes() -> None:
    assert documents.undocumented(VERB, PAGE) == []


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        (PAGE.replace("| `--high H`", "| --high"), "fly: --high is not in its page"),
        (PAGE.replace(" or `--no-fast`", ""), "fly: --no-fast is not in its page"),
        (PAGE.replace("`BIRD`", "bird"), "fly: BIRD is not in its page"),
        (PAGE.replace("`WIND`", ""), "fly: WIND is not in its page"),
        (PAGE + "| `--higher` | x |\n", "fly has no --higher, its page says so"),
    ],
)
def test_an_incomplete_page_is_seen(page: str, complaint: str) -> None:
    assert documents.undocumented(VERB, page) == [complaint]


def test_a_section_ends_at_the_next_heading() -> None:
    page = "# Page\n\n## One\n\n| `a` | `1` | x |\n| b | 2 |\n### Below\n| `c` | | y |\n\n## Two\n\n| `d` | 4 |\n"
    assert documents.table(documents.section(page, "One")) == {"a": ["1", "x"], "c": ["", "y"]}
    assert documents.table(documents.section(page, "Two")) == {"d": ["4"]}
    with pytest.raises(ValueError, match="no heading '## Three'"):
        documents.section(page, "Three")


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ("[a](other.md) [b](other.md#the-way) [c](https://example.org) [d](#here)\n# Here", []),
        ("[a](gone.md)", ["page.md: gone.md leads nowhere"]),
        ("[a](other.md#gone)", ["page.md: other.md#gone has no such heading"]),
        ("[a](#gone)", ["page.md: #gone has no such heading"]),
        ("[`a` [x]](gone.md)", ["page.md: gone.md leads nowhere"]),
        ("```\n[a](gone.md)\n# gone\n```", []),
    ],
)
def test_a_broken_link_is_seen(text: str, complaints: list[str], tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# Other\n\n## The `way`\n")
    (tmp_path / "page.md").write_text(text)
    assert documents.broken_links(tmp_path / "page.md") == complaints


def test_a_page_nobody_leads_to_is_not_reached(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("[a](a.md)")
    (tmp_path / "a.md").write_text("[b](b.md#x) [index](index.md)")
    for name in ("b.md", "lost.md"):
        (tmp_path / name).touch()
    assert {page.name for page in documents.reachable(tmp_path / "index.md")} == {"index.md", "a.md", "b.md"}
