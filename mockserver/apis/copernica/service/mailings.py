"""What was sent to whom: messages, the templates and documents they were made of, and who got which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from mockserver.apis.copernica.models.mailings import (
    ABUSE,
    ATTEMPT,
    CLICK,
    DOCUMENTS,
    ERROR,
    EVENT_DESTINATION,
    EVENT_TYPE,
    EVENTS,
    EVENTS_BY_NUMBER,
    MAILINGS,
    MESSAGE_COLLECTION,
    MESSAGE_DATABASE,
    MESSAGE_SUBPROFILE,
    MESSAGE_TIME,
    MESSAGES,
    OPEN,
    SUITES,
    TEMPLATES,
    UNIQUE_DOCUMENT_NAME,
    UNIQUE_TEMPLATE_NAME,
    UNSUBSCRIBE,
    Document,
    Event,
    Mailing,
    Message,
    Sent,
    Template,
)
from mockserver.apis.copernica.models.structure import DATABASES, Account, Collection, Database
from mockserver.apis.copernica.service import events
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.errors import NotFound
from mockserver.kernel.store.query import And, AtLeast, AtMost, Condition, Eq, Greater
from mockserver.kernel.work import Work

_SENT = tuple(one.name for one in fields(Sent))


def create_template(work: Work, account: Account, *, suite: str, name: str) -> Template:
    """A new template of Marketing Suite or Publisher."""
    key, number = next_id(work, "template")
    made = Template(key, number, account.id, suite, name)
    work.store.insert(TEMPLATES, made)
    return made


def create_document(
    work: Work, template: Template, *, name: str, from_address: str, subject: str, source: str
) -> Document:
    """A new document of a template of Publisher."""
    key, number = next_id(work, "document")
    made = Document(key, number, template.account, template.id, name, from_address, subject, source)
    work.store.insert(DOCUMENTS, made)
    return made


def create_mailing(work: Work, account: Account, *, from_address: str, subject: str, html: str, text: str) -> Mailing:
    """What is sent to many, before it is sent to anybody."""
    key, number = next_id(work, "mailing")
    made = Mailing(key, number, account.id, from_address, subject, html, text)
    work.store.insert(MAILINGS, made)
    return made


def send(work: Work, sent: Sent, *, time: str) -> Message:
    """A message of a mailing to one address, and the attempt to deliver it. It gets its own ``destination``."""
    number = next_id(work, "destination")[1]
    given = {**{name: getattr(sent, name) for name in _SENT}, "destination": str(number)}
    message = Message(id=work.ids.token(), number=number, time=time, **given)
    work.store.insert(MESSAGES, message)
    events.record(work, message, ATTEMPT, time=time)
    return message


def message(work: Work, account: Account, key: str, *, suite: str) -> Message:
    """The message with an id; raises ``NotFound``, also for another account's or product's (UNKNOWN-ID)."""
    found = work.store.get(MESSAGES, key)
    if found is None or found.account != account.id or found.suite != suite:
        raise NotFound(f"there is no message {key[:80]!r}", rule="UNKNOWN-ID")
    return found


def attempt(work: Work, message: Message) -> Event:
    """The attempt to deliver a message, which every message has."""
    both = And(Eq(EVENT_DESTINATION, message.destination), Eq(EVENT_TYPE, ATTEMPT))
    return work.store.select(EVENTS, both, order=EVENTS_BY_NUMBER)[0]


def content(work: Work, message: Message) -> Mailing:
    """What a message says; raises ``NotFound`` where nobody knows any more."""
    found = work.store.get(MAILINGS, message.mailing)
    if found is None:
        raise NotFound(f"what message {message.id!r} says is not known any more")
    return found


def template(work: Work, account: Account, key: str, *, suite: str) -> Template:
    """The template with an id; raises ``NotFound``, also for another account's or product's (UNKNOWN-ID)."""
    found = work.store.get(TEMPLATES, key)
    if found is None or found.account != account.id or found.suite != suite:
        raise NotFound(f"there is no template {key!r}", rule="UNKNOWN-ID")
    return found


def document(work: Work, account: Account, key: str) -> Document:
    """The document with an id; raises ``NotFound``, also for another account's (UNKNOWN-ID)."""
    found = work.store.get(DOCUMENTS, key)
    if found is None or found.account != account.id:
        raise NotFound(f"there is no document {key!r}", rule="UNKNOWN-ID")
    return found


