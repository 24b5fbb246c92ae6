"""The mail of seed documents: templates, documents, single messages with what became of them, and streams.

A stream is made from a number: mailings on so many days up to the moment the world's clock shows, from each product
that has something to send, the first ones on the first day, the next ones on the last. The same number makes the same
stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from mockserver.apis.copernica.models.mailings import (
    ATTEMPT,
    DETAILS_OF,
    EVENT_TYPES,
    MARKETING_SUITE,
    PUBLISHER,
    SUITES,
    Document,
    Message,
    Sent,
    Template,
)
from mockserver.apis.copernica.models.structure import Account
from mockserver.apis.copernica.seeds.names import named, past
from mockserver.apis.copernica.seeds.pieces import MOMENT, NAME, NAMES, TEXT, a_list, an_object
from mockserver.apis.copernica.seeds.receivers import Receiver, Receivers
from mockserver.apis.copernica.seeds.stream import HOUR, course
from mockserver.apis.copernica.service import events, mailings
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.names import nearest
from mockserver.kernel.seeds import SeedError, numbered
from mockserver.kernel.work import Work

_TAGS: Mapping[str, Any] = {"type": "array", "items": {"type": "string", "pattern": "^[^;]+$"}}
_ADDRESS: Mapping[str, Any] = {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"}
_DETAILS = sorted({name for names in DETAILS_OF.values() for name in names})

_CONTENT: Mapping[str, Any] = {"from_address": _ADDRESS, "subject": TEXT}
_EVENT = an_object(
    "type",
    "time",
    type={"enum": [kind for kind in EVENT_TYPES if kind != ATTEMPT]},
    time=MOMENT,
    details=an_object(**dict.fromkeys(_DETAILS, TEXT)),
)
_MESSAGE = an_object(
    "to",
    "time",
    template=NAME,
    document=NAME,
    to=NAME,
    database=NAME,
    collection=NAME,
    time=MOMENT,
    tags=_TAGS,
    events=a_list(_EVENT),
)
_NUMBER: Mapping[str, Any] = {"type": "integer", "minimum": 1, "maximum": 100_000}
_STREAM = an_object(
    "seed",
    "days",
    "mailings",
    "receivers",
    "databases",
    seed={"type": "integer", "minimum": 0},
    days={"type": "integer", "minimum": 1, "maximum": 3650},
    mailings=_NUMBER,
    receivers=_NUMBER,
    databases={**NAMES, "minItems": 1},
    tags=_TAGS,
)

#: The key ``mail`` of an account in a seed. Messages name a template of Marketing Suite or a document of Publisher, and
#: the profile of a database (or its first subprofile in a collection) by its address; ``receivers`` of a stream are
#: those of each mailing.
MAIL_SCHEMA: Mapping[str, Any] = an_object(
    templates=a_list(
        an_object("name", "suite", name=NAME, suite={"enum": list(SUITES)}, html=TEXT, text=TEXT, **_CONTENT)
    ),
    documents=a_list(an_object("name", "template", name=NAME, template=NAME, source=TEXT, **_CONTENT)),
    messages=a_list(_MESSAGE),
    stream=_STREAM,
)


@dataclass(frozen=True, slots=True)
class _Letter:
    """What can be sent: a template of Marketing Suite, or a document of Publisher."""

    suite: str
    template: Template
    document: Document | None
    from_address: str
    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class _Sending:
    """A message to send, and what is to become of it: time, type, details."""

    sent: Sent
    time: str
    then: Sequence[tuple[str, str, Mapping[str, str]]]


def plant_mail(work: Work, mail: Iterable[tuple[Account, str, Mapping[str, Any]]]) -> None:
    """Fill a world with the mail of all its accounts, whose profiles are there: each with its place in the document.

    Everything happens in the order of time, whatever message it happens to. Raises ``SeedError``.
    """
    sendings = [one for account, at, entry in mail for one in _Mail(work, account, at, entry).sendings()]
    timeline = [(one.time, number, 0) for number, one in enumerate(sendings)]
    timeline += [
        (then[0], number, step) for number, one in enumerate(sendings) for step, then in enumerate(one.then, 1)
    ]
    sent: dict[int, Message] = {}
    for time, number, step in sorted(timeline):
        if step == 0:
            sent[number] = mailings.send(work, sendings[number].sent, time=time)
        else:
            _, kind, details = sendings[number].then[step - 1]
            events.record(work, sent[number], kind, time=time, details=details)


class _Mail:
    """The mail of one account."""

    def __init__(self, work: Work, account: Account, place: str, entry: Mapping[str, Any]) -> None:
        self._work, self._account, self._place, self._entry = work, account, place, entry
        self._now = work.clock.now().replace(tzinfo=None, microsecond=0)
        self._receivers = Receivers(work, account)
        self._letters: dict[tuple[str, str], _Letter] = {}
        self._group, _ = next_id(work, "mailing-group")

    def sendings(self) -> Iterator[_Sending]:
        """All messages, in no order."""
        self._plant_templates()
        self._plant_documents()
        for place, message in numbered(self._entry.get("messages", ()), f"{self._place}.messages"):
            yield self._single(place, message)
        if "stream" in self._entry:
            yield from self._stream(f"{self._place}.stream", self._entry["stream"])

    def _plant_templates(self) -> None:
        for one in self._entry.get("templates", ()):
            made = mailings.create_template(self._work, self._account, suite=one["suite"], name=one["name"])
            subject = one.get("subject", one["name"])
            self._letters[one["suite"], one["name"]] = _Letter(
                suite=one["suite"],
                template=made,
                document=None,
                from_address=one.get("from_address", "news@mail.example"),
                subject=subject,
                html=one.get("html", "<p>Hello</p>"),
                text=one.get("text", "Hello"),
            )

    def _plant_documents(self) -> None:
        templates = {name: one for (suite, name), one in self._letters.items() if suite == PUBLISHER}
        for name in templates:
            del self._letters[PUBLISHER, name]
        for place, one in numbered(self._entry.get("documents", ()), f"{self._place}.documents"):
            base = named(f"{place}.template", f"template of {PUBLISHER}", one["template"], templates)
            letter = replace(
                base,
                from_address=one.get("from_address", base.from_address),
                subject=one.get("subject", one["name"]),
                html=one.get("source", base.html),
            )
            document = mailings.create_document(
                self._work,
                base.template,
                name=one["name"],
                from_address=letter.from_address,
                subject=letter.subject,
                source=letter.html,
            )
            self._letters[PUBLISHER, one["name"]] = replace(letter, document=document)

    def _single(self, place: str, message: Mapping[str, Any]) -> _Sending:
        letter = self._letter(place, message)
        receiver = self._receivers.named(
            place, message["to"], database=message.get("database"), collection=message.get("collection")
        )
        sent = self._sent(letter, receiver, tuple(message.get("tags", ())))
        time = past(self._work, f"{place}.time", message["time"])
        then = [self._event(at, one, time) for at, one in numbered(message.get("events", ()), f"{place}.events")]
        return _Sending(sent, time, then)

    def _event(self, place: str, event: Mapping[str, Any], sent: str) -> tuple[str, str, Mapping[str, str]]:
        kind, details = event["type"], event.get("details", {})
        for name in details:
            if name not in DETAILS_OF[kind]:
                text = f"an event of type {kind} has no {name!r}{nearest(name, DETAILS_OF[kind])}"
                raise SeedError(f"{place}.details", text)
        time = past(self._work, f"{place}.time", event["time"], after=sent, which="the message was sent")
        return time, kind, details

    def _letter(self, place: str, message: Mapping[str, Any]) -> _Letter:
        """What a message names: a template or a document."""
        if ("template" in message) == ("document" in message):
            raise SeedError(place, f"names {'both' if 'template' in message else 'neither'}; one of template, document")
        suite, kind = (MARKETING_SUITE, "template") if "template" in message else (PUBLISHER, "document")
        known = {name: one for (product, name), one in self._letters.items() if product == suite}
        return named(f"{place}.{kind}", f"{kind} of {suite}", message[kind], known)

    def _sent(self, letter: _Letter, receiver: Receiver, tags: tuple[str, ...], *, mailing: str = "") -> Sent:
        """A message of a mailing of its own, or of one that there is."""
        return Sent(
            account=self._account.id,
            suite=letter.suite,
            email=receiver.email,
            senderdomain=letter.from_address.rpartition("@")[2],
            mailing=mailing or self._mailing(letter),
            group=self._group if letter.suite == PUBLISHER else "",
            database=receiver.database,
            collection=receiver.collection,
            profile=receiver.profile,
            subprofile=receiver.subprofile,
            template=letter.template.id,
            document="" if letter.document is None else letter.document.id,
            tags=tags,
        )

    def _mailing(self, letter: _Letter) -> str:
        made = mailings.create_mailing(
            self._work,
            self._account,
            from_address=letter.from_address,
            subject=letter.subject,
            html=letter.html,
            text=letter.text,
        )
        return made.id

    def _stream(self, place: str, stream: Mapping[str, Any]) -> Iterator[_Sending]:
        chance = Random(stream["seed"])  # noqa: S311  (a stream made again from its number, no secret)
        letters = [[one for one in self._letters.values() if one.suite == suite] for suite in SUITES]
        products = [one for one in letters if one]
        if not products:
            raise SeedError(place, "there is neither a template of Marketing Suite nor a document of Publisher to send")
        reached = [self._receivers.of(at, name) for at, name in numbered(stream["databases"], f"{place}.databases")]
        for number in range(stream["mailings"]):
            start = self._start(chance, stream["days"], number // len(products))
            letter = chance.choice(products[number % len(products)])
            tags = stream.get("tags", ())
            tagged = tuple(chance.sample(tags, min(len(tags), chance.randint(1, 2))))
            everybody = reached[number // len(products) % len(reached)]
            several = chance.sample(everybody, min(len(everybody), stream["receivers"]))
            yield from self._mailed(chance, letter, tagged, several, start)

    def _start(self, chance: Random, days: int, number: int) -> datetime:
        """When a mailing of a product begins: the first on the first day, the second today, all others on any."""
        today = self._now.replace(hour=0, minute=0, second=0)
        if number == 1:
            return today + timedelta(seconds=chance.randrange((self._now - today).seconds // 2 + 1))
        day = 0 if number == 0 else chance.randrange(days)
        return today - timedelta(days=days - day) + timedelta(seconds=chance.randrange(8 * HOUR, 18 * HOUR))

    def _mailed(
        self, chance: Random, letter: _Letter, tags: tuple[str, ...], receivers: Sequence[Receiver], start: datetime
    ) -> Iterator[_Sending]:
        """One mailing, a message a second."""
        mailing = self._mailing(letter)
        to_subprofiles = chance.randrange(4) == 0
        for second, receiver in enumerate(receivers):
            meant = self._receivers.with_subprofile(receiver) if to_subprofiles else receiver
            sent = self._sent(letter, meant, tags, mailing=mailing)
            at = start + timedelta(seconds=second)
            steps = ((at + timedelta(seconds=one.after), one) for one in course(chance, sent.senderdomain))
            then = [(str(moment), one.type, one.details) for moment, one in steps if moment <= self._now]
            if at <= self._now:
                yield _Sending(sent, str(at), then)
