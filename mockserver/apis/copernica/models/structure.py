"""Accounts and who may enter them; databases, collections, fields and interests.

Ids are the numbers that clients see, as text; ``number`` is the same as a number, to order by. A field lies in a
database or in a collection: its ``owner`` is ``database 7`` or ``collection 3``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.kernel.store.protocol import Index, Kind
from mockserver.kernel.store.query import Order

INTEGER, FLOAT, TEXT, BIG, EMAIL, SELECT = "integer", "float", "text", "big", "email", "select"
DATE, EMPTY_DATE, DATETIME, EMPTY_DATETIME = "date", "empty_date", "datetime", "empty_datetime"
PHONE, PHONE_FAX, PHONE_GSM, FOREIGN_KEY = "phone", "phone_fax", "phone_gsm", "foreign_key"
FIELD_TYPES = (
    INTEGER, FLOAT, DATE, EMPTY_DATE, DATETIME, EMPTY_DATETIME, TEXT, EMAIL, PHONE, PHONE_FAX, PHONE_GSM, SELECT, BIG,
    FOREIGN_KEY,
)  # fmt: skip

#: Types of which a database or collection has one field at most.
SINGLE_TYPES = (EMAIL, PHONE_FAX, PHONE_GSM)

NOTHING, REMOVE, UPDATE = "nothing", "remove", "update"
BEHAVIORS = (NOTHING, REMOVE, UPDATE)


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account; ``company`` pays for it."""

    id: str
    name: str
    description: str
    company: str


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may link applications to accounts; the id is the login."""

    id: str
    password: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """An application that was registered; the id is its client key."""

    id: str
    name: str
    secret: str


@dataclass(frozen=True, slots=True)
class Token:
    """An access token: one application and one account, until somebody revokes it. The id is what clients send."""

    id: str
    application: str
    account: str
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """An authorisation code, good for one exchange by one application at one address."""

    id: str
    application: str
    account: str
    redirect_uri: str
    used: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody logged in, and is asked whether an application may have a token. ``created``: seconds since 1970."""

    id: str
    application: str
    user: str
    redirect_uri: str
    state: str
    created: int


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """What becomes of a profile whose owner unsubscribes; ``fields`` are the values it gets where that is an update,
    by the id of their field."""

    behavior: str = NOTHING
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Database:
    """Profiles of one kind."""

    id: str
    number: int
    account: str
    name: str
    description: str
    archived: bool
    created: str
    unsubscribe: Unsubscribe = Unsubscribe()

    @property
    def owner(self) -> str:
        """The owner of its fields."""
        return f"database {self.id}"


@dataclass(frozen=True, slots=True)
class Collection:
    """What every profile of a database can have several of."""

    id: str
    number: int
    database: str
    name: str
    unsubscribe: Unsubscribe = Unsubscribe()

    @property
    def owner(self) -> str:
        """The owner of its fields."""
        return f"collection {self.id}"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a database or collection. ``value`` is its default; of a select its choices, one a line."""

    id: str
    number: int
    owner: str
    name: str
    type: str = TEXT
    value: str = ""
    displayed: bool = False
    ordered: bool = False
    length: int = 50
    textlines: int = 1
    hidden: bool = False
    index: bool = False


@dataclass(frozen=True, slots=True)
class Interest:
    """Something the profiles of a database can be interested in. Interests of one ``group`` belong together."""

    id: str
    number: int
    database: str
    name: str
    group: str = ""


ACCOUNTS: Kind[Account] = Kind("copernica.account", Account)
USERS: Kind[User] = Kind("copernica.user", User)
APPLICATIONS: Kind[Application] = Kind("copernica.application", Application)
TOKENS: Kind[Token] = Kind("copernica.token", Token, indexes=(Index(("application", "account"), "id"),))
CODES: Kind[Code] = Kind("copernica.code", Code)
CONSENTS: Kind[Consent] = Kind("copernica.consent", Consent)
DATABASES: Kind[Database] = Kind(
    "copernica.database",
    Database,
    indexes=(Index(("account",), "number"), Index(("account", "name"), "number")),
)
COLLECTIONS: Kind[Collection] = Kind("copernica.collection", Collection, indexes=(Index(("database",), "number"),))
FIELDS: Kind[Field] = Kind(
    "copernica.field",
    Field,
    unique=(("owner", "name"),),
    indexes=(Index(("owner",), "number"), Index(("owner", "type"), "number"), Index(("owner", "ordered"), "number")),
)
INTERESTS: Kind[Interest] = Kind("copernica.interest", Interest, indexes=(Index(("database",), "number"),))

TOKEN_APPLICATION = TOKENS.attribute("application")
TOKEN_ACCOUNT = TOKENS.attribute("account")

DATABASE_ACCOUNT = DATABASES.attribute("account")
DATABASE_NAME = DATABASES.attribute("name")
DATABASES_BY_NUMBER = (Order(DATABASES.attribute("number")),)

COLLECTION_DATABASE = COLLECTIONS.attribute("database")
COLLECTIONS_BY_NUMBER = (Order(COLLECTIONS.attribute("number")),)

FIELD_OWNER = FIELDS.attribute("owner")
FIELD_TYPE = FIELDS.attribute("type")
FIELD_ORDERED = FIELDS.attribute("ordered")
FIELDS_BY_NUMBER = (Order(FIELDS.attribute("number")),)
UNIQUE_FIELD_NAME = FIELDS.unique_key("owner", "name")

INTEREST_DATABASE = INTERESTS.attribute("database")
INTERESTS_BY_NUMBER = (Order(INTERESTS.attribute("number")),)

KINDS = (ACCOUNTS, USERS, APPLICATIONS, TOKENS, CODES, CONSENTS, DATABASES, COLLECTIONS, FIELDS, INTERESTS)
