"""Passwords: policy, accounts without one, expiry, reset and lockout (decisions U3 to U5, U13, U15)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kopicloud.calls import details, done, new_user, refused, user
from tests.kopicloud.logins import PASSWORD, basic, login, status_of
from tests.support.client import TwinClient

GOOD = ("Abcdef1", "abcdef1!", "ABCDEF1!", "Abcdef!", "Ab1潤xyz", "abc12潤9", "Zürich99", "  Aa1  ", "A:b:c:1:2")
WEAK = {
    "Abcde1": "7",
    "Ab1!": "7",
    "abcdefg": "three",
    "abcdefg1": "three",
    "ABCDEFG1": "three",
    "abcdefg!": "three",
    "12345678": "three",
    "1234567!": "three",
    "潤潤潤潤潤潤潤a": "three",
}


def reset(twin: TwinClient, name: str, password: str, **given: Any) -> int:
    """The status of a password reset."""
    return twin.put(user(name, "/ResetPassword"), newPassword=password, **given).status


@pytest.mark.parametrize("password", GOOD)
def test_U3_a_password_that_meets_the_policy_is_taken(twin: TwinClient, password: str) -> None:
    new_user(twin, "u3", Password=password, ChangePasswordNextLogon=False)
    assert login(twin, "u3", password) == 200
    assert reset(twin, "ann.lee", password) == 200
    assert (login(twin, "ann.lee", password), login(twin, "ann.lee")) == (200, 401)


@pytest.mark.parametrize(("password", "word"), WEAK.items())
def test_U3_a_weak_password_is_refused_and_not_repeated(twin: TwinClient, password: str, word: str) -> None:
    for answer in (
        twin.post(user("u3"), Password=password),
        twin.put(user("ann.lee", "/ResetPassword"), newPassword=password),
    ):
        assert password not in refused(answer, 400, "password", word)
    assert done(twin.get(user("u3", "/Exists"))) is False
    assert login(twin, "ann.lee") == 200


def test_U3_length_is_counted_in_utf_16_units(twin: TwinClient) -> None:
    assert reset(twin, "ann.lee", "Aa1!" + "\N{GRINNING FACE}") == 400
    assert reset(twin, "ann.lee", "Aa1!x" + "\N{GRINNING FACE}") == 200


@pytest.mark.parametrize(
    ("name", "display_name", "password"),
    [
        ("sam", "", "Xsam-1234"),
        ("sam", "", "XSAM-1234"),
        ("x.y", "Samuel Beckett", "1-beckett-A"),
        ("x.y", "Samuel Beckett", "samuelA1!"),
        ("x.y", "Beckett,Sam", "1-BECKETT-a"),
        ("x.y", "Anne-Marie O.Tool", "marie-1A-b"),
        ("x.y", "a_tool#box", "Toolx-12"),
        ("x.y", "a_tool#box", "aBoxx-12"),
        ("x.y", "Tab\tulator", "Ulator-12"),
    ],
)
def test_U3_a_password_with_a_part_of_the_name_is_refused(
    twin: TwinClient, name: str, display_name: str, password: str
) -> None:
    refused(twin.post(user(name), Password=password, DisplayName=display_name), 400, "name")
    new_user(twin, name, DisplayName=display_name)
    assert reset(twin, name, password) == 400


@pytest.mark.parametrize(
    ("name", "display_name", "password"),
    [("ab", "", "Xab-1234"), ("x.y", "Jo Ng", "Jo-Ng-12a"), ("sam.long", "", "Sam-Long-1"), ("x.y", "Sam", "S-a-m-12")],
)
def test_U3_short_parts_of_the_name_do_not_count(twin: TwinClient, name: str, display_name: str, password: str) -> None:
    new_user(twin, name, DisplayName=display_name, Password=password)
    assert reset(twin, name, password) == 200


def test_U3_the_policy_is_a_setting(twin: TwinClient) -> None:
    twin.settings(password_min_length=12)
    assert (reset(twin, "ann.lee", "Abcdefghi-1"), reset(twin, "ann.lee", "Abcdefghij-1")) == (400, 200)
    twin.settings(password_min_length=3, password_complexity=False)
    assert (reset(twin, "ann.lee", "ab"), reset(twin, "ann.lee", "ann"), reset(twin, "ann.lee", "ann.lee")) == (
        400,
        200,
        200,
    )
    twin.settings(password_min_length=0)
    assert reset(twin, "ann.lee", "x") == 200
    assert reset(twin, "ann.lee", "") == 400


def test_U4_without_a_password_an_account_is_disabled_until_reset_and_enabled(twin: TwinClient) -> None:
    new_user(twin, "u4", ChangePasswordNextLogon=False)
    refused(twin.put(user("u4", "/Enable")), 400, "password")
    assert reset(twin, "u4", PASSWORD) == 200
    assert login(twin, "u4") == 401
    done(twin.put(user("u4", "/Enable")))
    assert login(twin, "u4") == 200


def test_U4_with_a_password_an_account_is_enabled(twin: TwinClient) -> None:
    new_user(twin, "u4", Password=PASSWORD, ChangePasswordNextLogon=False)
    assert login(twin, "u4") == 200


def expiry(twin: TwinClient, name: str) -> tuple[bool, bool]:
    """Whether a user must change the password, and whether it never expires."""
    shown = details(twin, name)
    return shown["changePasswordNextLogon"], shown["passwordNeverExpired"]


BOTH: dict[str, Any] = {"ChangePasswordNextLogon": True, "PasswordNeverExpired": True}


def test_U5_both_flags_true_are_refused(twin: TwinClient) -> None:
    refused(twin.post(user("u5"), **BOTH), 400, "ChangePasswordNextLogon", "PasswordNeverExpired")
    refused(twin.put(user("ann.lee"), **BOTH), 400, "ChangePasswordNextLogon", "PasswordNeverExpired")
    guid = details(twin, "ann.lee")["guid"]
    refused(twin.put("/api/ADUserGuid", UserGuid=guid, **BOTH), 400, "ChangePasswordNextLogon", "PasswordNeverExpired")
    assert expiry(twin, "ann.lee") == (False, False)
    assert done(twin.get(user("u5", "/Exists"))) is False


def test_U5_never_expires_alone_stands_against_the_default(twin: TwinClient) -> None:
    new_user(twin, "u5", PasswordNeverExpired=True)
    assert expiry(twin, "u5") == (False, True)
    new_user(twin, "u5.empty", PasswordNeverExpired=True, ChangePasswordNextLogon="")
    assert expiry(twin, "u5.empty") == (False, True)
    assert expiry(twin, "new.nina") == (True, False)
    twin.put(user("new.nina"), PasswordNeverExpired=True)
    assert expiry(twin, "new.nina") == (False, True)


def test_U5_to_be_changed_does_not_stand_against_never_expires(twin: TwinClient) -> None:
    refused(twin.put(user("quinn.peters"), ChangePasswordNextLogon=True), 400, "quinn.peters")
    assert expiry(twin, "quinn.peters") == (False, True)
    done(twin.put(user("quinn.peters"), ChangePasswordNextLogon=True, PasswordNeverExpired=False))
    assert expiry(twin, "quinn.peters") == (True, False)
    done(twin.put(user("quinn.peters"), ChangePasswordNextLogon=False, PasswordNeverExpired=True))
    assert expiry(twin, "quinn.peters") == (False, True)


def test_U5_the_lenient_setting_lets_never_expires_win(twin: TwinClient) -> None:
    twin.settings(lenient_never_expires=True)
    new_user(twin, "u5", Password=PASSWORD, **BOTH)
    assert expiry(twin, "u5") == (False, True)
    assert login(twin, "u5") == 200
    for name in ("new.nina", "quinn.peters", "ann.lee"):
        done(twin.put(user(name), **BOTH))
        assert expiry(twin, name) == (False, True)
    done(twin.put(user("u5"), ChangePasswordNextLogon=True))
    assert expiry(twin, "u5") == (False, True)


@pytest.mark.parametrize("given", [{}, {"newPassword": ""}, {"ChangePassword": True}])
def test_U13_a_reset_needs_a_new_password(twin: TwinClient, given: dict[str, Any]) -> None:
    refused(twin.put(user("ann.lee", "/ResetPassword"), **given), 400, "newPassword")
    assert login(twin, "ann.lee") == 200


@pytest.mark.parametrize("flag", [True, False, None])
def test_U13_a_reset_sets_the_flag_to_its_value(twin: TwinClient, flag: bool | None) -> None:
    given: dict[str, Any] = {} if flag is None else {"ChangePassword": flag}
    for name in ("ann.lee", "new.nina"):
        assert reset(twin, name, "Winter-2026", **given) == 200
        assert expiry(twin, name) == (bool(flag), False)
        assert login(twin, name, "Winter-2026") == (401 if flag else 200)


def test_U13_a_password_that_never_expires_cannot_be_one_to_change(twin: TwinClient) -> None:
    refused(
        twin.put(user("quinn.peters", "/ResetPassword"), newPassword="Winter-2026", ChangePassword=True),
        400,
        "never expires",
    )
    assert login(twin, "quinn.peters") == 200
    assert reset(twin, "quinn.peters", "Winter-2026") == 200
    assert expiry(twin, "quinn.peters") == (False, True)


def test_U13_a_reset_leaves_lockout_and_disabling_alone(twin: TwinClient) -> None:
    for name, act in (("locked.lou", "/Unlock"), ("left.leo", "/Enable")):
        assert reset(twin, name, "Winter-2026") == 200
        assert login(twin, name, "Winter-2026") == 401
        done(twin.put(user(name, act)))
        assert login(twin, name, "Winter-2026") == 200


def test_U13_the_same_password_may_be_set_again_at_once(twin: TwinClient) -> None:
    assert [reset(twin, "ann.lee", password) for password in ("Winter-2026", "Winter-2026", PASSWORD)] == [200] * 3
    assert login(twin, "ann.lee") == 200


def test_U13_a_reset_ends_a_basic_token(twin: TwinClient) -> None:
    assert status_of(twin, basic("api.ad")) == 200
    assert reset(twin, "api.ad", "Winter-2026") == 200
    assert status_of(twin, basic("api.ad")) == 401


def test_U15_by_default_no_number_of_failed_logins_locks(twin: TwinClient) -> None:
    assert [login(twin, "ann.lee", f"wrong-{number}") for number in range(20)] == [401] * 20
    assert login(twin, "ann.lee") == 200


@pytest.mark.parametrize("threshold", [1, 3])
def test_U15_failed_logins_lock_at_the_threshold(twin: TwinClient, threshold: int) -> None:
    twin.settings(lockout_threshold=threshold)
    for _ in range(2):  # a login that succeeds forgets those that failed
        for _ in range(threshold - 1):
            assert login(twin, "ann.lee", "wrong") == 401
        assert login(twin, "ANN.lee") == 200
    for _ in range(threshold):
        assert login(twin, "ANN.lee", "wrong") == 401
    assert "locked" in refused(twin.post("/api/Login", username="ann.lee", password=PASSWORD), 401)
    assert login(twin, "ben.okafor") == 200
    done(twin.put(user("ann.lee", "/Unlock")))  # forgets them too
    for _ in range(threshold - 1):
        assert login(twin, "ann.lee", "wrong") == 401
    assert login(twin, "ann.lee") == 200
    for _ in range(threshold):
        login(twin, "ann.lee", "wrong")
    assert login(twin, "ann.lee") == 401


def test_U15_failed_logins_do_not_count_for_somebody_unknown_or_through_tokens(twin: TwinClient) -> None:
    twin.settings(lockout_threshold=2)
    for _ in range(3):
        assert login(twin, "nobody", "wrong") == 401
        assert status_of(twin, basic("api.ad", "wrong")) == 401
    assert login(twin, "api.ad") == 200


def test_U15_no_call_of_the_api_locks(twin: TwinClient) -> None:
    twin.settings(lockout_threshold=1)
    reset(twin, "ann.lee", "weak")
    twin.put(user("ann.lee", "/Disable"))
    twin.put(user("ann.lee", "/Enable"))
    assert login(twin, "ann.lee") == 200
