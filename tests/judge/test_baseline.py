"""Baselines: strict when read, kept when written, and what they do to findings."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from contract_tests.baseline import DAYS, UNEXPLAINED, Baseline, Waiver, held, read_baseline, updated, write_baseline
from contract_tests.strict import StrictError

TODAY = date(2026, 11, 25)
API = "kopicloud-ad"
TEXT = """\
version: 1
api: kopicloud-ad
known:
- rule: key-casing
  operation: getGroup
  cause: /result/ouPath
  reason: ticket 12
  until: 2026-12-31
- rule: types
  operation: listUsers
  reason: "yes: ticket 13"
  until: 2026-11-24
"""
KNOWN = ("key-casing", "getGroup", "/result/ouPath")
EXPIRED = ("types", "listUsers", "")
NEW = ("charset", "getUser", "label")


def read(folder: Path, text: str) -> Baseline:
    (folder / "known.yaml").write_text(text, encoding="utf-8")
    return read_baseline(folder / "known.yaml", API)


def test_a_baseline_is_read(tmp_path: Path) -> None:
    first, second = read(tmp_path, TEXT).waivers
    assert (first.key, first.reason, first.until) == (KNOWN, "ticket 12", date(2026, 12, 31))
    assert (second.key, second.reason, second.until) == (EXPIRED, "yes: ticket 13", date(2026, 11, 24))


def test_known_findings_are_waived_until_their_day(tmp_path: Path) -> None:
    got = held(read(tmp_path, TEXT), [KNOWN, EXPIRED, NEW], today=TODAY)
    assert got.waived == {KNOWN: "ticket 12 (until 2026-12-31)"}
    assert got.waivers.expired == ["types at listUsers expired on 2026-11-24: yes: ticket 13"]
    assert got.waivers.unmatched == []


def test_the_last_day_still_counts(tmp_path: Path) -> None:
    for day, waived in ((date(2026, 12, 31), True), (date(2027, 1, 1), False)):
        assert (KNOWN in held(read(tmp_path, TEXT), [KNOWN], today=day).waived) == waived


def test_waivers_of_what_is_mended_are_named(tmp_path: Path) -> None:
    got = held(read(tmp_path, TEXT), [EXPIRED], today=TODAY)
    assert got.waivers.unmatched == ["key-casing at getGroup (/result/ouPath): ticket 12"]


def test_an_update_keeps_reasons_and_days_and_drops_what_is_mended(tmp_path: Path) -> None:
    got = updated(read(tmp_path, TEXT), [NEW, EXPIRED, NEW], today=TODAY)
    assert [(one.key, one.reason, one.until) for one in got.waivers] == [
        (NEW, UNEXPLAINED, TODAY + timedelta(days=DAYS)),
        (EXPIRED, "yes: ticket 13", date(2026, 11, 24)),
    ]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    words = ["yes", "2026-01-01", "a: b # c", "- x", "ü\u2028", "'\"", "{x}", "null", " 1"]
    waivers = tuple(
        Waiver(rule=f"rule-{number}", operation=word, cause=word, reason=word, until=TODAY)
        for number, word in enumerate(words)
    )
    file = tmp_path / "known.yaml"
    write_baseline(Baseline(api=API, waivers=waivers), file)
    assert read_baseline(file, API).waivers == waivers
    assert [one.name for one in tmp_path.iterdir()] == ["known.yaml"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "known.yaml: there is nothing in it"),
        ("[", "known.yaml:1:2: "),
        ("- 1", "known.yaml:1:1: a list where keys and values are expected"),
        ("version: 1", "known.yaml:1:1: 'api' is missing"),
        (TEXT.replace("version: 1", "version: 2"), "known.yaml:1:10: version 2 of baselines is unknown; known: 1"),
        (TEXT.replace("version: 1", "version: one"), "known.yaml:1:10: 'one' where a number is expected"),
        (TEXT.replace("api: kopicloud-ad", "api: other"), "known.yaml:2:6: it is a baseline of 'other'"),
        (
            TEXT.replace("  reason: t", "  reasons: t"),
            "known.yaml:7:12: unknown key 'reasons' (did you mean 'reason'?)",
        ),
        (TEXT.replace("  cause:", "  rule:"), "known.yaml:6:3: key 'rule' stands twice"),
        (TEXT.replace("ticket 12", '" "'), "known.yaml:7:11: ' ' where a text is expected"),
        (TEXT.replace("ticket 12", ""), "nothing where a text is expected"),
        (TEXT.replace("ticket 12", "12"), "known.yaml:7:11: '12' where a text is expected"),
        (TEXT.replace("2026-12-31", "soon"), "known.yaml:8:10: 'soon' is no day such as 2027-01-31"),
        (TEXT.replace("2026-12-31", "2026-13-31"), "known.yaml:8:10: "),
        (TEXT.replace("  until: 2026-12-31\n", ""), "known.yaml:4:3: 'until' is missing"),
        (
            TEXT + TEXT.partition("known:\n")[2],
            "known.yaml:13:3: key-casing at getGroup (/result/ouPath) is there twice",
        ),
        ("? [a]\n: b", "known.yaml:1:3: a key is a word"),
        ("version: !!python/name:os.system 1\napi: kopicloud-ad", "known.yaml:1:10: "),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(StrictError) as error:
        read(tmp_path, text)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StrictError, match=r"gone\.yaml: No such file or directory"):
        read_baseline(tmp_path / "gone.yaml", API)
