"""Selections of profiles, miniselections of subprofiles, their rules, and the conditions of those, a class per type.

A rule lies in a selection or in a miniselection: its ``owner`` is ``view 21`` or ``miniview 31``. What a condition
names (fields, interests, selections) it holds by id, so that names may change; ids are never given twice, so that what
is gone stays gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.kernel.store.protocol import Index, Kind
from mockserver.kernel.store.query import Order

CHANGE, DATE, DOUBLE_FIELD, EMAIL, EXPORT, FAX, FIELD, INTEREST, LAST_CONTACT, MINI_VIEW, PART, REFER_VIEW, SMS = (
    "Change", "Date", "DoubleField", "Email", "Export", "Fax", "Field", "Interest", "LastContact", "MiniView", "Part",
    "ReferView", "Sms",
)  # fmt: skip
SURVEY, TO_DO = "Survey", "ToDo"

CHANGE_TYPES = (
    "any", "none", "field", "nofield", "new", "notnew", "edit", "noedit", "newsubprofile", "nonewsubprofile",
    "editsubprofile", "noeditsubprofile", "removesubprofile", "noremovesubprofile", "interest", "gotinterest",
    "lostinterest",
)  # fmt: skip
EQUALS, NOT_EQUALS, CONTAINS, NOT_CONTAINS, LESS, MORE, IS_EMAIL, REGEXP, IS_NUMERIC = COMPARISONS = (
    "equals", "not equals", "contains", "not contains", "less", "more", "is_email", "regexp", "is-numeric",
)  # fmt: skip
FULL, IGNORE_YEAR = COMPARE_MODES = ("full", "ignoreyear")
UNIQUE, NON_UNIQUE, REPEATED, NON_REPEATED, LAST, TO_BE_REPEATED = DOUBLE_FIELD_MODES = (
    "match_unique_profiles", "match_non_unique_profiles", "match_repeated_profiles", "match_non_repeated_profiles",
    "match_last_profiles", "match_toberepeated_profiles",
)  # fmt: skip
WITH_INTEREST, WITHOUT_INTEREST, WITH_GROUP, WITHOUT_GROUP = INTEREST_MODES = (
    "match_profiles_with_interest", "match_profiles_without_interest", "match_profiles_with_interest_group",
    "match_profiles_without_interestgroup",
)  # fmt: skip
GOT_SOMETHING, GOT_DOCUMENT, GOT_NOTHING, NOT_GOT_DOCUMENT = MESSAGE_MODES = (
    "match_profiles_that_received_something", "match_profiles_that_received_document",
    "match_profiles_that_received_nothing", "match_profiles_that_received_not_document",
)  # fmt: skip
RESULTS = (
    "nocheck", "view", "viewnoclick", "anyclick", "clickonurl", "noclick", "error", "noerror", "abuse", "noabuse",
    "nothing", "anything",
)  # fmt: skip
TO_PROFILE, TO_SUBPROFILE, TO_ANYTHING = DESTINATIONS = ("profile", "subprofile", "anything")
EQUAL, UNEQUAL, BETWEEN, FEWER, GREATER = OPERATORS = ("=", "!=", "<>", "<", ">")
MATCH_TYPES = ("match_intelligent", "match_exact")
CONTACT_MODES = ("match_contacted_profiles", "match_not_contacted_profiles")
SUBMITTERS = ("profile", "subprofile", "anything", "none", "noprofile", "nosubprofile")
YES, NO = CHECK_TYPES = ("yes", "no")

PLUS, MINUS = SIGNS = ("plus", "minus")
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class View:
    """A selection: profiles of a database. Nested in another one where ``parent`` has its id."""

    id: str
    number: int
    database: str
    name: str
    description: str = ""
    parent: str = ""

    @property
    def owner(self) -> str:
        """The owner of its rules."""
        return f"view {self.id}"


@dataclass(frozen=True, slots=True)
class Miniview:
    """A miniselection: subprofiles of a collection."""

    id: str
    number: int
    collection: str
    name: str
    description: str = ""

    @property
    def owner(self) -> str:
        """The owner of its rules."""
        return f"miniview {self.id}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule matches what meets all its conditions, an ``inversed`` one what does not."""

    id: str
    number: int
    owner: str
    name: str
    description: str = ""
    inversed: bool = False
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Mutation:
    """A moment as an offset from now: ``sign``, ``count`` and ``unit``, then down to a whole ``floor`` if there is one.

    ``text`` is what the client wrote; where nobody can read it, it has no ``unit`` and no meaning (MUTATIONS).
    """

    text: str
    sign: str = PLUS
    count: int = 0
    unit: str = ""
    floor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One demand of a rule. ``refers`` is the owner of the rules of another selection that it asks about, if any."""

    id: str
    number: int
    rule: str
    type: str
    refers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedCondition(Condition):
    """A condition within a span of time: moments as clients see them, and mutations, which beat them."""

    before_time: str = ""
    after_time: str = ""
    before_mutation: Mutation | None = None
    after_mutation: Mutation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCondition(TimedCondition):
    """What changed; ``field`` and ``interest`` are ids."""

    type: str = CHANGE
    change_type: str = CHANGE_TYPES[0]
    field: str = ""
    interest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCondition(TimedCondition):
    """The date in a field lies in the span."""

    type: str = DATE
    field: str = ""
    compare_mode: str = FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleFieldCondition(Condition):
    """Whether others have the same in all these fields."""

    type: str = DOUBLE_FIELD
    match_mode: str = UNIQUE
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCondition(TimedCondition):
    """Messages received. ``amount`` is how many, by ``operator``: one, or two for between."""

    match_mode: str = GOT_SOMETHING
    required_destination: str = TO_ANYTHING
    document: str = ""
    template: str = ""
    amount: str = ""
    operator: str = EQUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailCondition(MessageCondition):
    """Mails received, and what came of them."""

    type: str = EMAIL
    required_result: str = RESULTS[0]
    clicked_url: str = ""
    required_errors: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxCondition(MessageCondition):
    """Faxes received."""

    type: str = FAX


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsCondition(MessageCondition):
    """Text messages received."""

    type: str = SMS


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCondition(TimedCondition):
    """When somebody was last exported."""

    type: str = EXPORT
    include_never_exported_profiles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCondition(Condition):
    """A field compared with ``other_field``, else with ``value``."""

    type: str = FIELD
    comparison: str = EQUALS
    field: str = ""
    value: str = ""
    other_field: str = ""
    numeric_comparison: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestCondition(Condition):
    """An interest (an id), or one of a group, is on or off."""

    type: str = INTEREST
    match_mode: str = WITH_INTEREST
    interest: str = ""
    interest_group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCondition(TimedCondition):
    """Contacts of some kind, with somebody, with so many of them closed."""

    match_type: str = MATCH_TYPES[0]
    match_mode: str = CONTACT_MODES[0]
    contact_type: str = ""
    min_closed: int | None = None
    max_closed: int | None = None
    user: str = ""
    priority: str = ""
    contains: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastContactCondition(ContactCondition):
    """Contacts in the past."""

    type: str = LAST_CONTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDoCondition(ContactCondition):
    """Contacts planned."""

    type: str = TO_DO


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniViewCondition(Condition):
    """How many subprofiles the miniselection it ``refers`` to has of the profile."""

    type: str = MINI_VIEW
    min_subprofiles: int | None = None
    max_subprofiles: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCondition(Condition):
    """A slice of everybody, ordered by ``fields``: numbers or percentages, below zero from the end."""

    type: str = PART
    begin: str = ""
    length: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferViewCondition(Condition):
    """Whether the selection it ``refers`` to has somebody."""

    type: str = REFER_VIEW
    check_type: str = YES


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyCondition(TimedCondition):
    """Who filled in a survey."""

    type: str = SURVEY
    submitter: str = TO_ANYTHING
    survey_name: str = ""


CONDITION_CLASSES: Mapping[str, type[Condition]] = {
    CHANGE: ChangeCondition,
    DATE: DateCondition,
    DOUBLE_FIELD: DoubleFieldCondition,
    EMAIL: EmailCondition,
    EXPORT: ExportCondition,
    FAX: FaxCondition,
    FIELD: FieldCondition,
    INTEREST: InterestCondition,
    LAST_CONTACT: LastContactCondition,
    MINI_VIEW: MiniViewCondition,
    PART: PartCondition,
    REFER_VIEW: ReferViewCondition,
    SMS: SmsCondition,
    SURVEY: SurveyCondition,
    TO_DO: ToDoCondition,
}

VIEWS: Kind[View] = Kind(
    "copernica.view",
    View,
    unique=(("database", "name"),),
    indexes=(
        Index(("database",), "number"),
        Index(("database", "parent"), "number"),
        Index(("parent",), "number"),
    ),
)
MINIVIEWS: Kind[Miniview] = Kind("copernica.miniview", Miniview, indexes=(Index(("collection",), "number"),))
RULES: Kind[Rule] = Kind("copernica.rule", Rule, unique=(("owner", "name"),), indexes=(Index(("owner",), "number"),))
CONDITIONS: Kind[Condition] = Kind(
    "copernica.condition",
    Condition,
    indexes=(Index(("rule",), "number"), Index(("refers",), "number")),
    variants=tuple(CONDITION_CLASSES.values()),
)

VIEW_DATABASE = VIEWS.attribute("database")
VIEW_PARENT = VIEWS.attribute("parent")
VIEWS_BY_NUMBER = (Order(VIEWS.attribute("number")),)
UNIQUE_VIEW_NAME = VIEWS.unique_key("database", "name")

MINIVIEW_COLLECTION = MINIVIEWS.attribute("collection")
MINIVIEWS_BY_NUMBER = (Order(MINIVIEWS.attribute("number")),)

RULE_OWNER = RULES.attribute("owner")
RULES_BY_NUMBER = (Order(RULES.attribute("number")),)
UNIQUE_RULE_NAME = RULES.unique_key("owner", "name")

CONDITION_REFERS = CONDITIONS.attribute("refers")
CONDITION_RULE = CONDITIONS.attribute("rule")
CONDITIONS_BY_NUMBER = (Order(CONDITIONS.attribute("number")),)

KINDS = (VIEWS, MINIVIEWS, RULES, CONDITIONS)
