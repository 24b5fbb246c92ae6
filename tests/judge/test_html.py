"""The page for people: complete, self-contained, and harmless whatever the target answers."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from contract_tests.evidence import Evidence
from contract_tests.exchange import Expectation
from contract_tests.findings import Finding
from contract_tests.reports import html
from contract_tests.reports.markup import Markup, element, joined
from contract_tests.verdict import Verdict
from tests.judge import verdicts
from tests.judge.verdicts import HOSTILE, exchange, finding, promise, skipped

VOID = {"meta", "link", "br", "hr", "col"}


class Page(HTMLParser):
    """A page taken apart: its elements, their attributes, its text; fails on a tag that is not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """Attributes of the elements of a kind that have these values."""
        return [found for name, found in self.elements if name == tag and attributes.items() <= found.items()]


def parts(page: Page) -> tuple[set[str], set[str]]:
    """What a page is made of: kinds of elements, names of attributes."""
    return {tag for tag, _ in page.elements}, {name for _, found in page.elements for name in found}


def page(*found: Finding, **more: Any) -> Page:
    """The page of a verdict."""
    return Page(html.page(verdicts.report(*found, **more)))


@pytest.fixture
def rich() -> Finding:
    """A finding with everything a finding can have."""
    shown = exchange(
        "createUser",
        {"Username": "ann", "FirstName": "Ann"},
        body='{"output":"made","result":{"displayname":"Ann"}}',
        expect=Expectation("success", "made for the test"),
        number=41,
    )
    return finding(
        shown,
        promised="displayName",
        received="displayname",
        cause="/result/displayname",
        steps=[exchange("getUser", status=404, number=40), shown],
        count=12,
    )


@pytest.mark.parametrize(
    "part",
    [
        "does not conform",
        "1 error",
        "createUser ×12",
        "promised displayName",
        "received displayname",
        "Keys are spelled exactly as promised (key-casing)",
        "source properties of the response schema",
        "evidence documented",
        "place /result/displayname",
        "request 41 (walk), made for success: made for the test",
        "POST /api/ADUser/ann?FirstName=Ann Auth-Token: ***",
        '200 OK content-type: application/json { "output": "made", "result": { "displayname": "Ann" } }',
        'curl -sS -X POST -H "Auth-Token: $APITWIN_TOKEN"',
        "2 steps that led there",
        "404 Not Found",
        "AD Users",
        "renamed the API has no such operation user, group",
    ],
)
def test_it_tells_everything(rich: Finding, part: str) -> None:
    assert part in page(rich, unjudged=[skipped(), skipped(subject="group")]).text


def test_a_clean_run_says_so() -> None:
    text = page().text
    assert text.startswith("kopicloud-ad conforms")
    assert "Findings None." in text
    assert "Everything was judged." in text
    assert "not conform" not in text
    assert "Not true" not in text


def test_what_the_run_did_not_keep_is_told() -> None:
    text = page(reached=list(promise().operations)[1:], leftovers=["user a"], touched=["user b"], stopped="over").text
    assert "Not true: the run came to its end. over" in text
    assert "Not true: every operation was reached. listComputersInOu" in text
    assert "Not true: nothing was left behind. user a" in text
    assert "Not true: nothing foreign was touched. user b" in text
    assert "83 of 84 operations reached" in text


def test_the_matrix_shows_every_operation_and_status() -> None:
    verdict: Verdict = verdicts.verdict(reached=["getGroup"])
    verdict.coverage.statuses["getGroup"].update({418: 3})
    text = Page(html.page(verdicts.shown(verdict))).text
    assert "operation 200 400 401 403 404 418" in text
    assert "getGroup GET /api/ADGroups/{GroupName} 2 · 1 · · 3!" in text
    assert "login POST /api/Login · · ·" in text
    for name in promise().operations:
        assert name in text


def test_the_gravest_come_first_and_only_errors_are_open() -> None:
    note = finding(exchange("getUser"), evidence=Evidence.ASSUMED, rule="status-fits-situation")
    warning = finding(exchange("createUser"), evidence=Evidence.CLIENT, rule="envelope-on-refusal")
    shown = [one for one in page(note, warning, finding()).all("details") if "finding" in (one.get("class") or "")]
    assert [(one["class"], "open" in one) for one in shown] == [
        ("finding error", True),
        ("finding warning", False),
        ("finding note", False),
    ]


def test_hostile_answers_are_text() -> None:
    shown = exchange(body=f"<b>{HOSTILE}", headers=[(HOSTILE, HOSTILE)], expect=Expectation(HOSTILE, HOSTILE))
    hostile = finding(
        shown, message=HOSTILE, promised=HOSTILE, received=HOSTILE, cause=HOSTILE, operation=HOSTILE, steps=[shown]
    )
    hostile.tag = HOSTILE
    taken = page(hostile, unjudged=[skipped(HOSTILE, HOSTILE, HOSTILE)], leftovers=[HOSTILE], stopped=HOSTILE)
    clean = page(finding(steps=[exchange()]), unjudged=[skipped()], leftovers=["a"], stopped="b")
    assert parts(taken) == parts(clean)
    assert "</pre><script>alert(1)</script>\\x1b[2J" in taken.text


def test_nothing_is_loaded_run_or_sent(rich: Finding) -> None:
    text = html.page(verdicts.report(rich, unjudged=[skipped()]))
    taken = Page(text)
    tags = {tag for tag, _ in taken.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    links = [found["href"] or "" for found in taken.all("a")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert {link[1:] for link in links} == {found["id"] for found in taken.all("section")}
    assert not any(name.startswith("on") or name in ("src", "style") for _, found in taken.elements for name in found)
    assert re.search(r"url\(|@import|expression", text) is None
    (policy,) = taken.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert (policy["content"] or "").startswith("default-src 'none'")


def test_it_suits_a_phone_paper_and_the_dark() -> None:
    text = html.page(verdicts.report())
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text
    for condition in ("@media print", "@media (prefers-color-scheme: dark)"):
        assert condition in text
    assert len(Page(text).all("div", **{"class": "scroll"})) == len(Page(text).all("table"))


def test_it_is_written_as_utf_8(tmp_path: Path, rich: Finding) -> None:
    path = html.write(verdicts.report(rich), tmp_path)
    assert path.name == "report.html"
    assert path.read_bytes().decode("utf-8").startswith("<!doctype html>\n")


def test_long_answers_are_cut() -> None:
    text = page(finding(exchange(body="x" * 3_000_000))).text
    assert "(3000000 bytes in all)" in text
    assert len(text) < 60_000


def test_plain_text_is_escaped_and_markup_is_not() -> None:
    inner = element("b", "<i>", title='"x"')
    assert inner == '<b title="&quot;x&quot;">&lt;i&gt;</b>'
    assert joined([inner, "&"]) == f"{inner}&amp;"
    assert element("p", inner, hidden=True, open=False) == f"<p hidden>{inner}</p>"
    assert isinstance(inner, Markup)
