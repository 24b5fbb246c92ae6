"""Login: what it yields and whom it refuses (decision A1)."""

from __future__ import annotations

import pytest

from tests.kopicloud.calls import done, join, new_user, refused, user
from tests.kopicloud.logins import PASSWORD, basic, claims, login, status_of
from tests.support.client import TwinClient


@pytest.mark.parametrize("name", ["apiadmin", "APIADMIN", "Administrator"])
def test_A1_login_yields_a_usable_auth_token(twin: TwinClient, name: str) -> None:
    value = done(twin.post("/api/Login", token="", username=name, password=PASSWORD))
    assert value.startswith("Bearer ")
    assert status_of(twin, value) == 200


def test_A1_a_login_lasts_an_hour_and_is_a_token_of_its_own(twin: TwinClient) -> None:
    twin.freeze("2027-01-01T00:00:00Z")
    values = [done(twin.post("/api/Login", username="apiadmin", password=PASSWORD)) for _ in range(2)]
    assert values[0] != values[1]
    assert claims(values[0])["exp"] == 1798761600 + 3600
    twin.admin("delete-token", name=claims(values[0])["unique_name"])
    assert [status_of(twin, value) for value in values] == [401, 200]
    twin.advance(3600)
    assert status_of(twin, values[1]) == 401


def test_A1_a_login_gives_no_rights_but_those_of_the_user(twin: TwinClient) -> None:
    value = done(twin.post("/api/Login", username="ann.lee", password=PASSWORD))
    refused(twin.get(user("ann.lee", "/Details"), token=value), 403, "ann.lee")
    join(twin, "ann.lee", "API AD Operators")
    assert status_of(twin, value) == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ann.lee", "wrong"),
        ("ann.lee", PASSWORD.lower()),
        ("ann.lee", PASSWORD + " "),
        ("nobody", PASSWORD),
        ("Finance", PASSWORD),
        ("FILES01$", PASSWORD),
        ("*", PASSWORD),
    ],
)
def test_A1_a_wrong_pair_is_401_and_does_not_say_which_part(twin: TwinClient, name: str, password: str) -> None:
    answer = twin.post("/api/Login", username=name, password=password)
    assert refused(answer, 401) == "user name or password is wrong"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("left.leo", "disabled"),
        ("locked.lou", "locked"),
        ("new.nina", "must change"),
        ("apisvc", "service account"),
        ("APISVC", "service account"),
    ],
)
def test_A1_accounts_that_may_not_log_in_are_401(twin: TwinClient, name: str, word: str) -> None:
    refused(twin.post("/api/Login", username=name, password=PASSWORD), 401, word)
    assert login(twin, name, "wrong") == 401
    tokens = [one["name"] for one in twin.admin("list-tokens")]
    assert not [one for one in tokens if one.startswith("login-")]


def test_A1_an_account_without_password_cannot_log_in(twin: TwinClient) -> None:
    new_user(twin, "a1", ChangePasswordNextLogon=False)
    done(twin.put(user("Guest", "/Enable")))
    for name in ("a1", "Guest"):
        assert [login(twin, name, password) for password in ("x", " ", "None")] == [401] * 3


def test_A1_a_password_that_never_expires_need_not_be_changed(twin: TwinClient) -> None:
    twin.put(user("new.nina"), PasswordNeverExpired=True)
    assert login(twin, "new.nina") == 200


def test_A1_the_service_account_is_a_setting(twin: TwinClient) -> None:
    twin.settings(ADServiceUser="Ann.Lee")
    assert (login(twin, "apisvc"), login(twin, "ann.lee")) == (200, 401)
    twin.settings(ADServiceUser="")
    assert login(twin, "ann.lee") == 200


@pytest.mark.parametrize(
    "query", ["", "?username=ann.lee", "?password=x", "?username=&password=x", "?username=a&password="]
)
def test_A1_name_and_password_are_mandatory(twin: TwinClient, query: str) -> None:
    refused(twin.post(f"/api/Login{query}"), 400)


@pytest.mark.parametrize("licence", ["missing", "invalid", "expired"])
def test_A1_login_needs_neither_token_nor_licence(twin: TwinClient, licence: str) -> None:
    twin.settings(licence=licence, APIEnableAD=False, APIEnableDns=False)
    assert twin.post("/api/Login", token="nonsense", username="ann.lee", password=PASSWORD).status == 200


def test_A1_a_refused_account_is_refused_as_basic_too(twin: TwinClient) -> None:
    twin.put(user("api.ad"), PasswordNeverExpired=False, ChangePasswordNextLogon=True)
    refused(twin.get(user("ann.lee", "/Details"), token=basic("api.ad")), 401, "must change")
