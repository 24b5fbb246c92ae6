"""The summary for job pages: bounded, and nothing in it is markup of others."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from contract_tests.findings import Finding
from contract_tests.reports import markdown
from tests.judge import verdicts
from tests.judge.verdicts import HOSTILE, exchange, finding, promise, skipped


def page(*found: Finding, **more: Any) -> str:
    """The summary of these findings."""
    return markdown.page(verdicts.report(*found, **more))


def read(text: str) -> str:
    """What a reader sees of it."""
    return unescape(re.sub(r"<!-- -->|</?(?:code|details|summary)>", "", text))


@pytest.mark.parametrize(
    "part",
    [
        "## KopiCloud AD API does not conform",
        "**1 error, no warnings, no notes**, 1 waived finding",
        "84 of 84 operations reached",
        "252 requests in 12.5 s",
        "Target http://127.0.0.1:9999, mode additive, seed 7.",
        "**Not true: nothing was left behind.** user a",
        "| AD Groups | 10 | 10 | 30 | 1 |  |  |",
        "error: key-casing at getGroup ×3: key displayname is spelled differently",
        "error: types at getUser (waived: ticket 12): key",
        "- promised: displayName",
        "- promised at: specs/kopicloud-ad/paths/groups.yaml:",
        '- try it: curl -sS -X GET -H "Auth-Token: $APITWIN_TOKEN"',
        "Not judged, and not counted as passed: 2",
        "- the API has no such operation: moved, renamed",
    ],
)
def test_it_tells(part: str) -> None:
    found = [
        finding(count=3, promised="displayName", received="displayname"),
        finding(exchange("getUser"), rule="types", waived="ticket 12"),
    ]
    assert part in read(page(*found, leftovers=["user a"], unjudged=[skipped(), skipped("moved")]))


def test_a_clean_run_is_short() -> None:
    text = read(page())
    assert "## KopiCloud AD API conforms" in text
    assert "details" not in page()
    assert "Not " not in text


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "**bold** _it_ `code` ~~gone~~ | cell",
        "[a](http://evil.example) ![b](x) <http://evil.example> http://evil.example www.evil.example",
        "@everyone #12 owner/repo#3 a@evil.example",
        "line\n\n# heading\n- item\n> quote\n```\nfence",
        "</details></code><h1>big</h1>",
        "$math$ :tada: \\* &lt;b&gt;",
    ],
)
def test_text_of_others_stays_text(text: str) -> None:
    shown = exchange(body=text, headers=[("x", text)])
    harmless = page(finding(message="x", promised="x", received="x", waived="x", cause="x"), leftovers=["x"])
    hostile = page(
        finding(shown, message=text, promised=text, received=text, waived=text, cause=text), leftovers=[text]
    )
    assert tags(hostile) == tags(harmless)
    inserted = [line for line in hostile.splitlines() if line not in harmless.splitlines()]
    for line in inserted:
        bare = re.sub(r"&#\d+;(?:<!-- -->)?|</?(?:code|details|summary)>|^- |\*\*", "", line)
        assert not set(bare) & set("*_`~|[]<>@#\\$&!{}+"), line
        assert not any(begins in bare for begins in ("://", "www.", ":tada:")), line


def tags(text: str) -> list[str]:
    """The tags of a page in their order, comments left out."""
    return re.findall(r"</?\w+>", text)


def test_it_fits_however_much_there_is() -> None:
    text = "\U0001f600<>" * 1_000
    found = [finding(message=text, promised=text, received=text, cause=str(number)) for number in range(400)]
    many = [skipped(why=f"reason {number} {text}") for number in range(400)]
    whole = page(*found, leftovers=[text] * 400, unjudged=many)
    assert len(whole.encode()) < 1024 * 1024
    assert re.search(r"\n\d+ more findings: the other reports have them all\.\n", whole)
    assert "and 350 more" in whole


def test_every_resource_has_a_line() -> None:
    text = read(page())
    for tag in {one.tag for one in promise().operations.values()}:
        assert f"| {tag} | " in text
