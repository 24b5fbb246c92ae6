"""Events, their windows and tags, and logfiles in all their forms."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import header_of, query
from contract_tests.planted.fault import fault, patched, returning
from contract_tests.planted.wire import Answer, answers
from mockserver.apis.copernica.service import events
from mockserver.apis.copernica.v1.handlers import lines

STORY = "story"
AGREE = "events-agree"
ASSUMED = Evidence.ASSUMED
EVENTS = (
    "listProfileEvents", "listSubprofileEvents", "listMessageEvents", "listOldMessageEvents", "listTemplateEvents",
    "listOldTemplateEvents", "listOldDocumentEvents", "listEmailEvents", "listTagEvents",
)  # fmt: skip
_DAY = timedelta(days=1)


def _window(change: Any) -> Any:
    return patched(events, "window", returning(lambda found, **_: change(found)))


def _unlimited(good: Any) -> Any:
    """Two days may be farther apart than a month."""

    def window(*, start: Any, end: Any, default: Any) -> Any:
        found = good(start=start, end=end, default=default)
        return events.Window(start, end) if start and end else found

    return window


def _start_ignored(good: Any) -> Any:
    return lambda *, start, end, default: good(start=None, end=end, default=default)


def _end_ignored(good: Any) -> Any:
    return lambda *, start, end, default: good(start=start, end=None, default=default)


def _any_tag(_: Any) -> Any:
    return lambda found, tags: [one for one in found if not tags or set(tags) & set(one.tags)]


def _body(change: Any) -> Any:
    """The text of a good answer that is no JSON changed: names of logfiles stand at the same address."""

    def changed(_: Any, got: Answer) -> Answer:
        text = got.good and "json" not in (header_of(got, "content-type") or "")
        return got.with_body(change(got.body.decode()).encode()) if text else got

    return changed


def _rows(change: Any) -> Any:
    def changed(_: Any, got: Answer) -> Answer:
        return got.with_json(change(got.json)) if got.good and isinstance(got.json, list) else got

    return changed


def _other_day(_: Any, got: Answer) -> Answer:
    """Names of logfiles, which stand at the address of logfiles, with one of another day."""
    names = got.good and "json" in (header_of(got, "content-type") or "")
    return got.with_json([*got.json, "cdm-attempts.1999-01-01.log"]) if names else got


def _last_line_lost(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-1])


def _first_line_twice(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:1]) + text


def _ids_as_text(rows: Any) -> Any:
    return [{k: str(v) if isinstance(v, int) else v for k, v in one.items()} for one in rows]


def _in_data(rows: Any) -> Any:
    return [{"event": one["event"], "data": {k: v for k, v in one.items() if k != "event"}} for one in rows]


def _first_column_moved(good: Any) -> Any:
    return {name: (*columns[1:], columns[0]) for name, columns in good.items()}


def _last_cells_lost(text: str) -> str:
    return "".join(f"{line.rpartition(',')[0]}\n" for line in text.splitlines())


def _looks(rows: Any) -> Any:
    """Events that say impression where they are to say open."""
    return [{**one, "event": "impression"} if one["event"] == "open" else one for one in rows]


def _of_one_product(rows: Any) -> Any:
    return [one for one in rows if "groupid" not in one]


def _long_months(good: Any) -> Any:
    """One day alone means three months."""

    def window(*, start: Any, end: Any, default: Any) -> Any:
        found = good(start=start, end=end, default=default)
        if start is None and end is not None:
            return replace(found, first=events.shifted(end, -3))
        return replace(found, end=events.shifted(start, 3)) if start is not None and end is None else found

    return window


def _last_week(good: Any) -> Any:
    """Without a window, events are those of a week."""
    return lambda work: replace(good(work), first=good(work).end - 7 * _DAY)


def _tags_folded(_: Any) -> Any:
    def carries(one: Any, tags: Any) -> bool:
        return {tag.lower() for tag in tags} <= {tag.lower() for tag in one.tags}

    return lambda found, tags: [one for one in found if carries(one, tags)]


FAULTS = (
    fault(
        "events-of-the-end",
        "the last day of a window belongs to it",
        STORY,
        _window(lambda one: replace(one, end=one.end + _DAY)),
    ),
    fault(
        "events-without-the-start",
        "the first day of a window does not belong to it",
        STORY,
        _window(lambda one: replace(one, first=one.first + _DAY)),
    ),
    fault("events-start-ignored", "start has no effect on events", STORY, patched(events, "window", _start_ignored)),
    fault("events-end-ignored", "end has no effect on events", STORY, patched(events, "window", _end_ignored)),
    fault(
        "events-unlimited",
        "a window of events may be longer than a month",
        STORY,
        patched(events, "window", _unlimited),
    ),
    fault("events-any-tag", "one of several tags is enough", STORY, patched(events, "_tagged", _any_tag)),
    fault(
        "events-tags-ignored",
        "tags have no effect on events",
        STORY,
        query(lambda pairs: tuple(one for one in pairs if one[0] != "tags"), *EVENTS),
    ),
    fault(
        "events-in-data",
        "the columns of an event lie below data",
        STORY + " missing-key undocumented-key",
        answers(_rows(_in_data), *EVENTS),
    ),
    fault(
        "events-without-kind",
        "an event does not say what it is",
        STORY + " missing-key",
        answers(_rows(lambda rows: [{k: v for k, v in one.items() if k != "event"} for one in rows]), *EVENTS),
    ),
    fault(
        "events-in-an-envelope",
        "events are listed in an envelope",
        STORY + " types",
        answers(
            lambda asked, got: (
                got.with_json({"start": 0, "limit": 100, "count": len(got.json), "data": got.json}) if got.good else got
            ),
            *EVENTS,
        ),
    ),
    fault("csv-last-row", "CSV lacks the last row", "forms-agree", answers(_body(_last_line_lost), "getLogfileCsv")),
    fault(
        "csv-with-header",
        "CSV has a header that was not asked for",
        "forms-agree",
        answers(_body(lambda text: "id,time\n" + text), "getLogfileCsv"),
    ),
    fault(
        "csv-header-missing",
        "CSV with a header has none",
        "forms-agree",
        answers(_body(lambda text: "".join(text.splitlines(keepends=True)[1:])), "getLogfileCsvWithHeader"),
    ),
    fault(
        "csv-semicolons",
        "CSV is parted by semicolons",
        "forms-agree",
        answers(_body(lambda text: text.replace(",", ";")), "getLogfileCsv", "getLogfileCsvWithHeader"),
    ),
    fault(
        "csv-unquoted",
        "blanks are not quoted in CSV",
        "forms-agree",
        answers(_body(lambda text: text.replace('"', "")), "getLogfileCsv", "getLogfileCsvWithHeader"),
    ),
    fault("csv-row-twice", "CSV has a row twice", "forms-agree", answers(_body(_first_line_twice), "getLogfileCsv")),
    fault(
        "json-last-row",
        "JSON lacks the last row",
        "forms-agree",
        answers(_rows(lambda rows: rows[:-1]), "getLogfileJson"),
    ),
    fault(
        "json-ids-as-text", "ids are texts in JSON", "forms-agree types", answers(_rows(_ids_as_text), "getLogfileJson")
    ),
    fault(
        "json-backwards",
        "JSON has the rows backwards",
        "forms-agree",
        answers(_rows(lambda rows: rows[::-1]), "getLogfileJson"),
    ),
    fault(
        "xml-last-row",
        "XML lacks the last row",
        "forms-agree",
        answers(
            _body(
                lambda text: re.sub(
                    r"<record>(?:(?!<record>).)*</record>\n?</records>", "</records>", text, flags=re.DOTALL
                )
            ),
            "getLogfileXml",
        ),
    ),
    fault(
        "xml-other-names",
        "XML calls a row a row",
        "forms-agree",
        answers(_body(lambda text: text.replace("record>", "row>")), "getLogfileXml"),
    ),
    fault(
        "xml-unescaped",
        "XML that nobody can read",
        "forms-agree",
        answers(_body(lambda text: text.replace("</record>", "&</record>")), "getLogfileXml"),
    ),
    fault(
        "columns-in-another-order",
        "columns of logfiles stand in another order",
        "forms-agree",
        patched(lines, "COLUMNS", _first_column_moved),
    ),
    fault(
        "csv-column-lost",
        "CSV lacks the last column",
        "forms-agree",
        answers(_body(_last_cells_lost), "getLogfileCsv", "getLogfileCsvWithHeader"),
    ),
    fault(
        "logfiles-of-all-days",
        "a day lists the logfiles of all days",
        STORY,
        answers(_other_day, "getLogfileCsv"),
    ),
    fault(
        "dates-twice",
        "a day with logfiles is listed twice",
        "no-item-twice",
        answers(_rows(lambda rows: [*rows[:1], *rows]), "listLogfileDates"),
    ),
    fault(
        "unknown-logfile-empty",
        "a logfile that is not there is empty",
        STORY + " absent-is-not-found",
        answers(
            lambda asked, got: (
                replace(got, status=200).with_body(b"[]")
                if got.status == 400 and asked.argument("filename") != "" and b"logfile" in got.body
                else got
            ),
            "getLogfileJson",
        ),
        evidence=ASSUMED,
    ),
    fault("events-of-looks", "open is called impression", AGREE, answers(_rows(_looks), *EVENTS)),
    fault("events-ids-as-text", "ids of events are texts", AGREE, answers(_rows(_ids_as_text), "listTagEvents")),
    fault(
        "events-of-one-product",
        "an address has the events of one product only",
        AGREE,
        answers(_rows(_of_one_product), "listEmailEvents"),
    ),
    fault(
        "events-start-ignored-once",
        "start has no effect on events of a Publisher template",
        AGREE,
        query(lambda pairs: tuple(one for one in pairs if one[0] != "start"), "listOldTemplateEvents"),
    ),
    fault(
        "events-of-three-months",
        "one day alone means three months",
        AGREE,
        patched(events, "window", _long_months),
        evidence=ASSUMED,
    ),
    fault(
        "events-tags-folded",
        "tags count without case",
        AGREE,
        patched(events, "_tagged", _tags_folded),
        evidence=ASSUMED,
    ),
    fault(
        "messages-without-tags",
        "a message lacks its tags",
        "messages-agree",
        answers(
            lambda asked, got: (
                got.with_json({key: one for key, one in got.json.items() if key != "tags"}) if got.good else got
            ),
            "getOldMessage",
        ),
        evidence=ASSUMED,
    ),
    fault(
        "events-of-a-week",
        "without a window events are those of the last week",
        "state-events",
        patched(events.Window, "last_month", _last_week),
        evidence=ASSUMED,
    ),
    fault(
        "csv-backslashes",
        "quotes in CSV are written with a backslash",
        "forms-agree",
        patched(lines, "_quoted", lambda good: lambda cell: good(cell).replace('""', '\\"')),
    ),
    fault(
        "xml-bare-signs",
        "signs that mean something to XML are left as they are",
        "forms-agree",
        patched(lines, "_written", lambda _: lambda cell: "" if cell is None else str(cell)),
    ),
)