# --- who got what


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which messages are meant: those that meet all of this. An empty text asks nothing.

    ``document`` and ``template`` are names; ``to`` is ``profile``, ``subprofile`` or ``anything``; ``after`` and
    ``before`` bound the moment of sending, both inclusive. ``result`` is what must have come of a message: one of the
    results of an Email condition, with ``clicked_url`` for ``clickonurl`` and ``error`` for ``error`` and ``noerror``:
    a code, a type of error, ``temp`` or ``final``.
    """

    document: str = ""
    template: str = ""
    to: str = "anything"
    after: str = ""
    before: str = ""
    result: str = "nocheck"
    clicked_url: str = ""
    error: str = ""


def tally(work: Work, place: Database | Collection, question: Question) -> Mapping[str, int]:
    """How many of the messages a question means each profile of a database, or subprofile of a collection, was sent.

    By id; who got none is not in it. Made to be asked once per condition, not once per profile.
    """
    profiles = isinstance(place, Database)
    at, who = (MESSAGE_DATABASE, "profile") if profiles else (MESSAGE_COLLECTION, "subprofile")
    meant = work.store.select(MESSAGES, And(Eq(at, place.id), *_demands(question)))
    sources = _sources(work, place, question)
    came = _RESULTS[question.result]
    counted: Counter[str] = Counter()
    for one in meant:
        if not getattr(one, who) or not all(getattr(one, name) in ids for name, ids in sources.items()):
            continue
        if came is None or came(work.store.select(EVENTS, Eq(EVENT_DESTINATION, one.destination)), question):
            counted[getattr(one, who)] += 1
    return counted


def _demands(question: Question) -> list[Condition]:
    """What a question demands of messages themselves."""
    demands: list[Condition] = []
    if question.after:
        demands.append(AtLeast(MESSAGE_TIME, question.after))
    if question.before:
        demands.append(AtMost(MESSAGE_TIME, question.before))
    if question.to == "profile":
        demands.append(Eq(MESSAGE_SUBPROFILE, ""))
    if question.to == "subprofile":
        demands.append(Greater(MESSAGE_SUBPROFILE, ""))
    return demands


def _sources(work: Work, place: Database | Collection, question: Question) -> Mapping[str, frozenset[str]]:
    """Ids of the templates and documents that have the names asked for, by attribute of a message."""
    database = place if isinstance(place, Database) else work.store.get(DATABASES, place.database)
    account = "" if database is None else database.account
    found: dict[str, frozenset[str]] = {}
    if question.document:
        named = work.store.find(UNIQUE_DOCUMENT_NAME, account, question.document)
        found["document"] = frozenset() if named is None else frozenset({named.id})
    if question.template:
        every = (work.store.find(UNIQUE_TEMPLATE_NAME, account, suite, question.template) for suite in SUITES)
        found["template"] = frozenset(one.id for one in every if one is not None)
    return found


Result = Callable[[list[Event], Question], bool]


def _had(*types: str) -> Result:
    return lambda found, _: any(one.type in types for one in found)


def _never(result: Result) -> Result:
    return lambda found, question: not result(found, question)


def _clicked(found: list[Event], question: Question) -> bool:
    return any(one.type == CLICK and one.details.get("linkinfo") == question.clicked_url for one in found)


def _both(one: Result, other: Result) -> Result:
    return lambda found, question: one(found, question) and other(found, question)


def _failed(found: list[Event], question: Question) -> bool:
    return any(one.type == ERROR and _is_error(one, question.error) for one in found)


def _is_error(event: Event, wanted: str) -> bool:
    """Whether an error is of a kind: any, a code, a type, or all that may pass (4xx) or never will (5xx)."""
    code = event.details.get("code", "")
    if wanted in ("temp", "final"):
        return code.startswith("4" if wanted == "temp" else "5")
    return wanted in ("", code, event.details.get("type"))


_ANYTHING = _had(OPEN, CLICK, ERROR, ABUSE, UNSUBSCRIBE)

#: Whether what became of a message is a result; ``None`` where nobody asks.
_RESULTS: Mapping[str, Result | None] = {
    "nocheck": None,
    "view": _had(OPEN),
    "viewnoclick": _both(_had(OPEN), _never(_had(CLICK))),
    "anyclick": _had(CLICK),
    "clickonurl": _clicked,
    "noclick": _never(_had(CLICK)),
    "error": _failed,
    "noerror": _never(_failed),
    "abuse": _had(ABUSE),
    "noabuse": _never(_had(ABUSE)),
    "nothing": _never(_ANYTHING),
    "anything": _ANYTHING,
}
