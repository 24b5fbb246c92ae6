"""Mail for tests, planted as seeds plant it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apitwin.data.faults import fault_in
from mockserver.apis.copernica.models.mailings import DETAILS_OF, EVENT_TYPES, MARKETING_SUITE, PUBLISHER
from mockserver.apis.copernica.models.structure import ACCOUNTS
from mockserver.apis.copernica.seeds.mailings import MAIL_SCHEMA, plant_mail
from mockserver.app import Twin
from mockserver.kernel.work import begin
from tests.copernica.conftest import NAME

#: When it is, in all tests of mail.
NOW = "2026-03-31 12:00:00"

ANN, BOB = "ann.lee@example.com", "bob@example.com"

#: A template of Marketing Suite, and one of Publisher with a document.
SUITE, LETTER = "Spring", "Spring letter"
TEMPLATES = [
    {"name": SUITE, "suite": MARKETING_SUITE, "subject": "New beans", "html": "<p>Hello</p>", "text": "Hello"},
    {"name": "Letters", "suite": PUBLISHER},
]
DOCUMENTS = [
    {
        "name": LETTER,
        "template": "Letters",
        "from_address": "news@letters.example",
        "subject": "Grüße",
        "source": "<html>Hi</html>",
    }
]

#: Where a message comes from, by product.
SOURCES: Mapping[str, Mapping[str, str]] = {
    MARKETING_SUITE: {"template": SUITE},
    PUBLISHER: {"document": LETTER},
}


@dataclass(frozen=True)
class Post:
    """Plants mail in a world of a twin."""

    twin: Twin
    world: str

    def send(self, *messages: Mapping[str, Any], account: str = "Roasters") -> None:
        """Messages of the templates and the document above."""
        self.plant(account, templates=TEMPLATES, documents=DOCUMENTS, messages=list(messages))

    def plant(self, account: str = "Roasters", **mail: Any) -> None:
        """The mail of an account, as a seed has it."""
        fault = fault_in(mail, MAIL_SCHEMA)
        assert fault is None, fault
        engine = self.twin.engines[NAME]
        with engine.store.transaction(self.world, writing=True) as store:
            named = {one.name: one for one in store.select(ACCOUNTS)}
            plant_mail(begin(store, engine.settings), [(named[account], "mail", mail)])


def message(to: str = ANN, time: str = NOW, *, suite: str = MARKETING_SUITE, **more: Any) -> dict[str, Any]:
    """A message as a seed has it."""
    return {"to": to, "time": time, **SOURCES[suite], **more}


def everything(time: str = NOW) -> list[dict[str, Any]]:
    """One event of every type but the attempt, with all details that it can have."""
    return [
        {"type": kind, "time": time, "details": {name: f"{kind} {name}" for name in DETAILS_OF[kind]}}
        for kind in EVENT_TYPES
        if kind != "attempt"
    ]
