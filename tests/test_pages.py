"""The examples of the pages are run, so that they stay true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.face.command import Twin, serving
from tests.support import console, curl
from tests.support.console import Example

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    page
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if console.examples(page.read_text("utf-8"))
]


@pytest.fixture
def untouched() -> Iterator[Twin]:
    """A twin nobody has called."""
    with serving("kopicloud-ad") as twin:
        yield twin


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_examples(page: Path, untouched: Twin, tmp_path: Path) -> None:
    text = page.read_text("utf-8")
    assert console.differences(text, address=untouched.url, folder=tmp_path) == []


@pytest.mark.parametrize("page", ["README.md", "docs/control-plane.md", "docs/apis/kopicloud-ad.md"])
def test_the_pages_that_promise_examples_have_some(page: str) -> None:
    assert ROOT / page in PAGES


def test_the_readme_shows_every_credential_of_the_seed(untouched: Twin) -> None:
    told = untouched.told.credentials["kopicloud-ad"]
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [label for label, line in told.items() if f"`{label}`" not in readme and line not in readme] == []
    assert [line for line in told.values() if f"    {line}\n" not in readme] == []


PAGE = """
```console
$ echo one
one
$ printf 'two words'
two…
…words
```
"""


def test_commands_and_what_they_print_are_told_apart() -> None:
    assert console.examples(PAGE) == [Example("echo one", "one"), Example("printf 'two words'", "two…\n…words")]
    with pytest.raises(ValueError, match="begins with 'one'"):
        console.examples("```console\none\n```\n")


def test_another_output_is_seen(tmp_path: Path) -> None:
    page = (
        f"```console\n$ echo {console.ADDRESS}/x\n{console.ADDRESS}/x\n$ echo 2\n1\n$ cat none\n…No such file…\n```\n"
    )
    (complaint,) = console.differences(page, address="http://127.0.0.1:1", folder=tmp_path)
    assert complaint == "$ echo 2\nsays '1'\nprints '2'"


@pytest.mark.parametrize(
    ("printed", "output", "fits"),
    [("a…d", "abcd", True), ("a…d", "abc", False), ("a.c", "abc", False), ("…", "", True), ("a…", "a\nb", True)],
)
def test_what_may_be_left_out(printed: str, output: str, fits: bool) -> None:
    assert Example("", printed).fits(output) is fits


def test_the_stand_in_for_curl(untouched: Twin) -> None:
    worlds, secret = f"{untouched.url}/__twin__/worlds", untouched.told.credentials["kopicloud-ad"]["twin-admin"]
    assert curl.fetched(["-s", worlds, "-d", '{"name": "w", "seed": "empty"}']) == '{"world":"w"}'
    assert curl.fetched(["-s", "-X", "DELETE", f"{worlds}/w"]) == '{"dropped":"w"}'
    head, _, body = curl.fetched(["-s", "-i", "-H", secret, f"{untouched.url}/api/OU/All"]).partition("\n\n")
    assert head.startswith("HTTP/1.1 200 OK\n")
    assert "\ncontent-type: application/json" in head
    assert body.startswith('{"output":')
