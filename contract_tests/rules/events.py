"""Events: every list of them, by whatever it is asked, has what the logfiles of those days have."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import orjson

from contract_tests.batches import items_in
from contract_tests.elsewhere import elsewhere_of
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.listing import whole
from contract_tests.rules.registry import scenario_rule
from contract_tests.stage import Blocked, Stage

SOURCE = "events in conventions.yaml"
ASSUMED = Evidence.ASSUMED

#: Days whose logfiles are read, and things of which events are asked for before a list is left alone.
DAYS, TRIES = 5, 3

Item = Mapping[str, Any]
Items = list[Item]


@scenario_rule(
    "events-agree", title="Lists of events have what the logfiles have", source=SOURCE, writes=False, each="run"
)
def events_agree(stage: Stage, promise: object) -> Iterator[Complaint]:
    """Events of messages, templates, addresses, tags and people are the lines of the logfiles of those days that name
    them, with their kind and the same columns: those of the whole window and no others, and those that carry all the
    tags. One day alone means a month on or back, and two that are farther apart than a month the first month."""
    if "events" in stage.conventions:
        yield from _Events(stage, stage.conventions["events"]).complaints()


@scenario_rule(
    "messages-agree", title="A message shows its line in the logfiles", source=SOURCE, writes=False, each="run"
)
def messages_agree(stage: Stage, promise: object) -> Iterator[Complaint]:
    """What is known of a message are the columns of its line in the logfile of attempts, and no message of another
    product is found by its id."""
    if "events" in stage.conventions:
        yield from _Events(stage, stage.conventions["events"]).of_messages()


@scenario_rule(
    "state-events",
    title="Without a window, events are those of the last month",
    source=SOURCE,
    writes=False,
    each="run",
)
def state_events(stage: Stage, promise: object) -> Iterator[Complaint]:
    """In a copy of a twin whose clock stands on the day after some logfiles, a list of events without a first and a
    last day is that of the month that ends with that day; of a message, of the month after it was sent."""
    if "events" in stage.conventions:
        with elsewhere_of(stage).copy(stage) as place:
            lists = _Events(place.stage, stage.conventions["events"])
            place.wait(_seconds_to(lists.today, place.now()))
            yield from lists.of_now()


@dataclass(frozen=True)
class Line:
    """A line of a logfile."""

    day: str
    logfile: str
    columns: Item

    def has(self, names: Sequence[str]) -> str | None:
        """What it has in the first column of some names that it knows."""
        value = next((self.columns[name] for name in names if name in self.columns), None)
        return None if value in (None, "") else str(value)


class _Log:
    """The logfiles of some days, the last day left out: it may not be over; raises ``Blocked`` without such days."""

    def __init__(self, stage: Stage, told: Mapping[str, Any]) -> None:
        self._stage, self._told = stage, told
        days = sorted(_day(one) for one in self._asked(told["days"], {}))
        if len(days) < 2:
            raise Blocked("there are no two days with logfiles")
        self.first, self.days = days[0], days[-DAYS - 1 : -1]

    @cached_property
    def lines(self) -> list[Line]:
        """Every line of those days."""
        return self.read()

    def read(self) -> list[Line]:
        """The same, asked for anew."""
        found = []
        for day in self.days:
            for name in self._asked(self._told["names"], {self._told["day"]: day}):
                logfile, _, rest = str(name).partition(".")
                rows = self._asked(self._told["lines"], {self._told["name"]: str(name)}) if rest else []
                found += [Line(day, logfile, row) for row in rows if isinstance(row, dict)]
        return found

    def _asked(self, operation: str, values: Mapping[str, str]) -> list[Any]:
        exchange = self._stage.call(self._stage.promise.operation(operation), values, why="what the logfiles have")
        items = items_in(self._stage.promise, self._stage.payload(exchange))
        if not exchange.succeeded or items is None:
            raise Blocked(f"{operation} answered {exchange.response.status} and no list")
        return items


class _Events:
    """Lists of events against the lines of some days."""

    def __init__(self, stage: Stage, told: Mapping[str, Any]) -> None:
        self._stage, self._told, self._log = stage, told, _Log(stage, told)
        self._kinds: Mapping[str, str] = told["kinds"]
        self._tags: Mapping[str, str] = told["tags"]

    # --- events

    def complaints(self) -> Iterator[Complaint]:
        for listing in self._told["lists"]:
            yield from self._of(listing)

    def _of(self, listing: Mapping[str, Any]) -> Iterator[Complaint]:
        """One list, asked about the first thing it knows of those that most days and logfiles name."""
        lines = [one for one in self._log.lines if one.logfile.startswith(listing.get("logfiles", ""))]
        for value in self._values(lines, listing)[:TRIES]:
            named = [one for one in lines if self._names(one, listing, value)]
            whole = self._window(self._log.days[0], _on(self._log.days[-1], 1))
            if named and self._list(listing, {listing["parameter"]: value, **whole})[0] is not None:
                yield from self._windows(listing, value, named)
                yield from self._tagged(listing, value, named)
                yield from self._others(listing, value, lines)
                yield from self._months(listing, value)
                return

    def _windows(self, listing: Mapping[str, Any], value: str, named: list[Line]) -> Iterator[Complaint]:
        days, seen = self._log.days, sorted({one.day for one in named})
        spans = [(days[0], _on(days[-1], 1)), (seen[0], _on(seen[0], 1)), (seen[0], seen[-1])]
        for start, end in spans if seen[0] != seen[-1] else spans[:2]:
            wanted = [one for one in named if start <= one.day < end]
            yield from self._compared(listing, value, self._window(start, end), wanted)

    def _tagged(self, listing: Mapping[str, Any], value: str, named: list[Line]) -> Iterator[Complaint]:
        """The same events asked for with tags: one, two of an event, two that no event has, one in another case."""
        parameter = self._tags["parameter"]
        operation = self._stage.promise.operation(listing["operation"])
        if operation.parameter(parameter) is None or parameter == listing["parameter"]:
            return
        carried = [sorted(self._carried(one)) for one in named if self._carried(one)]
        most = max(carried, key=len, default=[])
        others = sorted({tag for tags in carried for tag in tags} - set(most))
        texts = [most[:1], most[:2], [*most[:1], *others[:1]], [tag.swapcase() for tag in most[:1]]]
        whole = self._window(self._log.days[0], _on(self._log.days[-1], 1))
        for tags in filter(None, texts):
            wanted = [one for one in named if set(tags) <= self._carried(one)]
            asked = {**whole, parameter: self._tags["separator"].join(tags)}
            yield from self._compared(listing, value, asked, wanted, ASSUMED)

    def _others(self, listing: Mapping[str, Any], value: str, lines: list[Line]) -> Iterator[Complaint]:
        """What is spelled in another case is another one, where what nobody has is an empty list."""
        other = value.swapcase()
        if listing.get("unknown") == "empty" and other != value:
            wanted = [one for one in lines if self._names(one, listing, other)]
            whole = self._window(self._log.days[0], _on(self._log.days[-1], 1))
            yield from self._compared(listing, other, whole, wanted, ASSUMED)

    def _months(self, listing: Mapping[str, Any], value: str) -> Iterator[Complaint]:
        """What one day alone and two days far apart mean, told by the two days of that month."""
        start, end = self._told["window"]
        first, last = self._log.first, _on(_month(self._log.first, 1), 14)
        month = self._window(first, _month(first, 1))
        for asked, meant in (
            ({start: first}, month),
            ({start: first, end: _month(first, 4)}, month),
            ({end: last}, self._window(_month(last, -1), last)),
        ):
            yield from self._meaning(listing, value, asked, meant)

    def _meaning(
        self, listing: Mapping[str, Any], value: str, asked: Mapping[str, str], meant: Mapping[str, str]
    ) -> Iterator[Complaint]:
        """What one way to ask for days shows, against the days that it means."""
        by = {listing["parameter"]: value}
        shown, exchange = self._list(listing, {**by, **asked})
        wanted, _ = self._list(listing, {**by, **meant})
        if shown is None or wanted is None or _same(shown, wanted):
            return
        if (shown, wanted) == (self._list(listing, {**by, **asked})[0], self._list(listing, {**by, **meant})[0]):
            days, given = " to ".join(meant.values()), " and ".join(asked) or "no day"
            told = f"{listing['operation']} with {given} shows other events than those from {days}"
            yield self._differing(told, shown, wanted, f"{listing['operation']} {given}", ASSUMED, exchange)

    @property
    def today(self) -> str:
        """The day after the last one whose logfiles are read."""
        return _on(self._log.days[-1], 1)

    def of_now(self) -> Iterator[Complaint]:
        """Lists without a window, told by the days of the month that is meant."""
        end = _on(self.today, 1)
        for listing in self._told["lists"]:
            lines = [one for one in self._log.lines if one.logfile.startswith(listing.get("logfiles", ""))]
            for value in self._values(lines, listing)[:1]:
                sent = next((one.day for one in lines if self._is_sent(one) and self._names(one, listing, value)), None)
                days = (sent, _month(sent, 1)) if sent and listing.get("since") == "sent" else (_month(end, -1), end)
                yield from self._meaning(listing, value, {}, self._window(*days))

    def _is_sent(self, line: Line) -> bool:
        return line.logfile in {one["logfile"] for one in self._told["messages"]}

    # --- messages

    def of_messages(self) -> Iterator[Complaint]:
        lines = [line for line in self._log.lines if line.has(("id",)) is not None]
        for one in self._told["messages"]:
            known = [line for line in lines if line.logfile == one["logfile"]]
            strange = [line for line in lines if line.logfile == one["stranger"]]
            for line in [*known[:1], *known[-1:]]:
                yield from self._message(one, line)
            for line in strange[:1]:
                operation = self._stage.promise.operation(one["operation"])
                values = {one["parameter"]: str(line.columns["id"])}
                self._stage.call(operation, values, "not-found", why="a message of another product", evidence=ASSUMED)

    def _message(self, told: Mapping[str, Any], line: Line) -> Iterator[Complaint]:
        operation = self._stage.promise.operation(told["operation"])
        values = {told["parameter"]: str(line.columns["id"])}
        exchange = self._stage.call(operation, values, why="what is known of a message", evidence=ASSUMED)
        shown = self._stage.payload(exchange)
        if exchange.succeeded and isinstance(shown, dict) and _key(shown) != _key(line.columns):
            odd = sorted({name for name in {*shown, *line.columns} if shown.get(name) != line.columns.get(name)})
            message = f"{operation.id} shows other columns than the logfile: {', '.join(odd)}"
            yield Complaint(message, str(shown)[:200], str(line.columns)[:200], operation.id, ASSUMED, exchange)

    # --- what they are made of

    def _values(self, lines: list[Line], listing: Mapping[str, Any]) -> list[str]:
        """What lines have in the column of a list, what stands on most days and in most logfiles first."""
        seen: dict[str, set[tuple[str, str]]] = {}
        for one in lines:
            value = one.has(listing["columns"])
            if value is not None:
                seen.setdefault(value, set()).add((one.day, one.logfile))
        return sorted(seen, key=lambda value: (len({day for day, _ in seen[value]}), len(seen[value])), reverse=True)

    def _names(self, line: Line, listing: Mapping[str, Any], value: str) -> bool:
        """Whether a line is about a thing; tags are there when all of them are."""
        if list(listing["columns"]) == [self._tags["column"]]:
            return set(value.split(self._tags["separator"])) <= self._carried(line)
        return line.has(listing["columns"]) == value

    def _carried(self, line: Line) -> set[str]:
        return set(str(line.columns.get(self._tags["column"], "")).split(self._tags["separator"])) - {""}

    def _window(self, start: str, end: str) -> dict[str, str]:
        return dict(zip(self._told["window"], (start, end), strict=True))

    def _event(self, line: Line) -> Item:
        return {self._told["kind"]: self._kinds.get(line.logfile, line.logfile), **line.columns}

    def _list(self, listing: Mapping[str, Any], values: Mapping[str, str]) -> tuple[Items | None, Exchange]:
        """The events that a list shows; ``None`` where it is refused: what a logfile names may be gone."""
        operation = self._stage.promise.operation(listing["operation"])
        exchange = self._stage.call(operation, values, None, why="events of some days")
        if not exchange.succeeded:
            return None, exchange
        return [one for one in whole(self._stage, exchange) if isinstance(one, dict)], exchange

    def _compared(
        self,
        listing: Mapping[str, Any],
        value: str,
        more: Mapping[str, str],
        lines: list[Line],
        evidence: Evidence = Evidence.DOCUMENTED,
    ) -> Iterator[Complaint]:
        """A list of events against the lines it should have; looked at twice, as others may send mail."""
        values, wanted = {listing["parameter"]: value, **more}, [self._event(one) for one in lines]
        shown, exchange = self._list(listing, values)
        if shown is None or _same(shown, wanted) or self._list(listing, values)[0] != shown:
            return
        if self._stands():
            told = f"{listing['operation']} with {', '.join(values)} and the logfiles have other events"
            yield self._differing(told, shown, wanted, f"{listing['operation']} {sorted(more)}", evidence, exchange)

    def _stands(self) -> bool:
        """Whether the logfiles still have the same lines."""
        return self._log.read() == self._log.lines

    def _differing(
        self, message: str, shown: Items, wanted: Items, cause: str, evidence: Evidence, exchange: Exchange
    ) -> Complaint:
        more, less = _beyond(shown, wanted), _beyond(wanted, shown)
        told = f"{message}: {len(more)} too many, {len(less)} missing"
        return Complaint(told, str(more[:1])[:300], str(less[:1])[:300], cause, evidence, exchange)


def _key(item: Item) -> bytes:
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS)


def _same(some: Items, others: Items) -> bool:
    """Whether two lists have the same items, in any order."""
    return Counter(map(_key, some)) == Counter(map(_key, others))


def _beyond(some: Items, others: Items) -> list[str]:
    return [one.decode() for one in (Counter(map(_key, some)) - Counter(map(_key, others))).elements()]


def _day(told: object) -> str:
    """A day of a list of them; raises ``Blocked`` for what is none, or has no months before and after it."""
    try:
        day = date.fromisoformat(str(told))
    except ValueError as error:
        raise Blocked(f"{told!r} is no day with logfiles") from error
    if not date.min.year < day.year < date.max.year:
        raise Blocked(f"{told!r} is no day with logfiles")
    return str(day)


def _on(day: str, days: int) -> str:
    """The day so many days on."""
    return str(date.fromisoformat(day) + timedelta(days=days))


def _seconds_to(day: str, now: str) -> float:
    """The seconds from a moment to noon of a day, in UTC."""
    noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    moment = datetime.fromisoformat(now)
    return (noon - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).total_seconds()


def _month(day: str, months: int) -> str:
    """The same day so many months on, or the last one of a shorter month."""
    moment = date.fromisoformat(day)
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return str(date(year, month + 1, min(moment.day, monthrange(year, month + 1)[1])))
