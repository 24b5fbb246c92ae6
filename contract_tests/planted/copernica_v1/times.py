"""Moments, windows, conditions and data requests that do not go with the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import Plant, fault, patched, returning
from mockserver.apis.copernica.models.people import PROFILES, SUBPROFILES, Profile
from mockserver.apis.copernica.service import datarequests, profiles, subprofiles
from mockserver.apis.copernica.service.evaluation import changes, dates
from mockserver.apis.copernica.service.events import Window
from mockserver.apis.copernica.service.numbers import stamp
from mockserver.apis.copernica.v1.handlers import events

STORY = "state-story"


def _keeping(module: Any, change: Callable[[Any, Any, Any], dict[str, str]]) -> Plant:
    """Other moments are kept of a row: ``change(work, before, kept)`` says which."""

    def keep(good: Any) -> Any:
        def kept(work: Any, before: Any, after: Any) -> Any:
            found = good(work, before, after)
            other = replace(found, **change(work, before, found))
            if other != found:
                work.store.replace(PROFILES if isinstance(other, Profile) else SUBPROFILES, other)
            return other

        return kept

    return patched(module, "keep", keep)


def _with_its_subprofile(good: Any) -> Any:
    """A profile has changed when one of its subprofiles has."""

    def kept(work: Any, before: Any, after: Any) -> Any:
        found = good(work, before, after)
        profile = work.store.get(PROFILES, found.profile)
        if found != before and profile is not None:
            work.store.replace(PROFILES, replace(profile, modified=stamp(work)))
        return found

    return kept


def _as_when_first_asked(good: Any) -> Any:
    """An offset is counted from when the condition was first looked at."""
    known: dict[str, Any] = {}

    def span(work: Any, condition: Any) -> Any:
        return known.setdefault(repr(condition), good(work, condition))

    return span


def _of_a_year(work: Any) -> Window:
    """The last year, as if it were a month."""
    end = work.clock.now().date()
    return Window(end - timedelta(days=365), end)


def _as_of_all(good: Any) -> Any:
    """Nobody asks what a window is of."""
    return lambda work, call, **more: good(work, call)


FAULTS = (
    fault(
        "modified-at-every-write",
        "modified moves when the same is written",
        STORY,
        _keeping(profiles, lambda work, before, kept: {"modified": stamp(work)}),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "modified-stands",
        "modified of a profile stands still when something changes",
        STORY,
        _keeping(profiles, lambda work, before, kept: {"modified": before.modified}),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "modified-of-subprofiles-stands",
        "modified of a subprofile stands still when something changes",
        STORY,
        _keeping(subprofiles, lambda work, before, kept: {"modified": before.modified}),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "created-with-every-change",
        "created moves with every change",
        STORY,
        _keeping(profiles, lambda work, before, kept: {"created": kept.modified}),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "modified-with-subprofiles",
        "a profile has changed when a subprofile has",
        STORY,
        patched(subprofiles, "keep", _with_its_subprofile),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "data-never-there",
        "the data of a data request are never there",
        STORY,
        patched(
            datarequests,
            "status",
            returning(lambda found, *_: datarequests.PENDING if found == datarequests.AVAILABLE else found),
        ),
    ),
    fault(
        "data-at-once",
        "the data of a data request are there at once",
        STORY,
        patched(
            datarequests,
            "status",
            returning(lambda found, *_: datarequests.AVAILABLE if found == datarequests.PENDING else found),
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "data-for-ever",
        "the data of a data request do not expire",
        STORY,
        patched(datarequests, "KEPT", lambda _: 10_000_000),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "window-of-a-year",
        "events without a window are those of a year",
        STORY,
        patched(Window, "last_month", lambda _: staticmethod(_of_a_year)),
    ),
    fault(
        "window-of-messages-moves",
        "events of a message without a window are those of the last month",
        STORY,
        patched(events, "_window", _as_of_all),
    ),
    fault(
        "mutations-stand",
        "an offset of a Date condition is counted from when it was first asked for",
        STORY,
        patched(dates, "span", _as_when_first_asked),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "mutations-of-changes-stand",
        "an offset of a Change condition is counted from when it was first asked for",
        STORY,
        patched(changes, "span", _as_when_first_asked),
        evidence=Evidence.ASSUMED,
    ),
)
