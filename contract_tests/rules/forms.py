"""Forms of one thing: whether it is asked for as JSON, CSV or XML, it has the same rows, and the columns promised."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any
from xml.etree import ElementTree

from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Operation
from contract_tests.rules.registry import scenario_rule
from contract_tests.schema import properties_of
from contract_tests.stage import Blocked, Stage

SOURCE = "forms in conventions.yaml"
Row = tuple[str, ...]

#: Days of which one thing of each kind is looked at.
DAYS = 8

#: What XML 1.0 has no way to write.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@scenario_rule(
    "forms-agree", title="All forms of one thing have the same rows", source=SOURCE, writes=False, each="run"
)
def forms_agree(stage: Stage, promise: object) -> Iterator[Complaint]:
    """The columns stand in the order of the promise, in the header alone of the forms that have one; each row is there
    once, in the same order, with the same values, and a value with blanks is quoted in CSV. Of the last days that have
    some, one of each kind is looked at."""
    for forms in stage.conventions.get("forms", ()):
        known = {one: stage.arguments.environment.get(one, "") for one in forms["facts"]}
        if not any(known.values()):
            raise Blocked(f"the target tells no {forms['facts'][0].replace('_', ' ')}")
        by_kind = {_kind(name): name for name in (*_listed(stage, forms.get("listed", {})), *known.values()) if name}
        for name in by_kind.values():
            one = _Forms(stage, forms, name)
            yield from one.complaints() if one.columns or name in known.values() else ()


def _listed(stage: Stage, told: Mapping[str, str]) -> Iterator[str]:
    """The names that the last days have, the oldest first; the last one of all may not be over."""
    for day in sorted(map(str, _items(stage, told["days"], {})))[-DAYS - 1 : -1] if told else ():
        yield from map(str, _items(stage, told["names"], {told["day"]: day}))


def _items(stage: Stage, operation: str, values: Mapping[str, str]) -> list[Any]:
    items = stage.payload(stage.call(stage.promise.operation(operation), values, why="which there are"))
    return items if isinstance(items, list) else []


def _kind(name: str) -> str:
    """What names of one kind begin with."""
    return name.partition(".")[0]


class _Forms:
    """One thing in all its forms."""

    def __init__(self, stage: Stage, forms: Mapping[str, Any], name: str) -> None:
        self._stage, self._forms, self._name = stage, forms, name

    def complaints(self) -> Iterator[Complaint]:
        if not self.columns:
            raise Blocked(f"the promise names no columns of {self._name}")
        columns, listed = self.columns, self._asked("json")
        items = self._stage.payload(listed)
        if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
            return
        rows = [tuple(_text(one.get(key)) for key in columns) for one in items]
        for form, wanted in (("csv", rows), ("header", [tuple(columns), *rows])):
            exchange = self._asked(form)
            text = exchange.response.text
            yield from self._differing(form, list(map(tuple, csv.reader(StringIO(text, newline="")))), wanted, exchange)
            bare = next((cell for row in wanted for cell in row if " " in cell and not _is_quoted(cell, text)), None)
            if bare is not None:
                yield self._complaint(form, f"{bare!r} is not quoted", bare, f'"{bare}"', exchange)
        yield from self._xml(columns, rows)

    def _xml(self, columns: Sequence[str], rows: list[Row]) -> Iterator[Complaint]:
        exchange = self._asked("xml")
        try:
            if "<!DOCTYPE" in exchange.response.text:
                raise ElementTree.ParseError("it declares entities")
            root = ElementTree.fromstring(exchange.response.text)  # noqa: S314 - what it could declare is refused above
        except ElementTree.ParseError as error:
            yield self._complaint("xml", f"it is no XML: {error}", exchange.response.text[:80], "XML", exchange)
            return
        names = {(root.tag, one.tag) for one in root}
        if names - {tuple(self._forms["elements"])}:
            yield self._complaint("xml", "other elements", str(names), str(self._forms["elements"]), exchange)
        found = [tuple(one.findtext(key) or "" for key in columns) for one in root]
        yield from self._differing(
            "xml", found, [tuple(_NO_XML.sub("�", cell) for cell in row) for row in rows], exchange
        )

    def _differing(self, form: str, rows: list[Row], wanted: list[Row], exchange: Exchange) -> Iterator[Complaint]:
        if len(rows) != len(wanted):
            yield self._complaint(form, f"{len(rows)} rows", str(len(rows)), str(len(wanted)), exchange)
        for number, (row, meant) in enumerate(zip(rows, wanted, strict=False), 1):
            if row != meant:
                yield self._complaint(form, f"row {number} is another one", str(row), str(meant), exchange)
                return

    @property
    def columns(self) -> list[str]:
        """The columns the promise names for a thing of this name, in their order; none where it knows no such thing."""
        for reply in self._operation("json").replies.values():
            schema = (reply.schema or {}).get("items", {})
            kinds = zip(schema.get("x-logfiles", {}), schema.get("anyOf", ()), strict=False)
            for prefix, one in kinds:
                if self._name.startswith(f"{prefix}."):
                    return list(properties_of(one))
        return []

    def _operation(self, form: str) -> Operation:
        return self._stage.promise.operation(self._forms[form])

    def _asked(self, form: str) -> Exchange:
        exchange = self._stage.call(self._operation(form), {self._forms["parameter"]: self._name}, why=f"as {form}")
        if not exchange.succeeded:
            raise Blocked(f"{self._forms[form]} answered {exchange.response.status}")
        return exchange

    def _complaint(self, form: str, message: str, shown: str, wanted: str, exchange: Exchange) -> Complaint:
        told = f"{self._forms['title']} as {form}: {message}"
        return Complaint(told, shown[:200], wanted[:200], f"{form} {_kind(self._name)}", exchange=exchange)


def _text(value: Any) -> str:
    """A value as forms of text have it: nothing is empty."""
    return "" if value is None else str(value)


def _is_quoted(cell: str, text: str) -> bool:
    return '"' + cell.replace('"', '""') + '"' in text
