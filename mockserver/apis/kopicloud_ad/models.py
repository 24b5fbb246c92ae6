"""What a directory and its DNS hold: rows as values, their kinds, and the one table of a user's text attributes."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.kernel.store.protocol import Index, Kind

SECURITY, DISTRIBUTION = "Security", "Distribution"
GROUP_TYPES = (SECURITY, DISTRIBUTION)
SCOPES = ("Domain_Local", "Global", "Universal")
FORWARD, REVERSE = "ForwardDNSZone", "ReverseDNSZone"
ZONE_TYPES = ("Primary", "Secondary", "Stub Zone")
RECORD_TYPES = ("A", "AAAA", "CNAME")
JWT, BASIC = "Jwt", "Basic"


#: Unicode combining class from which on a mark sits on a letter, as accents do; marks that are letters have lower ones.
FIRST_ACCENT_CLASS = 200

#: Letters Active Directory takes for others although Unicode does not take them apart.
STROKES = str.maketrans("øØ", "oO")


def fold(text: str) -> str:
    """The form names are compared in: Active Directory keeps case, accents and width, and ignores them (P4).

    ``Jose``, ``JOSÉ`` and ``ｊｏｓé`` are one name, and so are ``soren`` and ``Søren``.
    """
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", "".join(map(_narrowed, text.translate(STROKES).casefold())))
    return "".join(one for one in parts if unicodedata.combining(one) < FIRST_ACCENT_CLASS)


def _narrowed(character: str) -> str:
    """A character in its usual width: ``ａ`` is ``a``."""
    if unicodedata.decomposition(character).startswith(("<wide>", "<narrow>")):
        return unicodedata.normalize("NFKC", character)
    return character


@dataclass(frozen=True, slots=True)
class TextAttribute:
    """One text attribute of a user: LDAP name, JSON key, parameter, and longest value in UTF-16 units."""

    ldap: str
    field: str
    parameter: str
    limit: int | None = None


#: ``homeDirectory;local`` is the same LDAP attribute as ``homeDirectory``: the API shows it under one key when it is
#: a local path (``C:\\Home``) and under another when a drive letter is mapped to it (``\\\\srv\\home``), see U12.
TEXT_ATTRIBUTES = (
    TextAttribute("givenName", "firstName", "FirstName", 64),
    TextAttribute("sn", "lastName", "LastName", 64),
    TextAttribute("displayName", "displayName", "DisplayName", 256),
    TextAttribute("description", "description", "Description", 1024),
    TextAttribute("mail", "emailAddress", "EmailAddress", 256),
    TextAttribute("department", "department", "Department", 64),
    TextAttribute("physicalDeliveryOfficeName", "office", "Office", 128),
    TextAttribute("company", "company", "Company", 64),
    TextAttribute("initials", "initials", "Initials", 6),
    TextAttribute("title", "jobTitle", "JobTitle", 128),
    TextAttribute("streetAddress", "streetAddress", "Street", 1024),
    TextAttribute("postOfficeBox", "streetPoBox", "POBox", 40),
    TextAttribute("l", "city", "City", 128),
    TextAttribute("st", "state", "State", 128),
    TextAttribute("postalCode", "postalCode", "ZipCode", 40),
    TextAttribute("co", "country", "Country"),
    TextAttribute("telephoneNumber", "officePhone", "OfficePhone", 64),
    TextAttribute("homePhone", "homePhone", "HomePhone", 64),
    TextAttribute("mobile", "mobilePhone", "MobilePhone", 64),
    TextAttribute("profilePath", "profilePath", "ProfilePath"),
    TextAttribute("scriptPath", "profileLogonScript", "ProfileLogonScript"),
    TextAttribute("homeDirectory;local", "homeFolderPath", "HomeFolderPath"),
    TextAttribute("homeDrive", "homeFolderDrive", "HomeFolderDrive"),
    TextAttribute("homeDirectory", "homeFolderDirectory", "HomeFolderDirectory"),
    TextAttribute("msTSProfilePath", "rdsProfilePath", "RdsProfilePath"),
    TextAttribute("msTSHomeDirectory", "rdsHomeFolderPath", "RdsHomeFolderPath"),
    TextAttribute("msTSHomeDrive", "rdsHomeFolderDrive", "RdsHomeFolderDrive"),
)

#: Longest descriptions and mail addresses of groups, computers and OUs, in UTF-16 units.
DESCRIPTION_LIMIT, MAIL_LIMIT = 1024, 256


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryObject:
    """Anything in the directory. Its DN is never stored: it follows from ``parent`` up to the domain root.

    ``id`` is the objectGUID; ``parent``, ``primary_group`` and ``manager`` are objectGUIDs too; ``account`` is the
    sAMAccountName; keys are the folded forms. ``critical`` objects cannot be deleted, ``pinned`` ones neither renamed
    nor moved; ``created`` is seconds since 1970.
    """

    id: str
    object_class: str
    parent: str | None
    name: str
    name_key: str
    account: str | None = None
    account_key: str | None = None
    sid: str | None = None
    primary_group: str | None = None
    manager: str | None = None
    critical: bool = False
    pinned: bool = False
    created: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(DirectoryObject):
    """The root of the directory."""

    object_class: str = "domainDNS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container(DirectoryObject):
    """A default container such as ``CN=Users``."""

    object_class: str = "container"
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationalUnit(DirectoryObject):
    """An OU; ``protected`` guards it against deletion and moving."""

    object_class: str = "organizationalUnit"
    description: str | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class User(DirectoryObject):
    """A user. ``attributes`` holds text by LDAP name, unset ones left out; ``last_logon`` is seconds since 1970.

    ``password_needed`` is false for Guest, which may be enabled without one; ``reserved`` is true for krbtgt, which is
    neither enabled nor renamed.
    """

    object_class: str = "user"
    attributes: Mapping[str, str] = field(default_factory=dict)
    password: str | None = None
    password_needed: bool = True
    reserved: bool = False
    enabled: bool = False
    locked: bool = False
    failed_logins: int = 0
    must_change: bool = False
    never_expires: bool = False
    last_logon: float | None = None
    rds_connect_drive: bool = False
    rds_allow_logon: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(DirectoryObject):
    """A security or distribution group."""

    object_class: str = "group"
    group_type: str = SECURITY
    scope: str = "Global"
    description: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Computer(DirectoryObject):
    """A computer account; ``operating_system`` and ``dns_name`` are unset until the machine joins."""

    object_class: str = "computer"
    description: str | None = None
    operating_system: str | None = None
    dns_name: str | None = None


VARIANTS = (Domain, Container, OrganizationalUnit, User, Group, Computer)

#: The object class each variant is stored under.
OBJECT_CLASS: Mapping[type[DirectoryObject], str] = {
    variant: str(variant.__dataclass_fields__["object_class"].default) for variant in VARIANTS
}

OBJECTS: Kind[DirectoryObject] = Kind(
    "kopicloud-ad.object",
    DirectoryObject,
    unique=(("parent", "name_key"), ("account_key",)),
    indexes=(
        Index(("object_class",), "name_key"),
        Index(("object_class", "parent"), "name_key"),
        Index(("parent",), "name_key"),
        Index(("primary_group",), "name_key"),
        Index(("manager",), "name_key"),
    ),
    variants=VARIANTS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A user or group that is a direct member of a group, both by objectGUID. Primary groups are not kept here."""

    id: str
    group: str
    member: str


