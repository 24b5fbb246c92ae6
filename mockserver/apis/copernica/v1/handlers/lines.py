"""Lines of logfiles: the columns of each kind in their order, and a logfile as CSV or XML.

Columns go by several names: attempts say ``profileid`` where all others say ``profile``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from xml.sax.saxutils import escape

from mockserver.apis.copernica.models.mailings import LOGFILES_OF, Event
from mockserver.apis.copernica.service.events import TAG_SEPARATOR

Cell = str | int | None

_WHO = ("profile", "subprofile", "template")
_PLACE = ("countrycode", "countryname", "regioncode", "city")
_LOOK = ("ip", "header", "email", "tags", *_PLACE)
_MAIL = ("email", "tags", "senderdomain")
_OLD = ("groupid", *_WHO, "document")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "cdm-abuse": ("id", "time", "mail", *_MAIL, *_WHO),
    "cdm-attempts": (
        "id", "time", "mailingid", "profileid", "subprofileid", "databaseid", "collectionid", "senderdomain",
        "templateid", "tags", "email",
    ),
    "cdm-click": ("id", "senderdomain", "time", "linkinfo", *_LOOK, *_WHO),
    "cdm-delivery": ("id", "time", "attempts", *_MAIL, *_WHO),
    "cdm-error": ("id", "time", "type", "status", "description", "code", *_MAIL, *_WHO),
    "cdm-impression": ("id", "time", *_LOOK, "senderdomain", *_WHO),
    "cdm-retry": ("id", "time", "attempt", *_MAIL, *_WHO),
    "cdm-unsubscribe": ("id", "time", *_MAIL, *_WHO),
    "pom-abuses": ("id", "time", "mail", *_MAIL, *_OLD),
    "pom-attempts": (
        "id", "time", "groupid", "mailingid", "profileid", "subprofileid", "databaseid", "collectionid",
        "senderdomain", "templateid", "documentid", "tags", "email",
    ),
    "pom-clicks": ("id", "time", *_LOOK, "linkinfo", "senderdomain", *_OLD),
    "pom-deliveries": ("id", "time", "attempts", *_MAIL, *_OLD),
    "pom-errors": ("id", "time", "type", "status", "description", "code", "content", *_MAIL, *_OLD),
    "pom-impressions": ("id", "time", *_LOOK, "senderdomain", *_OLD),
    "pom-retries": ("id", "time", "attempts", *_MAIL, *_OLD),
    "pom-unsubscribes": ("id", "time", *_MAIL, *_OLD),
}  # fmt: skip

#: Columns that hold numbers, by the attribute of an event that has the id.
_IDS: Mapping[str, str] = {
    "groupid": "group",
    "mailingid": "mailing",
    "profileid": "profile",
    "subprofileid": "subprofile",
    "databaseid": "database",
    "collectionid": "collection",
    "templateid": "template",
    "documentid": "document",
    "profile": "profile",
    "subprofile": "subprofile",
    "template": "template",
    "document": "document",
}


def _header(event: Event) -> str:
    """Lines of the header of the request that told of a click or a look."""
    lines = (("User-Agent", "user-agent"), ("Referer", "referer"))
    return "\n".join(f"{name}: {event.details[key]}" for name, key in lines if event.details.get(key))


#: Columns that hold text, unless they are a detail of the event.
_TEXTS: Mapping[str, Callable[[Event], str]] = {
    "id": lambda event: event.message,
    "time": lambda event: event.time,
    "email": lambda event: event.email,
    "senderdomain": lambda event: event.senderdomain,
    "tags": lambda event: TAG_SEPARATOR.join(event.tags),
    "header": _header,
    "attempt": lambda event: event.details.get("attempts", ""),
}

#: What XML 1.0 has no way to write.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def columns(event: Event) -> tuple[str, ...]:
    """The columns of the logfile an event lies in."""
    return COLUMNS[LOGFILES_OF[event.suite][event.type]]


def line(event: Event) -> dict[str, Cell]:
    """An event by columns: ids are numbers, ``None`` where there is none, and all else is text."""
    return {column: _cell(event, column) for column in columns(event)}


def shown(event: Event) -> dict[str, Cell]:
    """An event of a list of events: its type beside the columns (EVENT-FLAT)."""
    return {"event": event.type, **line(event)}


def csv(events: Iterable[Event], *, header: bool = False, prefix: str) -> bytes:
    """A logfile as CSV: what has blanks, quotes, commas or line ends is quoted."""
    rows = [",".join(_quoted(cell) for cell in line(one).values()) for one in events]
    return "".join(f"{row}\n" for row in ([",".join(COLUMNS[prefix])] if header else []) + rows).encode()


def xml(events: Iterable[Event]) -> bytes:
    """A logfile as XML; characters that XML does not have become U+FFFD."""
    records = "".join(f"<record>{_elements(line(one))}</record>" for one in events)
    return f'<?xml version="1.0"?>\n<records>{records}</records>\n'.encode()


def _cell(event: Event, column: str) -> Cell:
    if column in _IDS:
        key = getattr(event, _IDS[column])
        return int(key) if key else None
    text = _TEXTS.get(column)
    return event.details.get(column, "") if text is None else text(event)


def _quoted(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    plain = not any(character in '",' or character.isspace() for character in text)
    return text if plain else '"' + text.replace('"', '""') + '"'


def _elements(cells: Mapping[str, Cell]) -> str:
    return "".join(f"<{name}>{_written(cell)}</{name}>" for name, cell in cells.items())


def _written(cell: Cell) -> str:
    # a reader turns a bare carriage return into a line feed
    return "" if cell is None else escape(_NO_XML.sub("�", str(cell)), {"\r": "&#13;"})
