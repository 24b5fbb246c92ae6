"""The examples of the pages are run, so that they stay true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
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
def test_examples(page: Path, tmp_path: Path) -> None:
    text = page.read_text("utf-8")
    with ExitStack() as stack:
        real = {api: stack.enter_context(serving(api)).url for api in console.named(text)}
        assert console.differences(text, real=real, folder=tmp_path) == []


@pytest.mark.parametrize(
    ("page", "apis"),
    [
        ("README.md", ["kopicloud-ad", "copernica-v1"]),
        ("docs/control-plane.md", ["kopicloud-ad"]),
        ("docs/apis/kopicloud-ad.md", ["kopicloud-ad"]),
        ("docs/apis/copernica-v1.md", ["copernica-v1"]),
    ],
)
def test_the_pages_that_promise_examples_have_some(page: str, apis: list[str]) -> None:
    assert ROOT / page in PAGES
    assert console.named((ROOT / page).read_text("utf-8")) == apis


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
    first, second = console.ADDRESSES.values()
    page = f"```console\n$ echo {first}/x {second}\n{first}/x {second}\n$ echo 2\n1\n$ cat none\n…No such file…\n```\n"
    real = dict(zip(console.ADDRESSES, ("http://127.0.0.1:1", "http://127.0.0.1:2"), strict=True))
    (complaint,) = console.differences(page, real=real, folder=tmp_path)
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
