"""What is printed: complete and copyable without a terminal, alive on one, and never commanded by an answer."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from contract_tests.evidence import Evidence
from contract_tests.findings import Finding
from contract_tests.reports.terminal import SHOWN, Screen, summary
from contract_tests.run import Progress
from tests.judge import verdicts
from tests.judge.verdicts import HOSTILE, exchange, finding, promise, skipped

#: What rich itself sends: colours, and moving about while progress is shown.
OURS = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|[0-9]*[AKG]|2K)")


def printed(*found: Finding, terminal: bool = False, width: int = 80, files: Iterable[Path] = (), **more: Any) -> str:
    """The summary of a verdict."""
    file = io.StringIO()
    summary(verdicts.report(*found, **more), Console(file=file, force_terminal=terminal, width=width), files)
    return file.getvalue()


def step(engine: str = "walk", at: str = "getGroup", done: int = 3) -> Progress:
    return Progress(engine, done, 84, at, 120, 1)


def watched(*steps: Progress, terminal: bool) -> str:
    """What is shown while a run makes these steps."""
    file = io.StringIO()
    with Screen(Console(file=file, force_terminal=terminal, width=120), verdicts.mask()) as screen:
        for one in steps:
            screen.progress(one)
    return file.getvalue()


def test_it_ends_with_the_verdict() -> None:
    assert (
        printed().splitlines()[-1] == "kopicloud-ad at http://127.0.0.1:9999 conforms: no errors, no warnings, no notes"
    )
    last = printed(finding(), finding(evidence=Evidence.CLIENT, rule="types")).splitlines()[-1]
    assert last == "kopicloud-ad at http://127.0.0.1:9999 does not conform: 1 error, 1 warning, no notes"


def test_every_resource_has_a_line() -> None:
    lines = printed(finding(), reached=["getGroup", "listAllGroups"]).splitlines()
    rows = {line.split("  ")[0]: line.split()[-6:] for line in lines}
    assert rows["AD Groups"] == ["10", "2", "6", "1", "0", "0"]
    assert rows["AD Users"] == ["16", "0", "0", "0", "0", "0"]
    assert rows["all"] == [str(len(promise().operations)), "2", "6", "1", "0", "0"]


def test_findings_come_with_what_is_needed_to_try_them() -> None:
    shown = exchange("createUser", {"Username": "ann", "FirstName": "Ann " * 60})
    text = printed(finding(shown, promised="displayName", received="displayname", count=12))
    assert "\n1 error:\n\nerror: key-casing at createUser, 12 times\n  key displayname" in text
    assert "\n  promised: displayName\n  received: displayname\n  answered: 200 OK\n" in text
    (command,) = (line for line in text.splitlines() if "curl" in line)
    assert command.startswith("  curl -sS -X POST")
    assert command.endswith(f"/api/ADUser/ann?FirstName={'Ann%20' * 60}'")


def test_the_gravest_come_first() -> None:
    note = finding(exchange("getUser"), evidence=Evidence.ASSUMED, rule="status-fits-situation")
    warning = finding(evidence=Evidence.CLIENT, rule="envelope-on-refusal")
    text = printed(note, warning, finding())
    assert text.index("1 error:") < text.index("1 warning:") < text.index("1 note:")


def test_many_findings_are_cut_short_but_counted() -> None:
    many = [finding(cause=str(number)) for number in range(max(SHOWN.values()) + 5)]
    text = printed(*many)
    assert text.count("error: key-casing") == 25
    assert "and 5 more errors; the reports have them all" in text
    assert "30 errors:" in text


def test_what_the_run_did_not_keep_is_told() -> None:
    text = printed(leftovers=["user tw1234-ann"], touched=["user b"], stopped="60 s are over")
    assert "not true: nothing was left behind: user tw1234-ann\n" in text
    assert "not true: nothing foreign was touched: user b" in text
    assert "not true: the run came to its end: 60 s are over\n" in text


def test_what_was_not_judged_is_told_by_reason() -> None:
    text = printed(unjudged=[skipped(), skipped("moved"), skipped("types", "x", "no answer has text")])
    assert "not judged, and not counted as passed (3):\n" in text
    assert "  renamed, moved: the API has no such operation (2)\n" in text
    assert "  types: no answer has text (1)\n" in text


def test_it_says_where_the_reports_lie(tmp_path: Path) -> None:
    deep = tmp_path / "a-long-name" / "another-long-name" / "report.html"
    assert f"report: {deep}\n" in printed(files=[deep], width=20)


def test_without_a_terminal_nothing_is_drawn_or_cut() -> None:
    text = printed(finding(), width=10)
    assert "\x1b" not in text
    assert "…" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_on_a_terminal_it_is_coloured() -> None:
    text = printed(finding(), terminal=True)
    assert "\x1b[1;31m" in text
    assert "AD Groups" in text


@pytest.mark.parametrize("terminal", [True, False])
def test_an_answer_cannot_command_the_terminal(terminal: bool) -> None:
    shown = exchange(body=HOSTILE, headers=[(HOSTILE, HOSTILE)])
    hostile = finding(shown, message=HOSTILE, promised=HOSTILE, received=HOSTILE, operation=HOSTILE, waived=HOSTILE)
    hostile.tag = HOSTILE
    more: dict[str, Any] = {
        "unjudged": [skipped(HOSTILE, HOSTILE, HOSTILE)],
        "leftovers": [HOSTILE],
        "stopped": HOSTILE,
    }
    text = printed(hostile, terminal=terminal, width=200, **more) + watched(step(HOSTILE, HOSTILE), terminal=terminal)
    rest = OURS.sub("", text)
    assert "\\x1b[2J" in rest
    assert [char for char in rest if not char.isprintable() and char not in "\n\r"] == []


def test_markup_of_an_answer_is_text() -> None:
    assert "[red]a[/red] [link=x]" in printed(finding(message="[red]a[/red] [link=x]"), terminal=True, width=200)
    assert "[bold]x" in watched(step(at="[bold]x"), terminal=True)


def test_on_a_terminal_each_step_is_shown() -> None:
    text = watched(step(), terminal=True)
    assert "walk" in text
    assert "120 requests, 1 finding" in text
    assert "getGroup" in text
    assert text.rstrip().endswith("\x1b[2K")


def test_without_a_terminal_an_engine_is_one_line_when_it_has_ended() -> None:
    steps = [step(done=1), step(done=84), step("fuzz", done=1), step("fuzz", done=7)]
    assert watched(*steps, terminal=False).splitlines() == [
        "walk: 84 of 84 steps, 120 requests so far, 1 finding",
        "fuzz: 7 of 84 steps, 120 requests so far, 1 finding",
    ]


def test_a_run_that_breaks_off_gives_the_cursor_back() -> None:
    file = io.StringIO()
    screen = Screen(Console(file=file, force_terminal=True, width=120), verdicts.mask())
    screen.__enter__().progress(step())
    screen.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert file.getvalue().rindex("\x1b[?25h") > file.getvalue().rindex("\x1b[?25l")
