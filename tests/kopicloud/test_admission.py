"""A credential that was good is asked about again as soon as anything has changed that it stood on (A2, A3, A4, G9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.kopicloud.calls import at, done, join, nest, new_group, new_user, user
from tests.kopicloud.logins import basic, new_jwt
from tests.support.client import TwinClient

PASSWORD = "Winter-2026"
OTHERS = ("Outer", "Inner", "Other")

Act = Callable[[TwinClient], object]


@pytest.fixture
def credentials(twin: TwinClient) -> tuple[str, str]:
    """A JWT and a Basic pair of a user who may call by way of two groups, both used before."""
    twin.freeze("2027-01-01T00:00:00Z")
    new_user(twin, "caller", Password=PASSWORD, ChangePasswordNextLogon=False)
    for name in OTHERS:
        new_group(twin, name)
    nest(twin, "Inner", "Outer")
    join(twin, "caller", "Inner")
    twin.settings(APIADAuthenticationGroup="Outer", licence="trial", licence_expires="2027-01-01T02:00:00Z")
    twin.admin("create-basic", user="caller", password=PASSWORD, name="pair")
    both = new_jwt(twin, "jwt", "caller", minutes=60), basic("caller", PASSWORD)
    assert [statuses(twin, one) for one in both] == [{200}, {200}]
    return both


def statuses(twin: TwinClient, value: str) -> set[int]:
    """What a credential gets from two operations of one section, and from the first of them again."""
    calls = (user("ann.lee", "/Details"), user("ann.lee", "/Exists"), user("ann.lee", "/Details"))
    return {twin.get(place, token=value).status for place in calls}


class End(NamedTuple):
    """What ends it, the statuses of the JWT and of the Basic pair from then on, and what undoes it."""

    act: Act
    jwt: int
    pair: int
    undo: Act | None = None


def admin(function: str, name: str) -> Act:
    """An administration function on a token."""
    return lambda twin: twin.admin(function, name=name)


def call(method: str, path: str, *names: str, **query: Any) -> Act:
    """A call that must succeed."""
    return lambda twin: done(twin.call(method, at(path, *names), **query))


def settings(**values: str | bool) -> Act:
    """Other settings."""
    return lambda twin: twin.settings(**values)


def advance(seconds: float) -> Act:
    """Another time."""
    return lambda twin: twin.advance(seconds)


IN_GROUP, IN_GROUPS = "/api/ADUser/{}/Group/{}", "/api/ADGroup/{}/Group/{}"

ENDS = {
    "JWT disabled": End(admin("disable-token", "jwt"), 401, 200, admin("enable-token", "jwt")),
    "JWT deleted": End(admin("delete-token", "jwt"), 401, 200),
    "pair disabled": End(admin("disable-token", "pair"), 200, 401, admin("enable-token", "pair")),
    "pair deleted": End(admin("delete-token", "pair"), 200, 401),
    "new password": End(call("PUT", "/api/ADUser/{}/ResetPassword", "caller", newPassword="Summer-2026"), 200, 401),
    "user disabled": End(
        call("PUT", "/api/ADUser/{}/Disable", "caller"), 401, 401, call("PUT", "/api/ADUser/{}/Enable", "caller")
    ),
    "user deleted": End(call("DELETE", "/api/ADUser/{}", "caller"), 401, 401),
    "out of the group": End(
        call("DELETE", IN_GROUP, "caller", "Inner"), 403, 403, call("POST", IN_GROUP, "caller", "Inner")
    ),
    "group out of the group": End(
        call("DELETE", IN_GROUPS, "Outer", "Inner"), 403, 403, call("POST", IN_GROUPS, "Outer", "Inner")
    ),
    "group deleted": End(call("DELETE", "/api/ADGroups/{}/Remove", "Outer"), 403, 403),
    "role of another group": End(
        settings(APIADAuthenticationGroup="Other"), 403, 403, settings(APIADAuthenticationGroup="outer")
    ),
    "no licence": End(settings(licence="missing"), 403, 403, settings(licence="perpetual")),
    "JWT ran out": End(advance(3_600), 401, 200, advance(-1)),
    "licence ran out": End(advance(7_200), 401, 403, advance(-3_601)),
    "section hidden": End(settings(APIEnableADUser=False), 404, 404, settings(APIEnableADUser=True)),
    "world reset": End(lambda twin: twin.control("POST", "reset"), 401, 401),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_ended_it_counts_from_the_next_call_on(twin: TwinClient, credentials: tuple[str, str], end: str) -> None:
    ended = ENDS[end]
    ended.act(twin)
    assert [statuses(twin, one) for one in credentials] == [{ended.jwt}, {ended.pair}]
    if ended.undo is not None:
        ended.undo(twin)
        assert [statuses(twin, one) for one in credentials] == [{200}, {200}]
