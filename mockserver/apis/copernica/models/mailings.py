"""Mail that was sent, and what became of it: templates, documents, mailings, their messages, and the stream of events.

Marketing Suite and Publisher send each on their own. An id that a thing does not have (a message to a mere address has
no profile) is empty. Moments are texts as clients see them; ``day`` is the date in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.kernel.store.protocol import Index, Kind
from mockserver.kernel.store.query import Order

MARKETING_SUITE, PUBLISHER = SUITES = ("marketing-suite", "publisher")

ATTEMPT, ABUSE, CLICK, DELIVERY, ERROR, OPEN, RETRY, UNSUBSCRIBE = EVENT_TYPES = (
    "attempt", "abuse", "click", "delivery", "error", "open", "retry", "unsubscribe",
)  # fmt: skip

#: Where the events of a type are logged, by product.
LOGFILES_OF: Mapping[str, Mapping[str, str]] = {
    MARKETING_SUITE: {
        ATTEMPT: "cdm-attempts",
        ABUSE: "cdm-abuse",
        CLICK: "cdm-click",
        DELIVERY: "cdm-delivery",
        ERROR: "cdm-error",
        OPEN: "cdm-impression",
        RETRY: "cdm-retry",
        UNSUBSCRIBE: "cdm-unsubscribe",
    },
    PUBLISHER: {
        ATTEMPT: "pom-attempts",
        ABUSE: "pom-abuses",
        CLICK: "pom-clicks",
        DELIVERY: "pom-deliveries",
        ERROR: "pom-errors",
        OPEN: "pom-impressions",
        RETRY: "pom-retries",
        UNSUBSCRIBE: "pom-unsubscribes",
    },
}

#: What there is to say of an event beside which message it befell.
_REQUEST = ("ip", "user-agent", "referer", "countrycode", "countryname", "regioncode", "city")
DETAILS_OF: Mapping[str, tuple[str, ...]] = {
    ATTEMPT: (),
    ABUSE: ("mail",),
    CLICK: ("linkinfo", *_REQUEST),
    DELIVERY: ("attempts",),
    ERROR: ("type", "status", "description", "code", "content"),
    OPEN: _REQUEST,
    RETRY: ("attempts",),
    UNSUBSCRIBE: (),
}

ABOUT_EMAIL, ABOUT_PROFILE, ABOUT_SUBPROFILE = SUBJECTS = ("email", "profile", "subprofile")


@dataclass(frozen=True, slots=True)
class Template:
    """What mailings look like; ``suite`` is the product it is of."""

    id: str
    number: int
    account: str
    suite: str
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """What Publisher fills into a template to send it."""

    id: str
    number: int
    account: str
    template: str
    name: str
    from_address: str
    subject: str
    source: str


@dataclass(frozen=True, slots=True)
class Mailing:
    """One sending of a template or document, with what everybody got."""

    id: str
    number: int
    account: str
    from_address: str
    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Who got what: true of a message, and of all that becomes of it.

    ``destination`` numbers the messages of all mailings; ``group`` is a group of mailings of Publisher.
    """

    account: str
    suite: str
    email: str
    senderdomain: str
    mailing: str
    destination: str = ""
    group: str = ""
    database: str = ""
    collection: str = ""
    profile: str = ""
    subprofile: str = ""
    template: str = ""
    document: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Sent):
    """One mail to one address."""

    id: str
    number: int
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Sent):
    """What happened to a message. ``details`` are those of its type (`DETAILS_OF`); numbers rise with time."""

    id: str
    number: int
    message: str
    type: str
    time: str
    day: str
    logfile: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Logfile:
    """The events of one type, product and day of an account."""

    id: str
    account: str
    day: str
    prefix: str
    name: str


@dataclass(frozen=True, slots=True)
class Known:
    """A profile of a database, or a subprofile of a collection (``place``), as it was: values by names of fields."""

    type: str
    id: str
    place: str
    created: str
    modified: str
    values: Mapping[str, str]
    interests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Datarequest:
    """Somebody wants everything that is known of a ``subject``: an address, or the id of a profile or subprofile.

    ``created`` is in seconds since 1970; what follows is what there was then, ``messages`` and ``events`` by id.
    """

    id: str
    number: int
    account: str
    type: str
    subject: str
    report: str
    created: int
    known: tuple[Known, ...]
    messages: tuple[str, ...]
    events: tuple[str, ...]


TEMPLATES: Kind[Template] = Kind("copernica.template", Template, unique=(("account", "suite", "name"),))
DOCUMENTS: Kind[Document] = Kind("copernica.document", Document, unique=(("account", "name"),))
MAILINGS: Kind[Mailing] = Kind("copernica.mailing", Mailing)
MESSAGES: Kind[Message] = Kind(
    "copernica.message", Message, indexes=(Index(("database",), "number"), Index(("collection",), "number"))
)
LOGFILES: Kind[Logfile] = Kind(
    "copernica.logfile",
    Logfile,
    unique=(("account", "name"),),
    indexes=(Index(("account",), "name"), Index(("account", "day"), "name")),
)
EVENTS: Kind[Event] = Kind(
    "copernica.event",
    Event,
    indexes=(
        Index(("account", "day"), "number"),
        Index(("account", "type"), "number"),
        Index(("account", "email"), "number"),
        Index(("profile",), "number"),
        Index(("destination",), "number"),
        Index(("mailing", "type"), "number"),
        Index(("template", "day"), "number"),
        Index(("logfile",), "number"),
    ),
)
DATAREQUESTS: Kind[Datarequest] = Kind("copernica.datarequest", Datarequest)

UNIQUE_TEMPLATE_NAME = TEMPLATES.unique_key("account", "suite", "name")
UNIQUE_DOCUMENT_NAME = DOCUMENTS.unique_key("account", "name")

MESSAGE_DATABASE = MESSAGES.attribute("database")
MESSAGE_COLLECTION = MESSAGES.attribute("collection")
MESSAGE_SUBPROFILE = MESSAGES.attribute("subprofile")
MESSAGE_TIME = MESSAGES.attribute("time")

LOGFILE_ACCOUNT = LOGFILES.attribute("account")
LOGFILE_DAY = LOGFILES.attribute("day")
LOGFILES_BY_NAME = (Order(LOGFILES.attribute("name")),)
UNIQUE_LOGFILE_NAME = LOGFILES.unique_key("account", "name")

EVENT_ACCOUNT = EVENTS.attribute("account")
EVENT_DAY = EVENTS.attribute("day")
EVENT_DESTINATION = EVENTS.attribute("destination")
EVENT_DOCUMENT = EVENTS.attribute("document")
EVENT_EMAIL = EVENTS.attribute("email")
EVENT_LOGFILE = EVENTS.attribute("logfile")
EVENT_MAILING = EVENTS.attribute("mailing")
EVENT_PROFILE = EVENTS.attribute("profile")
EVENT_SUBPROFILE = EVENTS.attribute("subprofile")
EVENT_TEMPLATE = EVENTS.attribute("template")
EVENT_TYPE = EVENTS.attribute("type")
EVENTS_BY_NUMBER = (Order(EVENTS.attribute("number")),)

KINDS = (TEMPLATES, DOCUMENTS, MAILINGS, MESSAGES, LOGFILES, EVENTS, DATAREQUESTS)