MEMBERSHIPS: Kind[Membership] = Kind(
    "kopicloud-ad.membership", Membership, indexes=(Index(("group",), "member"), Index(("member",), "group"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A DNS zone. ``partition`` is the directory partition it is kept in; ``None`` when it is no part of AD."""

    id: str
    name: str
    name_key: str
    direction: str
    zone_type: str = "Primary"
    system: bool = False
    partition: str | None = "DomainDnsZones"


ZONES: Kind[Zone] = Kind(
    "kopicloud-ad.zone",
    Zone,
    unique=(("name_key",),),
    indexes=(Index(("direction",), "name_key"), Index(("system",), "name_key")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A DNS record. ``owner`` is relative to the zone, ``@`` at its apex; keys are the forms compared."""

    id: str
    zone: str
    owner: str
    owner_key: str
    type: str
    data: str
    data_key: str
    timestamp: str = "0"


RECORDS: Kind[Record] = Kind(
    "kopicloud-ad.record",
    Record,
    unique=(("zone", "owner_key", "type", "data_key"),),
    indexes=(
        Index(("type",), "owner_key"),
        Index(("type", "zone"), "owner_key"),
        Index(("type", "owner_key"), "data_key"),
        Index(("type", "data_key"), "owner_key"),
        Index(("zone", "owner_key"), "type"),
        Index(("zone",), "owner_key"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An issued credential. ``expires`` is seconds since 1970.

    ``basic_key`` is the folded account name of a Basic one, ``secret`` its password as `User.password` keeps it.
    ``mark`` is the JWT's ``jti``: a token made again under an old name is another token. ``credential`` is the header
    value of a token that came with a seed, for the banner; its password is public in that seed.
    """

    id: str
    name: str
    name_key: str
    type: str
    user: str
    user_name: str
    mark: str | None = None
    basic_key: str | None = None
    secret: str | None = None
    expires: float | None = None
    disabled: bool = False
    credential: str | None = None


TOKENS: Kind[Token] = Kind(
    "kopicloud-ad.token",
    Token,
    unique=(("name_key",),),
    indexes=(Index(("type",), "name_key"), Index(("basic_key",), "name_key")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The one row of anchors: well-known objects by objectGUID, the domain's SID, the key tokens are signed with."""

    id: str = "installation"
    root: str
    users: str
    computers: str
    domain_users: str
    domain_computers: str
    domain_sid: str
    token_key: str


INSTALLATION: Kind[Installation] = Kind("kopicloud-ad.installation", Installation)

OBJECT_CLASS_NAME = OBJECTS.attribute("object_class")
OBJECT_PARENT = OBJECTS.attribute("parent")
OBJECT_NAME = OBJECTS.attribute("name_key")
OBJECT_PRIMARY_GROUP = OBJECTS.attribute("primary_group")
OBJECT_MANAGER = OBJECTS.attribute("manager")
UNIQUE_RDN = OBJECTS.unique_key("parent", "name_key")
UNIQUE_ACCOUNT = OBJECTS.unique_key("account_key")

MEMBERSHIP_GROUP = MEMBERSHIPS.attribute("group")
MEMBERSHIP_MEMBER = MEMBERSHIPS.attribute("member")

ZONE_DIRECTION = ZONES.attribute("direction")
ZONE_SYSTEM = ZONES.attribute("system")
ZONE_NAME = ZONES.attribute("name_key")
UNIQUE_ZONE = ZONES.unique_key("name_key")

RECORD_ZONE = RECORDS.attribute("zone")
RECORD_OWNER = RECORDS.attribute("owner_key")
RECORD_TYPE = RECORDS.attribute("type")
RECORD_DATA = RECORDS.attribute("data_key")
UNIQUE_RECORD = RECORDS.unique_key("zone", "owner_key", "type", "data_key")

TOKEN_NAME = TOKENS.attribute("name_key")
TOKEN_ACCOUNT = TOKENS.attribute("basic_key")
UNIQUE_TOKEN = TOKENS.unique_key("name_key")

KINDS = (OBJECTS, MEMBERSHIPS, ZONES, RECORDS, TOKENS, INSTALLATION)
