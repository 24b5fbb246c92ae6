"""Logfiles: days, names, and the same lines as CSV, JSON and XML."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest

from mockserver.apis.copernica.models.mailings import DETAILS_OF, EVENT_TYPES, MARKETING_SUITE, PUBLISHER, SUITES
from tests.copernica.mailings.post import ANN, BOB, Post, everything, message
from tests.copernica.mailings.test_events import COLUMNS, LOGFILES
from tests.copernica.people import Database, refused
from tests.support.client import Answer, TwinClient

DAY = "2026-03-10"
NAMES = sorted(f"{kind}.{DAY}.log" for kind in COLUMNS)

#: What breaks a format that does not guard against it. XML has no way to write the last two.
HOSTILE = [
    'a "quoted" one',
    "a,b;c",
    "<b>&amp;</b>",
    "]]>",
    "two\nlines",
    "\r\n\t",
    "ümlaut 名 \U0001f600",
    "'",
    "=1+1",
]
UNWRITABLE = ["\x01\x1f", "\ufffe\uffff"]


def got(twin: TwinClient, path: str, media_type: str = "application/json") -> Answer:
    """A successful answer of exactly a media type."""
    answer = twin.get(f"/v1/logfiles{path}")
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == media_type
    return answer


def cells(line: dict[str, Any]) -> list[str]:
    """A JSON line as the text of its cells."""
    return ["" if value is None else str(value) for value in line.values()]


def test_days_and_names(twin: TwinClient, other: TwinClient, post: Post) -> None:
    assert got(twin, "").body == []
    post.send(message(time="2026-03-11 00:00:00"), message(time=f"{DAY} 23:59:59", suite=PUBLISHER))
    post.send(message(time="2026-03-12 10:00:00"), account="Millers")
    assert got(twin, "").body == [DAY, "2026-03-11"]
    assert got(twin, f"/{DAY}").body == [f"pom-attempts.{DAY}.log"]
    assert got(twin, "/2026-03-11").body == ["cdm-attempts.2026-03-11.log"]
    assert got(twin, "/2026-03-12").body == []
    assert got(other, "").body == ["2026-03-12"]


def test_every_kind_has_its_file_with_its_columns(twin: TwinClient, post: Post) -> None:
    post.send(*(message(time=f"{DAY} 10:00:00", suite=suite, events=everything(f"{DAY} 11:00:00")) for suite in SUITES))
    assert got(twin, f"/{DAY}").body == NAMES
    for name in NAMES:
        (line,) = got(twin, f"/{name}/json").body
        assert list(line) == COLUMNS[name.partition(".")[0]]


@pytest.mark.parametrize("suite", SUITES)
def test_a_line_says_what_happened_to_whom(twin: TwinClient, post: Post, database: Database, suite: str) -> None:
    ann = database.profile(Address=ANN)
    post.send(
        message(
            time=f"{DAY} 10:00:00",
            suite=suite,
            database="People",
            tags=["a", "b"],
            events=everything(f"{DAY} 11:00:00"),
        )
    )
    for kind in EVENT_TYPES:
        (line,) = got(twin, f"/{LOGFILES[kind][suite]}.{DAY}.log/json").body
        who = "profileid" if kind == "attempt" else "profile"
        assert (line[who], line["email"], line["tags"]) == (int(ann), ANN, "a;b")
        assert line["time"] == f"{DAY} {'10' if kind == 'attempt' else '11'}:00:00"
        assert line["senderdomain"] == ("letters.example" if suite == PUBLISHER else "mail.example")
        shown = {name: line[name] for name in DETAILS_OF[kind] if name in line}
        assert shown == {name: f"{kind} {name}" for name in shown}
    (click,) = got(twin, f"/{LOGFILES['click'][suite]}.{DAY}.log/json").body
    assert click["header"] == "User-Agent: click user-agent\nReferer: click referer"
    (retry,) = got(twin, f"/{LOGFILES['retry'][suite]}.{DAY}.log/json").body
    assert retry["attempt" if suite == MARKETING_SUITE else "attempts"] == "retry attempts"


def test_ids_are_numbers_or_null_and_all_else_is_text(twin: TwinClient, post: Post) -> None:
    post.send(*(message(time=f"{DAY} 10:00:00", suite=suite, events=everything(f"{DAY} 11:00:00")) for suite in SUITES))
    ids = {"mailingid", "groupid"} | {f"{name}{end}" for end in ("", "id") for name in (
        "profile", "subprofile", "database", "collection", "template", "document")}  # fmt: skip
    for name in NAMES:
        (line,) = got(twin, f"/{name}/json").body
        for column, value in line.items():
            assert isinstance(value, int | None if column in ids else str), (name, column, value)
        assert [line[one] for one in ("profile", "profileid", "subprofile", "subprofileid") if one in line] == [
            None
        ] * 2


def test_all_forms_have_the_same_lines(twin: TwinClient, post: Post) -> None:
    """Whatever stands in them: what XML cannot hold is marked there, and nowhere else."""
    texts = [*HOSTILE, *UNWRITABLE]
    events = [
        {"type": kind, "time": f"{DAY} 11:00:00", "details": dict.fromkeys(DETAILS_OF[kind], text)}
        for kind in EVENT_TYPES
        if kind != "attempt"
        for text in texts
    ]
    names = [f"{text[:1]}@x.example" for text in HOSTILE]
    everybody = [message(name, f"{DAY} 10:00:00", suite=suite) for suite in SUITES for name in names]
    post.send(*everybody, *(message(time=f"{DAY} 10:00:00", suite=suite, events=events) for suite in SUITES))
    for name in NAMES:
        lines = got(twin, f"/{name}/json").body
        assert len(lines) == (len(HOSTILE) + 1 if "attempts" in name else len(texts))
        plain, headed = (got(twin, f"/{name}{end}", "text/csv").content.decode() for end in ("", "/header"))
        header, rows = headed.split("\n", 1)
        assert (header, rows) == (",".join(COLUMNS[name.partition(".")[0]]), plain)
        assert list(csv.reader(io.StringIO(plain, newline=""))) == [cells(line) for line in lines]
        root = ElementTree.fromstring(got(twin, f"/{name}/xml", "application/xml").content)
        assert (root.tag, {record.tag for record in root}) == ("records", {"record"})
        marked = str.maketrans(dict.fromkeys("".join(UNWRITABLE), "\ufffd"))
        shown = [[(cell.tag, cell.text or "") for cell in record] for record in root]
        assert shown == [
            [(column, cell.translate(marked)) for column, cell in zip(line, cells(line), strict=True)] for line in lines
        ]


def test_csv_quotes_what_has_blanks(twin: TwinClient, post: Post, database: Database) -> None:
    """As the document shows it."""
    database.profile(Address=ANN)
    post.send(message(time=f"{DAY} 09:30:00", database="People", tags=["spring", "beans"]))
    text = got(twin, f"/cdm-attempts.{DAY}.log", "text/csv").content.decode()
    key, _, rest = text.partition(",")
    line = got(twin, f"/cdm-attempts.{DAY}.log/json").body[0]
    ids = (line["mailingid"], line["profileid"], "", line["databaseid"], "")
    assert key == line["id"]
    assert rest == f'"{DAY} 09:30:00",{",".join(map(str, ids))},mail.example,{line["templateid"]},spring;beans,{ANN}\n'


def test_lines_come_in_the_order_of_time(twin: TwinClient, post: Post) -> None:
    times = [f"{DAY} {hour:02}:00:00" for hour in (11, 9, 23, 0)]
    post.send(*(message(BOB if at % 2 else ANN, time) for at, time in enumerate(times)))
    assert [line["time"] for line in got(twin, f"/cdm-attempts.{DAY}.log/json").body] == sorted(times)


@pytest.mark.parametrize("end", ["", "/header", "/json", "/xml"])
@pytest.mark.parametrize(
    "name",
    ["cdm-attempts.2026-03-11.log", "cdm-attempts", "CDM-attempts.2026-03-10.log", "x%2F..%2Fy", "2026-03-10.log"],
)
def test_an_unknown_file_is_refused(twin: TwinClient, post: Post, name: str, end: str) -> None:
    post.send(message(time=f"{DAY} 10:00:00"))
    assert "logfile" in refused(twin.get(f"/v1/logfiles/{name}{end}"))


@pytest.mark.parametrize("end", ["", "/header", "/json", "/xml"])
def test_a_file_of_another_account_is_an_unknown_one(twin: TwinClient, other: TwinClient, post: Post, end: str) -> None:
    post.send(message(time=f"{DAY} 10:00:00"))
    path = f"/v1/logfiles/cdm-attempts.{DAY}.log{end}"
    assert twin.get(path).status == 200
    assert "logfile" in refused(other.get(path))
    post.send(message(BOB, f"{DAY} 11:00:00"), account="Millers")
    assert [
        (ANN.encode() in one, BOB.encode() in one) for one in (twin.get(path).content, other.get(path).content)
    ] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-00-00"])
def test_what_looks_like_a_day_and_is_none_is_refused(twin: TwinClient, day: str) -> None:
    assert day in refused(twin.get(f"/v1/logfiles/{day}"))
