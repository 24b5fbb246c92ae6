"""Conditions of rules: what each type of them asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.members import asked, read_as, words_swapped
from contract_tests.planted.copernica_v1.tools import sent, without
from contract_tests.planted.fault import Fault, Plant, fault, patched, returning
from mockserver.apis.copernica.models import selections as models
from mockserver.apis.copernica.service import changes as log
from mockserver.apis.copernica.service import conditions, demands, rules
from mockserver.apis.copernica.service.evaluation import changes, dates, fields, interests, others
from mockserver.apis.copernica.service.interests import listed
from mockserver.apis.copernica.service.spans import Span
from mockserver.kernel.errors import NotFound

ON_FIELD, ON_DATE, ON_CHANGE = models.FieldCondition, models.DateCondition, models.ChangeCondition
ON_INTEREST, ON_DOUBLE, ON_PART = models.InterestCondition, models.DoubleFieldCondition, models.PartCondition


def _fault(name: str, title: str, *parts: Plant, evidence: Evidence = Evidence.ASSUMED) -> Fault:
    return fault(name, title, "story", *parts, evidence=evidence)


def _comparing(**words: str) -> Plant:
    return words_swapped(ON_FIELD, "comparison", **words)


def _folded(good: Any) -> Any:
    """Texts compared without case."""

    def alone(field: Any, relation: str, value: str, numeric: bool) -> Any:
        met = good(field, relation, value.lower(), numeric)
        return lambda text: met(text.lower())

    return alone


def _digits(good: Any) -> Any:
    """Only digits are a number."""

    def alone(field: Any, relation: str, value: str, numeric: bool) -> Any:
        return str.isdigit if relation == models.IS_NUMERIC else good(field, relation, value, numeric)

    return alone


def _folded_in(relation: str) -> Any:
    """Texts compared without case by one relation."""

    def replacement(good: Any) -> Any:
        folded = _folded(good)
        return lambda field, asked, *given: (folded if asked == relation else good)(field, asked, *given)

    return replacement


def _at_most(good: Any) -> Any:
    def alone(field: Any, relation: str, value: str, numeric: bool) -> Any:
        met = good(field, relation, value, numeric)
        same = good(field, models.EQUALS, value, numeric)
        return (lambda text: met(text) or same(text)) if relation in (models.LESS, models.MORE) else met

    return alone


def _as_texts(good: Any) -> Any:
    """Numbers compared as the texts they are written as."""
    return lambda field, relation, value, numeric: good(replace(field, type="text"), relation, value, False)


def _anchored(good: Any) -> Any:
    return lambda expression: good(f"^(?:{expression})$")


def _span(change: Callable[[Span], Span], *places: Any) -> list[Plant]:
    return [patched(place, "span", returning(lambda found, *_: change(found))) for place in places]


def _unmutated(good: Any) -> Any:
    return lambda work, one: good(work, replace(one, before_mutation=None, after_mutation=None))


def _unfixed(good: Any) -> Any:
    """Mutations do not beat fixed times."""

    def span(work: Any, one: Any) -> Any:
        before = None if one.before_time else one.before_mutation
        after = None if one.after_time else one.after_mutation
        return good(work, replace(one, before_mutation=before, after_mutation=after))

    return span


def _swapped(good: Any) -> Any:
    def span(work: Any, one: Any) -> Any:
        return good(work, replace(one, before_mutation=one.after_mutation, after_mutation=one.before_mutation))

    return span


def _first_field(good: Any) -> Any:
    return lambda scope, one: good(scope, replace(one, fields=one.fields[:1]))


def _percent_as_number(good: Any) -> Any:
    return lambda text, size: good(text.removesuffix("%"), size)


def _begin_unsigned(good: Any) -> Any:
    return lambda begin, length, size: good(begin.removeprefix("-"), length, size)


def _length_unsigned(good: Any) -> Any:
    return lambda begin, length, size: good(begin, length.removeprefix("-"), size)


def _chosen(**modes: Callable[[list[str]], list[str]]) -> Plant:
    """Others of those that are equal, by the first letters of the mode."""
    by_word = {getattr(models, name): choose for name, choose in modes.items()}
    return patched(
        others,
        "_chosen",
        lambda good: lambda mode, group: by_word[mode](group) if mode in by_word else good(mode, group),
    )


def _group_as_name(_: Any) -> Any:
    """A group of interests is read as the name of one."""

    def group(scope: Any, name: str) -> Any:
        found = listed(scope.work, scope.place)
        return frozenset(one.id for one in found if one.name == name)

    return group


def _group_needs_all(_: Any) -> Any:
    return lambda person, wanted: bool(wanted) and wanted <= getattr(person, "interests", frozenset())


def _always_met_when_gone(good: Any, scope: Any, one: Any) -> Any:
    """A condition on a field that is gone is met."""
    return good(scope, one) if scope.field(one.field) is not None else (lambda person: True)


def _always(_: Any, __: Any, ___: Any) -> Any:
    return lambda person: True


def _last_of_type(good: Any) -> Any:
    def meant(work: Any, rule: Any, text: str) -> Any:
        found = good(work, rule, text)
        return [one for one in conditions.listed(work, rule) if text in (found.id,) or one.type == found.type][-1]

    return meant


def _other_field_kept(good: Any) -> Any:
    """A condition that is given a value keeps its other field."""

    def change(work: Any, rule: Any, condition: Any, wish: Any) -> Any:
        changed = good(work, rule, condition, wish)
        if isinstance(changed, ON_FIELD) and condition.other_field and "other_field" not in wish.given:
            changed = replace(changed, other_field=condition.other_field)
            work.store.replace(models.CONDITIONS, changed)
        return changed

    return change


def _forgetful(good: Any) -> Any:
    """A change of a condition resets what it does not name."""

    def change(work: Any, rule: Any, condition: Any, wish: Any) -> Any:
        bare = models.CONDITION_CLASSES[condition.type](  # type: ignore[call-arg]
            id=condition.id, number=condition.number, rule=rule.id
        )
        return good(work, rule, bare, wish)

    return change


def _taken(good: Any) -> Any:
    """A field that is not there is none."""

    def field(self: Any, name: str, value: Any) -> Any:
        try:
            return good(self, name, value)
        except NotFound:
            return ""

    return field


def _any_word(good: Any) -> Any:
    return lambda name, value, words: value if isinstance(value, str) else good(name, value, words)


def _appended(good: Any) -> Any:
    """Conditions in the change of a rule are added to those it has."""

    def change(work: Any, rule: Any, given: Any, wishes: Any = None) -> Any:
        changed = good(work, rule, given, None)
        for wish in wishes or ():
            conditions.create(work, rule, wish)
        return changed

    return change


def _cleared(good: Any) -> Any:
    """A change of a rule that names no conditions removes them."""
    return lambda work, rule, given, wishes=None: good(work, rule, given, wishes or ())


def _no_wishes(good: Any) -> Any:
    return lambda work, selection, given, wishes=(): good(work, selection, given, ())


def _ignoring_interest(good: Any, scope: Any, one: Any) -> Any:
    return good(scope, replace(one, interest=""))


def _without_subprofiles(good: Any) -> Any:
    subs = (log.NEW_SUBPROFILE, log.EDIT_SUBPROFILE, log.REMOVE_SUBPROFILE)
    return lambda scope, kinds: good(scope, [one for one in kinds if one not in subs])


FAULTS = (
    # --- fields
    _fault("equals-without-case", "Field: equals compares without case", patched(fields, "_alone", _folded)),
    _fault("not-equals-is-equals", "Field: not equals means equals", _comparing(not_equals="equals")),
    _fault("contains-is-equals", "Field: contains means equals", _comparing(contains="equals")),
    _fault("not-contains-is-contains", "Field: not contains means contains", _comparing(not_contains="contains")),
    _fault("not-contains-is-not-equals", "Field: not contains means not equals", _comparing(not_contains="not equals")),
    _fault("less-is-more", "Field: less and more are swapped", _comparing(less="more", more="less")),
    _fault("less-or-equal", "Field: what is equal is less and more", patched(fields, "_alone", _at_most)),
    _fault("numbers-as-texts", "Field: numbers are compared as texts", patched(fields, "_alone", _as_texts)),
    _fault("numeric-ignored", "Field: numeric-comparison has no effect", read_as(ON_FIELD, numeric_comparison=False)),
    _fault("other-field-ignored", "Field: other-field has no effect", read_as(ON_FIELD, other_field="")),
    _fault(
        "anything-is-email", "Field: whatever has an @ is an email address", patched(fields, "EMAIL", lambda _: "@")
    ),
    _fault("regexp-is-contains", "Field: regexp is read as a text", _comparing(regexp="contains")),
    _fault("regexp-anchored", "Field: regexp has to match the whole value", patched(fields, "searcher", _anchored)),
    _fault("numeric-is-regexp", "Field: is-numeric is met by none", _comparing(is_numeric="is_email")),
    _fault("numeric-is-digits", "Field: is-numeric is met by digits alone", patched(fields, "_alone", _digits)),
    _fault(
        "regexp-without-case",
        "Field: regexp compares without case",
        patched(fields, "_alone", _folded_in(models.REGEXP)),
    ),
    _fault("gone-field-met", "Field: a condition on a deleted field is met", asked(ON_FIELD, _always_met_when_gone)),
    # --- interests
    _fault(
        "without-interest-is-with",
        "Interest: without means with",
        words_swapped(ON_INTEREST, "match_mode", match_profiles_without_interest=models.WITH_INTEREST),
    ),
    _fault(
        "interest-group-is-name", "Interest: a group is read as a name", patched(interests, "_group", _group_as_name)
    ),
    _fault(
        "interest-group-needs-all",
        "Interest: all of a group have to be on",
        patched(interests, "_has", _group_needs_all),
    ),
    # --- dates
    _fault(
        "date-latest-ignored", "Date: the upper bound has no effect", *_span(lambda one: replace(one, latest=""), dates)
    ),
    _fault(
        "date-earliest-ignored",
        "Date: the lower bound has no effect",
        *_span(lambda one: replace(one, earliest=""), dates),
    ),
    _fault("mutations-ignored", "Date: mutations have no effect", patched(dates, "span", _unmutated)),
    _fault("mutations-swapped", "Date: the two mutations are swapped", patched(dates, "span", _swapped)),
    _fault("fixed-times-win", "Date: fixed times beat mutations", patched(dates, "span", _unfixed)),
    _fault("year-not-ignored", "Date: ignoreyear has no effect", read_as(ON_DATE, compare_mode="full")),
    _fault("year-always-ignored", "Date: the year never counts", read_as(ON_DATE, compare_mode="ignoreyear")),
    # --- changes
    _fault("no-edit-is-edit", "Change: noedit means edit", words_swapped(ON_CHANGE, "change_type", noedit="edit")),
    _fault("new-is-edit", "Change: new means edit", words_swapped(ON_CHANGE, "change_type", new="edit")),
    _fault("change-field-ignored", "Change: whichever field", words_swapped(ON_CHANGE, "change_type", field="edit")),
    _fault(
        "lost-is-got",
        "Change: lostinterest means gotinterest",
        words_swapped(ON_CHANGE, "change_type", lostinterest="gotinterest"),
    ),
    _fault("change-interest-ignored", "Change: whichever interest", asked(ON_CHANGE, _ignoring_interest)),
    _fault(
        "change-subprofiles-ignored", "Change knows no subprofiles", patched(changes, "_logged", _without_subprofiles)
    ),
    # --- double fields
    _fault("unique-is-first", "DoubleField: unique is the first of all", _chosen(UNIQUE=lambda group: group[:1])),
    _fault(
        "repeated-is-all",
        "DoubleField: repeated is all there are several of",
        _chosen(REPEATED=lambda group: group if len(group) > 1 else []),
    ),
    _fault("last-is-first", "DoubleField: the last is the first", _chosen(LAST=lambda group: group[:1])),
    _fault(
        "to-be-repeated-is-repeated",
        "DoubleField: to be repeated is repeated",
        _chosen(TO_BE_REPEATED=lambda group: group[1:]),
    ),
    _fault(
        "double-first-field",
        "DoubleField: only the first field counts",
        asked(ON_DOUBLE, lambda good, scope, one: _first_field(good)(scope, one)),
    ),
    # --- parts
    _fault("part-begin-ignored", "Part: begin has no effect", read_as(ON_PART, begin="")),
    _fault("part-length-ignored", "Part: length has no effect", read_as(ON_PART, length="")),
    _fault("part-order-ignored", "Part: fields have no effect", read_as(ON_PART, fields=())),
    _fault(
        "part-begin-unsigned",
        "Part: a begin below zero counts from the start",
        patched(others, "bounds", _begin_unsigned),
    ),
    _fault(
        "part-length-unsigned", "Part: a length below zero is one above", patched(others, "bounds", _length_unsigned)
    ),
    _fault("part-percent-number", "Part: a percentage is a number", patched(others, "_amount", _percent_as_number)),
    # --- messages, surveys, contacts
    _fault(
        "nothing-is-something",
        "Email: who received nothing is who received something",
        words_swapped(models.EmailCondition, "match_mode", match_profiles_that_received_nothing=models.GOT_SOMETHING),
    ),
    _fault("got-mails-always", "Email: everybody received something", asked(models.EmailCondition, _always)),
    _fault("got-faxes-always", "Fax: everybody received something", asked(models.FaxCondition, _always)),
    _fault("survey-by-all", "Survey: everybody filled it in", asked(models.SurveyCondition, _always)),
    _fault("contacted-all", "LastContact: everybody was contacted", asked(models.LastContactCondition, _always)),
    # --- how they are changed
    _fault(
        "condition-last-of-type", "a change by type changes the last one", patched(conditions, "meant", _last_of_type)
    ),
    _fault(
        "condition-other-field-stays",
        "Field: a value leaves other-field",
        patched(conditions, "change", _other_field_kept),
    ),
    _fault(
        "condition-type-kept",
        "type in a change of a condition has no effect",
        sent(lambda body: without(body, "type"), "updateMiniruleCondition"),
    ),
    _fault(
        "minirule-keeps-conditions",
        "conditions in the change of a rule of a miniselection have no effect",
        sent(lambda body: without(body, "conditions"), "updateMinirule"),
    ),
    _fault(
        "conditions-on-nothing",
        "a condition on a field that is not there is taken",
        patched(demands._Reader, "_field", _taken),
    ),
    _fault(
        "conditions-of-any-word",
        "words that a condition does not know are kept",
        patched(demands, "_word", _any_word),
    ),
    _fault("condition-forgets", "a change of a condition resets the rest", patched(conditions, "change", _forgetful)),
    _fault("rule-adds-conditions", "conditions in a change of a rule are added", patched(rules, "change", _appended)),
    _fault(
        "rule-drops-conditions",
        "a change of a rule without conditions removes them",
        patched(rules, "change", _cleared),
    ),
    _fault(
        "rule-made-bare",
        "conditions in the creation of a rule are lost",
        patched(rules, "create", _no_wishes),
        evidence=Evidence.DOCUMENTED,
    ),
)
