"""Access: licence, permission groups, section switches, versions, which refusal comes first (sections 3, 5 to 8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kopicloud.calls import at, done, join, nest, new_group, new_user, refused, user
from tests.kopicloud.logins import basic, new_jwt
from tests.support.client import ControlRefused, TwinClient

#: One harmless call of every section, by the switch that hides the section.
AD_CALLS = {
    "APIEnableADComputer": "/api/Computers/All",
    "APIEnableADGroup": "/api/ADGroups/All",
    "APIEnableADGroupMembership": "/api/ADUser/ann.lee/Group/All",
    "APIEnableADUser": "/api/ADUser/ListUsers/All",
    "APIEnableADOu": "/api/OU/All",
}
DNS_CALLS = {
    "APIEnableDnsA": "/api/DnsARecord/All",
    "APIEnableDnsAAAA": "/api/DnsAAAARecord/All",
    "APIEnableDnsCNAME": "/api/DnsCNameRecord/All",
    "APIEnableDnsZones": "/api/DnsZones/All",
}
CALLS = {**AD_CALLS, **DNS_CALLS}

#: Every call of the zones section starts with one of these.
ZONE_CALLS = ("/api/DnsZones/All", "/api/DnsLookupZone/All", "/api/DnsReverseLookupZone/All")

#: What each role may call: AD, DNS.
MATRIX = {
    "APIAuthenticationGroup": (True, True),
    "APIADAuthenticationGroup": (True, False),
    "APIDNSAuthenticationGroup": (False, True),
    "APIAdminGroup": (True, True),
    "APISecurityGroup": (False, False),
    "APITokenAuthenticationGroup": (False, False),
    "APILogAccessGroup": (False, False),
}

DOMAIN_ADMINS = {
    "Microsoft AD": "Domain Admins",
    "AWS Managed Microsoft AD": "AWS Delegated Administrators",
    "GCP Managed Service for Microsoft AD": "Cloud Service Administrators",
    "Azure AD Domain Services": "AAD DC Administrators",
}

GROUP_IN_GROUP = (
    ("POST", "/api/ADGroup/Files%20Read/Group/Sales"),
    ("DELETE", "/api/ADGroup/All%20Staff/Group/Sales"),
    ("GET", "/api/ADGroup/All%20Staff/Group/Sales/Exists"),
)


def statuses(twin: TwinClient, token: str, calls: dict[str, str]) -> set[int]:
    """The statuses that calls of several sections get."""
    return {twin.get(place, token=token).status for place in calls.values()}


def served(twin: TwinClient) -> dict[str, Any]:
    """The OpenAPI document as this world serves it."""
    answer = twin.get("/swagger/v1/swagger.json", token="")
    assert answer.status == 200
    document: dict[str, Any] = answer.body
    return document


def operations(document: dict[str, Any]) -> dict[str, Any]:
    """The operations of a document by id."""
    return {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    }


@pytest.mark.parametrize("licence", ["trial", "subscription", "perpetual"])
def test_a_valid_licence_lets_calls_through(twin: TwinClient, licence: str) -> None:
    twin.settings(licence=licence)
    assert statuses(twin, twin.token, CALLS) == {200}


@pytest.mark.parametrize("licence", ["missing", "invalid", "expired"])
def test_no_valid_licence_is_403_for_every_section(twin: TwinClient, licence: str) -> None:
    twin.settings(licence=licence)
    assert statuses(twin, twin.token, CALLS) == {403}
    refused(twin.get("/api/OU/All"), 403, "licence", licence)
    refused(twin.post(user("x")), 403, "licence")
    twin.settings(licence="perpetual")
    assert done(twin.get(user("x", "/Exists"))) is False


@pytest.mark.parametrize("licence", ["trial", "subscription"])
def test_a_licence_runs_out_by_the_clock_of_its_world(twin: TwinClient, licence: str) -> None:
    twin.settings(licence=licence, licence_expires="2027-01-31T12:00:00+02:00")
    twin.freeze("2027-01-31T09:59:59Z")
    assert twin.get("/api/OU/All").status == 200
    twin.advance(1)
    refused(twin.get("/api/OU/All"), 403, licence, "2027-01-31")
    twin.settings(licence="perpetual")
    assert twin.get("/api/OU/All").status == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("licence", "lifetime"),
        ("licence-expires", "tomorrow"),
        ("licence-expires", "2027-01-31T12:00:00"),
        ("licence-expires", "2027-13-01T00:00:00Z"),
        ("lockout-threshold", -1),
        ("password-min-length", -1),
        ("api-version", "1.3"),
        ("environment", "Samba"),
        ("ADDomainName", ""),
        ("ADDomainName", "a..b"),
        ("APIEnableOu", True),
        ("APIEnableAD", "maybe"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_and_nothing_changes(twin: TwinClient, name: str, value: Any) -> None:
    before = twin.control("GET", "settings")
    with pytest.raises(ControlRefused) as caught:
        twin.settings(**{name: value, "APIEnableDns": False})
    assert name in caught.value.args[1]["error"]
    assert twin.control("GET", "settings") == before


@pytest.mark.parametrize(("role", "allowed"), MATRIX.items())
@pytest.mark.parametrize("nested", [False, True])
def test_each_role_opens_its_area_also_through_nested_groups(
    twin: TwinClient, role: str, allowed: tuple[bool, bool], nested: bool
) -> None:
    new_user(twin, "caller", Password="Winter-2026", ChangePasswordNextLogon=False)
    for name in ("Outer", "Middle", "Inner"):
        new_group(twin, name)
    nest(twin, "Middle", "Outer")
    nest(twin, "Inner", "Middle")
    value = new_jwt(twin, "caller", "caller")
    twin.settings(**{role: "outer"})
    assert statuses(twin, value, CALLS) == {403}
    join(twin, "caller", "Inner" if nested else "Outer")
    ad, dns = allowed
    assert statuses(twin, value, AD_CALLS) == {200 if ad else 403}
    assert statuses(twin, value, DNS_CALLS) == {200 if dns else 403}
    assert twin.post(user("made"), token=value).status == (200 if ad else 403)
    assert {twin.get(place, token=value).status for place in ZONE_CALLS} == {200 if dns else 403}
    twin.settings(**{role: ""})
    assert statuses(twin, value, CALLS) == {403}


def test_roles_of_one_caller_add_up(twin: TwinClient) -> None:
    assert (statuses(twin, basic("api.ad"), AD_CALLS), statuses(twin, basic("api.ad"), DNS_CALLS)) == ({200}, {403})
    assert (statuses(twin, basic("api.dns"), AD_CALLS), statuses(twin, basic("api.dns"), DNS_CALLS)) == ({403}, {200})
    join(twin, "api.ad", "API DNS Operators")
    assert statuses(twin, basic("api.ad"), CALLS) == {200}
    assert statuses(twin, basic("api.security"), CALLS) == {403}


def test_a_role_ends_with_the_membership_and_with_the_group(twin: TwinClient) -> None:
    twin.delete(user("api.ad", "/Group/API%20AD%20Operators"))
    assert statuses(twin, basic("api.ad"), AD_CALLS) == {403}
    twin.put("/api/ADGroups/API%20DNS%20Operators/Rename/Renamed")
    assert statuses(twin, basic("api.dns"), DNS_CALLS) == {403}
    twin.settings(APIDNSAuthenticationGroup="Renamed")
    assert statuses(twin, basic("api.dns"), DNS_CALLS) == {200}
    twin.delete("/api/ADGroups/Renamed/Remove")
    assert statuses(twin, basic("api.dns"), DNS_CALLS) == {403}


def test_a_distribution_group_gives_no_role(twin: TwinClient) -> None:
    new_group(twin, "Mailing", "Distribution")
    join(twin, "api.security", "Mailing")
    twin.settings(APIADAuthenticationGroup="Mailing")
    assert statuses(twin, basic("api.security"), AD_CALLS) == {403}


def test_a_primary_group_gives_its_role(twin: TwinClient) -> None:
    twin.settings(APIADAuthenticationGroup="Domain Users")
    assert statuses(twin, basic("api.security"), AD_CALLS) == {200}


def test_roles_survive_groups_in_a_circle(twin: TwinClient) -> None:
    for name in ("Round", "Robin"):
        new_group(twin, name, GroupScope="Universal")
    nest(twin, "Round", "Robin")
    nest(twin, "Robin", "Round")
    join(twin, "api.security", "Round")
    assert statuses(twin, basic("api.security"), AD_CALLS) == {403}
    twin.settings(APIADAuthenticationGroup="Robin")
    assert statuses(twin, basic("api.security"), AD_CALLS) == {200}


@pytest.mark.parametrize(("environment", "name"), DOMAIN_ADMINS.items())
def test_the_environment_names_the_group_of_domain_admins(twin: TwinClient, environment: str, name: str) -> None:
    new_user(twin, "caller")
    twin.put(user("caller", "/ResetPassword"), newPassword="Winter-2026")
    twin.put(user("caller", "/Enable"))
    value = new_jwt(twin, "caller", "caller")
    if name != "Domain Admins":
        new_group(twin, name)
    join(twin, "caller", name)
    assert statuses(twin, value, CALLS) == {200 if environment == "Microsoft AD" else 403}
    twin.settings(environment=environment)
    assert statuses(twin, value, CALLS) == {200}
    assert statuses(twin, twin.token, CALLS) == {200 if environment == "Microsoft AD" else 403}


def test_a_refused_permission_says_who_and_which_groups_may(twin: TwinClient) -> None:
    refused(twin.get("/api/DnsZones/All", token=basic("api.ad")), 403, "api.ad", "DNS", "APIDNSAuthenticationGroup")
    refused(twin.get("/api/OU/All", token=basic("api.dns")), 403, "api.dns", "AD", "APIADAuthenticationGroup")


@pytest.mark.parametrize("token", ["", "nonsense", "Basic eDp5"])
def test_A3_without_token_check_everything_is_allowed_to_everybody(twin: TwinClient, token: str) -> None:
    twin.settings(DisableTokenAuthentication=True)
    assert statuses(twin, token, CALLS) == {200}
    assert twin.post(user("a3"), token=token).status == 200
    assert statuses(twin, basic("api.security"), CALLS) == {200}


def test_A3_without_token_check_licence_and_switches_still_count(twin: TwinClient) -> None:
    twin.settings(DisableTokenAuthentication=True, APIEnableADOu=False, licence="missing")
    assert twin.get("/api/OU/All", token="").status == 404
    assert twin.get("/api/Computers/All", token="").status == 403


@pytest.mark.parametrize("switch", CALLS)
def test_A5_a_switch_hides_its_section_and_no_other(twin: TwinClient, switch: str) -> None:
    twin.settings(**{switch: False})
    found = {name: twin.get(place).status for name, place in CALLS.items()}
    assert found == {name: 404 if name == switch else 200 for name in CALLS}
    refused(twin.get(CALLS[switch], token=""), 404)
    twin.settings(**{switch: True})
    assert statuses(twin, twin.token, CALLS) == {200}


@pytest.mark.parametrize(("switch", "area"), [("APIEnableAD", AD_CALLS), ("APIEnableDns", DNS_CALLS)])
def test_A5_a_parent_switch_hides_its_area_whatever_the_others_say(
    twin: TwinClient, switch: str, area: dict[str, str]
) -> None:
    twin.settings(**{switch: False, **dict.fromkeys(area, True)})
    found = {name: twin.get(place).status for name, place in CALLS.items()}
    assert found == {name: 404 if name in area else 200 for name in CALLS}


def test_A5_the_zone_switch_covers_forward_and_reverse_zones(twin: TwinClient) -> None:
    twin.settings(APIEnableDnsZones=False)
    assert {twin.get(place).status for place in ZONE_CALLS} == {404}
    assert twin.post("/api/DnsReverseLookupZone/10.9.8.0%2F24").status == 404


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "PUT", "POST"])
def test_A5_a_hidden_path_has_no_methods(twin: TwinClient, method: str) -> None:
    twin.settings(APIEnableADOu=False)
    answer = twin.call(method, "/api/OU/All")
    refused(answer, 404)
    assert "allow" not in answer.headers


@pytest.mark.parametrize("switch", CALLS)
def test_A5_the_served_document_leaves_a_hidden_section_out(twin: TwinClient, switch: str) -> None:
    every = served(twin)
    twin.settings(**{switch: False})
    document = served(twin)
    left, gone = operations(document), operations(every).keys() - operations(document).keys()
    assert gone
    assert CALLS[switch].replace("ann.lee", "{Username}") not in document["paths"]
    assert all(item for item in document["paths"].values())
    links = [link["operationId"] for one in left.values() for link in one["responses"]["200"].get("links", {}).values()]
    assert set(links) <= left.keys()
    assert {tag["name"] for tag in document.get("tags", [])} == {tag for one in left.values() for tag in one["tags"]}


def test_A5_the_served_document_without_both_areas_holds_login_only(twin: TwinClient) -> None:
    twin.settings(APIEnableAD=False, APIEnableDns=False)
    assert operations(served(twin)).keys() == {"login"}


def test_the_newest_version_offers_84_operations(twin: TwinClient) -> None:
    assert len(operations(served(twin))) == 84


@pytest.mark.parametrize(("version", "offered"), [("1.0", 81), ("1.1", 81), ("1.2", 84)])
def test_a_version_offers_no_group_in_group_before_1_2(twin: TwinClient, version: str, offered: int) -> None:
    twin.settings(api_version=version)
    assert len(operations(served(twin))) == offered
    assert served(twin)["info"]["version"] == version
    expected = {200} if version == "1.2" else {404}
    assert {twin.call(method, place).status for method, place in GROUP_IN_GROUP} == expected
    assert statuses(twin, twin.token, CALLS) == {200}
    assert twin.call("PATCH", GROUP_IN_GROUP[0][1]).status == (405 if version == "1.2" else 404)


def test_version_1_0_knows_no_section_switches(twin: TwinClient) -> None:
    twin.settings(api_version="1.0", APIEnableADOu=False, APIEnableDns=False)
    assert statuses(twin, twin.token, CALLS) == {200}
    assert len(operations(served(twin))) == 81
    twin.settings(api_version="1.1")
    assert (twin.get("/api/OU/All").status, statuses(twin, twin.token, DNS_CALLS)) == (404, {404})


BAD, ABSENT, RULE = {"Country": "Nowhere"}, {"Manager": "nobody"}, {"Password": "weak"}

#: How a call goes wrong, from the refusal that comes first to the one that comes last.
TROUBLES: tuple[tuple[str, int], ...] = (
    ("hidden", 404),
    ("token", 401),
    ("licence", 403),
    ("permission", 403),
    ("input", 400),
    ("object", 404),
    ("rule", 400),
)
WORDS = ("not offered", "Auth-Token", "licence", "may not use", "Country", "Manager", "password")


@pytest.mark.parametrize("first", range(len(TROUBLES)), ids=[name for name, _ in TROUBLES])
def test_the_first_of_several_refusals_is_answered(twin: TwinClient, first: int) -> None:
    troubles = [name for name, _ in TROUBLES][first:]
    tokens = {"token": basic("apiadmin", "wrong"), "permission": basic("api.dns")}
    token = next((tokens[name] for name in troubles if name in tokens), twin.token)
    given: dict[str, Any] = {}
    for name, query in (("input", BAD), ("object", ABSENT), ("rule", RULE)):
        given |= query if name in troubles else {}
    if "licence" in troubles:
        twin.settings(licence="expired")
    if "hidden" in troubles:
        twin.settings(APIEnableADUser=False)
    refused(twin.post(at("/api/ADUser/{}", "new"), token=token, **given), TROUBLES[first][1], WORDS[first])
