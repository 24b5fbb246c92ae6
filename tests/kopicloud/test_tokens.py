"""Tokens: what proves a caller, for how long, and their administration (section 4; decisions A2, A4, A6, A7)."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from typing import Any

import orjson
import pytest

from tests.kopicloud.calls import details, done, refused, user
from tests.kopicloud.logins import PASSWORD, basic, claims, new_jwt, signed, status_of
from tests.support.client import ControlRefused, TwinClient


def control_refused(twin: TwinClient, function: str, *words: str, **arguments: Any) -> None:
    """Check that an administration function is refused, with these words."""
    with pytest.raises(ControlRefused) as caught:
        twin.admin(function, **arguments)
    status, body = caught.value.args
    assert status == 400
    for word in words:
        assert word in body["error"]


def token_status(twin: TwinClient, name: str) -> str:
    """The status of a token in the list."""
    found: dict[str, str] = {one["name"]: one["status"] for one in twin.admin("list-tokens")}
    return found[name]


def part(content: dict[str, Any]) -> str:
    """One part of a JWT."""
    return urlsafe_b64encode(orjson.dumps(content)).rstrip(b"=").decode()


def test_A2_a_missing_token_is_401_on_every_operation(twin: TwinClient) -> None:
    document = twin.get("/swagger/v1/swagger.json").body
    calls = [(method, path) for path, item in document["paths"].items() for method in item if method in ("get", "post")]
    assert len(calls) > 50
    for method, path in calls:
        if path != "/api/Login":
            refused(twin.call(method.upper(), path.replace("{", "").replace("}", ""), token=""), 401, "Auth-Token")


@pytest.mark.parametrize("headers", [{"Auth-Token": ""}, {"Auth-Token": " "}, {"Authorization": basic("apiadmin")}])
def test_A2_an_empty_token_or_one_in_another_header_is_missing(twin: TwinClient, headers: dict[str, str]) -> None:
    refused(twin.get(user("ann.lee", "/Details"), token="", headers=headers), 401, "Auth-Token")


@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        "Bearer",
        "Bearer ",
        "Basic",
        "Basic !!!",
        "Basic " + b64encode(b"apiadmin").decode(),
        "Basic " + b64encode(b"\xff\xfe:x").decode(),
        "Basic " + b64encode(b"api\0admin:x").decode(),
        "Basic AAAAAAAAAAAAAAAA",
        "Digest abc",
        "Bearer a.b.c",
        "Bearer ..",
        "Bearer é.é.é",
        "Bearer " + urlsafe_b64encode(b"[" * 20000).decode() + ".e30.x",
        basic("apiadmin", "wrong"),
        basic("apiadmin", ""),
        basic("", PASSWORD),
        basic("nobody"),
        basic("ann.lee"),
        basic("apisvc"),
    ],
    ids=lambda value: value[:20],
)
def test_a_credential_that_proves_nothing_is_401(twin: TwinClient, value: str) -> None:
    refused(twin.get(user("ann.lee", "/Details"), token=value), 401, "Auth-Token")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_word_matches_in_any_case(twin: TwinClient, scheme: str) -> None:
    assert status_of(twin, twin.token.replace("Bearer", scheme)) == 200
    assert status_of(twin, basic("api.ad").replace("Basic", scheme)) == 401


def test_a_jwt_says_its_name_and_when_it_ends(twin: TwinClient) -> None:
    twin.freeze("2027-01-01T00:00:00Z")
    short, eternal = new_jwt(twin, "short", "apiadmin", 10), new_jwt(twin, "eternal", "apiadmin")
    assert (claims(short)["unique_name"], claims(short)["exp"]) == ("short", 1798761600 + 600)
    assert (claims(eternal)["unique_name"], "exp" in claims(eternal)) == ("eternal", False)


def test_a_jwt_with_an_altered_part_is_refused(twin: TwinClient) -> None:
    value = new_jwt(twin, "short", "apiadmin", 10).removeprefix("Bearer ")
    head, body, signature = value.split(".")
    said = claims(value)
    for forged in (
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}.{part({**said, 'exp': said['exp'] + 999_999})}.{signature}",
        f"{head}.{part({**said, 'unique_name': 'twin-admin'})}.{signature}",
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.{signature}",
        f"{part({'alg': 'None'})}.{body}.",
        f"{part({'alg': 'HS512', 'typ': 'JWT'})}.{body}.{signature}",
        f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{body}.{signature}",
        f"{part({})}.{body}.{signature}",
    ):
        assert status_of(twin, f"Bearer {forged}") == 401, forged
    assert status_of(twin, f"Bearer {value}") == 200


def test_a_jwt_signed_with_another_key_or_algorithm_is_refused(twin: TwinClient) -> None:
    said = claims(twin.token)
    assert status_of(twin, signed(said)) == 200
    assert status_of(twin, signed(said, key="another-key-0123456789abcdef0123456789")) == 401
    assert status_of(twin, signed(said, key="", algorithm="none")) == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"unique_name": "another"},
        {"unique_name": 7},
        {"unique_name": None},
        {"jti": "0" * 32},
        {"jti": None},
        {"exp": 1},
        {"exp": 0},
        {"exp": "abc"},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": []},
    ],
)
def test_a_well_signed_jwt_that_is_not_one_issued_is_refused(twin: TwinClient, changed: dict[str, Any]) -> None:
    said = {name: value for name, value in {**claims(twin.token), **changed}.items() if value is not None}
    assert status_of(twin, signed(said)) == 401


def test_a_jwt_ends_by_the_clock_of_its_world(twin: TwinClient) -> None:
    twin.freeze("2027-01-01T00:00:00Z")
    value = new_jwt(twin, "short", "apiadmin", 10)
    twin.advance(599)
    assert (status_of(twin, value), token_status(twin, "short")) == (200, "Active")
    twin.advance(1)
    assert "expired" in refused(twin.get(user("ann.lee", "/Details"), token=value), 401)
    assert token_status(twin, "short") == "Expired"
    twin.advance(-1)
    assert status_of(twin, value) == 200


def test_a_jwt_without_an_end_lasts(twin: TwinClient) -> None:
    twin.freeze("2099-12-31T00:00:00Z")
    assert status_of(twin, twin.token) == 200


def test_the_tokens_of_the_seed_are_in_their_states(twin: TwinClient, kopicloud: Any) -> None:
    values = dict(kopicloud.credentials("kopicloud-ad"))
    assert {name: token_status(twin, name) for name in ("twin-admin", "twin-expired", "twin-disabled")} == {
        "twin-admin": "Active",
        "twin-expired": "Expired",
        "twin-disabled": "Disabled",
    }
    assert "expired" in refused(twin.get(user("ann.lee", "/Details"), token=values["twin-expired"]), 401)
    assert "disabled" in refused(twin.get(user("ann.lee", "/Details"), token=values["twin-disabled"]), 401)


def test_A6_tokens_are_disabled_enabled_and_deleted(twin: TwinClient) -> None:
    value = new_jwt(twin, "mine", "apiadmin")
    for _ in range(2):
        assert twin.admin("disable-token", name="MINE")["status"] == "Disabled"
        assert status_of(twin, value) == 401
    assert twin.admin("enable-token", name="mine")["status"] == "Active"
    assert status_of(twin, value) == 200
    assert twin.admin("delete-token", name="mine")["name"] == "mine"
    assert status_of(twin, value) == 401
    for function in ("enable-token", "disable-token", "delete-token"):
        control_refused(twin, function, "mine", name="mine")
    assert new_jwt(twin, "mine", "apiadmin") != value
    assert status_of(twin, value) == 401


def test_A6_an_expired_token_can_only_be_deleted(twin: TwinClient) -> None:
    for function in ("enable-token", "disable-token"):
        control_refused(twin, function, "expired", name="twin-expired")
    assert twin.admin("delete-token", name="twin-expired")["status"] == "Expired"
    assert "twin-expired" not in {one["name"] for one in twin.admin("list-tokens")}


def test_A6_a_token_that_expired_while_disabled_is_expired(twin: TwinClient) -> None:
    twin.freeze("2027-01-01T00:00:00Z")
    new_jwt(twin, "short", "apiadmin", 1)
    twin.admin("disable-token", name="short")
    twin.advance(61)
    assert token_status(twin, "short") == "Expired"
    control_refused(twin, "enable-token", "expired", name="short")


def test_A6_the_list_shows_type_end_and_user_but_no_secret(twin: TwinClient) -> None:
    twin.freeze("2027-01-01T00:00:00Z")
    new_jwt(twin, "short", "api.ad", 1)
    listed = {one["name"]: one for one in twin.admin("list-tokens")}
    assert listed["short"] == {
        "name": "short",
        "type": "Jwt",
        "expires": "2027-01-01T00:01:00.000Z",
        "status": "Active",
        "user": "api.ad",
    }
    assert (listed["basic-api.dns"]["type"], listed["basic-api.dns"]["expires"]) == ("Basic", None)
    assert list(listed) == sorted(listed, key=str.lower)


@pytest.mark.parametrize(
    ("function", "arguments", "word"),
    [
        ("create-jwt", {"user": "ann.lee"}, "name"),
        ("create-jwt", {"name": "", "user": "ann.lee"}, "name"),
        ("create-jwt", {"name": "x", "user": "nobody"}, "nobody"),
        ("create-jwt", {"name": "x", "user": "ann.lee", "minutes": -1}, "-1"),
        ("create-jwt", {"name": "x", "user": "ann.lee", "minutes": 10**12}, "allowed"),
        ("create-jwt", {"name": "x", "user": "ann.lee", "minutes": "5"}, "minutes"),
        ("create-jwt", {"name": "x", "user": "ann.lee", "minute": 5}, "minutes"),
        ("create-basic", {"user": "ann.lee", "password": "wrong"}, "password"),
        ("create-basic", {"user": "nobody", "password": PASSWORD}, "nobody"),
        ("create-basic", {"user": "krbtgt", "password": ""}, "password"),
        ("delete-token", {"name": "twin-admim"}, "twin-admin"),
    ],
)
def test_A6_administration_refuses_what_makes_no_sense(
    twin: TwinClient, function: str, arguments: dict[str, Any], word: str
) -> None:
    before = twin.admin("list-tokens")
    control_refused(twin, function, word, **arguments)
    assert twin.admin("list-tokens") == before


@pytest.mark.parametrize("name", ["twin-admin", "TWIN-ADMIN", "twin-expired", "twin-disabled", "basic-api.ad"])
def test_A7_a_token_name_is_taken_whatever_its_type_and_state(twin: TwinClient, name: str) -> None:
    control_refused(twin, "create-jwt", "exists already", name=name, user="ann.lee")
    control_refused(twin, "create-basic", "exists already", name=name, user="ann.lee", password=PASSWORD)


def test_A7_names_are_unique_per_server_not_per_user(twin: TwinClient) -> None:
    new_jwt(twin, "shared", "api.ad")
    control_refused(twin, "create-jwt", "shared", name="shared", user="api.dns")


def test_A7_login_finds_a_free_name(twin: TwinClient) -> None:
    for number in range(1, 4):
        new_jwt(twin, f"login-ann.lee-{number}", "api.ad")
    value = done(twin.post("/api/Login", username="ann.lee", password=PASSWORD))
    assert claims(value)["unique_name"] not in {f"login-ann.lee-{number}" for number in range(1, 4)}


def test_a_basic_pair_works_once_it_is_issued(twin: TwinClient) -> None:
    twin.admin("delete-token", name="basic-api.ad")
    assert status_of(twin, basic("api.ad")) == 401
    value = twin.admin("create-basic", user="API.AD", password=PASSWORD)["value"]
    assert value == basic("api.ad")
    assert status_of(twin, value) == 200
    assert status_of(twin, basic("Api.AD")) == 200
    control_refused(twin, "create-basic", "issued already", user="api.ad", password=PASSWORD, name="second")
    assert status_of(twin, basic("ann.lee")) == 401


def test_a_basic_pair_may_hold_colons_and_any_letters(twin: TwinClient) -> None:
    twin.put(user("api.ad", "/ResetPassword"), newPassword="a:B:1:ö:潤")
    value = twin.admin("create-basic", user="api.ad", password="a:B:1:ö:潤", name="any letters")["value"]
    assert value == basic("api.ad", "a:B:1:ö:潤")
    assert status_of(twin, value) == 200


def test_a_basic_pair_dies_when_the_password_changes(twin: TwinClient) -> None:
    twin.put(user("api.ad", "/ResetPassword"), newPassword="Winter-2026")
    assert status_of(twin, basic("api.ad")) == 401
    assert status_of(twin, basic("api.ad", "Winter-2026")) == 401


def test_a_new_password_needs_a_new_basic_token(twin: TwinClient) -> None:
    twin.put(user("api.ad", "/ResetPassword"), newPassword="Winter-2026")
    control_refused(twin, "create-basic", "another one", user="api.ad", password=PASSWORD, name="second")
    value = twin.admin("create-basic", user="api.ad", password="Winter-2026", name="second")["value"]
    assert (status_of(twin, value), status_of(twin, basic("api.ad"))) == (200, 401)
    twin.admin("disable-token", name="basic-api.ad")
    assert status_of(twin, value) == 200
    twin.admin("disable-token", name="second")
    assert status_of(twin, value) == 401


def test_a_basic_pair_is_disabled_and_enabled_like_any_token(twin: TwinClient) -> None:
    twin.admin("disable-token", name="basic-api.ad")
    assert status_of(twin, basic("api.ad")) == 401
    twin.admin("enable-token", name="basic-api.ad")
    assert status_of(twin, basic("api.ad")) == 200


def test_a_basic_pair_does_not_pass_to_another_user_of_that_name(twin: TwinClient) -> None:
    twin.put(user("api.ad", "/Rename/former"))
    assert status_of(twin, basic("api.ad")) == 401
    twin.post(user("api.ad"), Password=PASSWORD, ChangePasswordNextLogon=False)
    twin.post(user("api.ad", "/Group/API%20AD%20Operators"))
    assert status_of(twin, basic("api.ad")) == 401


@pytest.mark.parametrize("kind", ["jwt", "basic"])
def test_A4_a_token_falls_and_rises_with_its_user(twin: TwinClient, kind: str) -> None:
    value = new_jwt(twin, "mine", "api.ad") if kind == "jwt" else basic("api.ad")
    assert status_of(twin, value) == 200
    done(twin.put(user("api.ad", "/Disable")))
    refused(twin.get(user("ann.lee", "/Details"), token=value), 401, "api.ad")
    done(twin.put(user("api.ad", "/Enable")))
    assert status_of(twin, value) == 200
    done(twin.delete(user("api.ad")))
    assert status_of(twin, value) == 401
    twin.post(user("api.ad"), Password=PASSWORD, ChangePasswordNextLogon=False)
    assert status_of(twin, value) == 401


def test_a_jwt_works_for_a_user_who_may_not_log_in_now(twin: TwinClient) -> None:
    for name, jwt_status in (("locked.lou", 200), ("new.nina", 200), ("left.leo", 401)):
        twin.post(user(name, "/Group/API%20AD%20Operators"))
        assert status_of(twin, new_jwt(twin, f"of {name}", name)) == jwt_status
        assert twin.admin("create-basic", user=name, password=PASSWORD)["value"] == basic(name)
        assert status_of(twin, basic(name)) == 401


def test_A4_a_jwt_outlives_rename_and_password_of_its_user(twin: TwinClient) -> None:
    value = new_jwt(twin, "mine", "api.ad")
    twin.put(user("api.ad", "/Rename/renamed"))
    twin.put(user("renamed", "/ResetPassword"), newPassword="Winter-2026")
    assert details(twin, "renamed")["username"] == "renamed"
    assert status_of(twin, value) == 200
