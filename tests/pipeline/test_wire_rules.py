"""The wire rules of the KopiCloud AD API over HTTP: envelope, methods, routes, names, values, evidence."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from mockserver.app import Twin
from mockserver.kernel.promise import Promise
from tests.pipeline.refusals import is_refusal
from tests.support.client import TwinClient
from tests.support.right import GUIDS, RIGHT, ROOT, STAFF

USER = "/api/ADUser/ann.lee"
DETAILS = f"{USER}/Details"


@pytest.fixture
def promise(kopicloud: Twin) -> Promise:
    """The promise of the API."""
    return kopicloud.engines["kopicloud-ad"].promise


# --- envelope


def test_every_success_is_in_the_envelope(kopicloud: Twin, twin: TwinClient, promise: Promise) -> None:
    guids = {name: twin.call("GET", target).result["guid"] for name, target in GUIDS.items()}
    for name, right in RIGHT.items():
        world = f"{twin.world}-{name}"
        kopicloud.worlds.fork("default", world)
        for one in [right.first, name] if right.first else [name]:
            operation = promise.operations[one]
            target = RIGHT[one].target(operation, guids)
            answer = twin.call(operation.method, target, headers={"Twin-World": world})
        assert (answer.status, list(answer.body)) == (200, ["output", "result"]), (name, answer.output)
        assert answer.headers["content-type"] == "application/json", name
        assert answer.output, name
        kopicloud.worlds.drop(world)


UNKNOWN = (
    "/",
    "/api",
    "/api/",
    "/api/Nothing",
    "/api/ADUser",
    "/api/OU/All/x",
    "/apix/OU/All",
    "/favicon.ico",
    "/api//OU/All",
    "/swagger/nothing.js",
)


@pytest.mark.parametrize("target", UNKNOWN)
def test_P19_an_unknown_path_is_404_in_the_envelope(twin: TwinClient, target: str) -> None:
    assert is_refusal(twin.call("GET", target), 404)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "get", "QUERY"])
def test_P19_a_wrong_method_is_405_and_names_all_that_are_right(twin: TwinClient, method: str) -> None:
    answer = twin.call(method, "/api/OU/Path/Remove")
    assert (answer.status, answer.headers["allow"]) == (405, "DELETE")
    assert method == "HEAD" or is_refusal(answer, 405)


def test_P19_allow_lists_every_method_of_a_path(twin: TwinClient) -> None:
    assert twin.call("PATCH", "/api/OU").headers["allow"] == "POST, PUT"
    assert twin.call("GET", USER).headers["allow"] == "DELETE, POST, PUT"
    assert twin.call("PATCH", "/api/DnsLookupZone/All").headers["allow"] == "DELETE, GET, POST"


def test_a_wrong_method_is_told_before_the_credential(twin: TwinClient) -> None:
    assert is_refusal(twin.call("PATCH", "/api/OU", token=""), 405)
    assert is_refusal(twin.get("/api/Nothing", token=""), 404)


def test_A5_methods_and_paths_of_a_hidden_section_do_not_exist(twin: TwinClient) -> None:
    twin.settings(APIEnableADOu=False)
    for method in ("GET", "PATCH", "OPTIONS"):
        assert is_refusal(twin.call(method, "/api/OU/All"), 404), method
    twin.settings(api_version="1.1")
    assert is_refusal(twin.call("PATCH", "/api/ADGroup/a/Group/b"), 404)


def test_head_has_no_body(twin: TwinClient) -> None:
    assert (twin.call("HEAD", "/api/OU/All").status, twin.call("HEAD", "/api/OU/All").content) == (405, b"")


# --- routes and names


COLLISIONS = {
    "/api/Computers/All": "listAllComputers",
    "/api/ADGroups/All": "listAllGroups",
    "/api/ADUser/ann.lee/Group/All": "listUserGroups",
    "/api/DnsARecord/All": "listAllDnsARecords",
    "/api/DnsAAAARecord/All": "listAllDnsAAAARecords",
    "/api/DnsCNameRecord/All": "listAllDnsCNameRecords",
    "/api/DnsZones/All": "listAllDnsZones",
    "/api/DnsReverseLookupZone/All": "listDnsReverseLookupZones",
}


def last_operation(twin: TwinClient) -> str:
    """The id of the operation asked last."""
    operation: str = twin.control("GET", "journal?limit=1")["entries"][0]["operation"]
    return operation


@pytest.mark.parametrize("spelled", [str, str.lower, str.upper, lambda path: path.replace("All", "%41%6cl")])
@pytest.mark.parametrize(("path", "operation"), COLLISIONS.items())
def test_a_literal_segment_beats_a_placeholder(twin: TwinClient, path: str, operation: str, spelled: type[str]) -> None:
    assert isinstance(twin.get(spelled(path)).result, list)
    assert last_operation(twin) == operation


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/api/DnsLookupZone/All", "createDnsLookupZone"),
        ("DELETE", "/api/DnsLookupZone/all", "deleteDnsLookupZone"),
        ("POST", "/api/DnsReverseLookupZone/All", "createDnsReverseLookupZone"),
        ("POST", "/api/ADUser/ListUsers", "createUser"),
        ("DELETE", "/api/ADUser/ann.lee/Group/All", "removeUserFromGroup"),
        ("GET", "/api/Computers/Remove", "getComputer"),
        ("POST", "/api/ADUser/ListUsers/Group/All", "addUserToGroup"),
        ("GET", "/api/DnsARecord/HostName", "listDnsARecordsInZone"),
    ],
)
def test_a_literal_without_that_method_is_a_name(twin: TwinClient, method: str, path: str, operation: str) -> None:
    twin.call(method, path)
    assert last_operation(twin) == operation


def test_a_user_may_be_called_like_a_route(twin: TwinClient) -> None:
    assert twin.post("/api/ADUser/ListUsers").result["username"] == "ListUsers"
    assert twin.get("/api/ADUser/ListUsers/Details").result["username"] == "ListUsers"
    assert isinstance(twin.get("/api/ADUser/ListUsers/All").result, list)


def test_routes_match_without_case_and_values_keep_theirs(twin: TwinClient) -> None:
    made = twin.post("/API/adUSER/Gil.Katz")
    assert made.result["username"] == "Gil.Katz"
    assert twin.get("/api/aduser/GIL.KATZ/DETAILS").result == made.result


def test_query_names_match_without_case(twin: TwinClient) -> None:
    answer = twin.call("PUT", f"{USER}?FIRSTNAME=Anna&showfields=firstName&rdsALLOWlogon=FALSE")
    assert answer.result["firstName"] == "Anna"
    assert twin.get(DETAILS, ShowFields="rdsAllowLogon").result["rdsAllowLogon"] is False
    assert twin.call("PUT", f"{USER}/ResetPassword?NEWPASSWORD=Bl4ck-Coffee!").status == 200


def test_json_keys_are_exactly_those_of_the_promise(twin: TwinClient, promise: Promise) -> None:
    schema = promise.operations["getUser"].responses[200]["content"]["application/json"]["schema"]
    promised = schema["properties"]["result"]["properties"]
    shown = twin.get(DETAILS, ShowFields="All").result
    assert set(shown) == set(promised)
    assert {"streetPoBox", "_IncludeAllProperties", "_ShowFields"} <= set(shown)


def test_a_trailing_slash_is_ignored_and_an_empty_segment_is_nothing(twin: TwinClient) -> None:
    assert twin.get(f"{DETAILS}/").result == twin.get(DETAILS).result
    assert is_refusal(twin.get("/api/ADUser//Details"), 404)
    assert is_refusal(twin.get(f"{DETAILS}//"), 404)


@pytest.mark.parametrize("written", ["10.99.0.0%2F16", "10.99.0.0%2f16", "%31%30.99.0.0%2F16"])
def test_an_encoded_slash_in_a_network_id_is_data(twin: TwinClient, written: str) -> None:
    made = twin.post(f"/api/DnsReverseLookupZone/{written}")
    assert made.result["zoneName"] == "99.10.in-addr.arpa"
    assert twin.get(f"/api/DnsReverseLookupZone/{written}").result == made.result
    assert is_refusal(twin.get("/api/DnsReverseLookupZone/10.99.0.0/16"), 404)


def test_a_plus_is_a_space_in_a_query_and_a_plus_in_a_path(twin: TwinClient) -> None:
    assert twin.call("POST", f"/api/OU?OUName=R+D&OUDestinationPath={quote(ROOT)}").result["name"] == "R D"
    assert twin.call("POST", "/api/ADGroups/A+B/Distribution").status == 400


# --- values


def test_an_empty_value_is_an_absent_one(twin: TwinClient) -> None:
    """A published client sends `OUPath=`, `GroupScope=`, `ShowFields=`, `ZoneName=` for everything unset."""
    group = twin.call("POST", "/api/ADGroups/Roasters/Security?GroupScope=&OUPath=&Description=")
    assert (group.result["scope"], group.result["ouPath"]) == ("Global", f"CN=Users,{ROOT}")
    assert len(twin.call("GET", "/api/ADUser/ListUsers?OUPath=&Recursive=&ShowFields=").result) > 40
    assert twin.call("GET", "/api/DnsZones/All?IgnoreSystemZones=").result == twin.get("/api/DnsZones/All").result
    assert is_refusal(twin.call("GET", "/api/OU/Guid/Details?OUGuid="), 400)


def test_U6_an_empty_text_clears_on_put_and_an_empty_place_stays(twin: TwinClient) -> None:
    before = twin.get(DETAILS, ShowFields="All").result
    assert before["company"]
    answer = twin.call("PUT", f"{USER}?Company=&OUPath=&RdsAllowLogon=&ShowFields=All")
    assert answer.result["company"] is None
    assert answer.result["ouPath"] == before["ouPath"]
    assert answer.result["rdsAllowLogon"] == before["rdsAllowLogon"]


def test_the_first_of_repeated_values_counts_in_whatever_case_its_name_is(twin: TwinClient) -> None:
    assert twin.call("PUT", f"{USER}?firstname=One&FirstName=Two").result["firstName"] == "One"


def test_unknown_query_names_are_ignored(twin: TwinClient) -> None:
    assert twin.call("GET", f"{DETAILS}?nothing=1&Password=x&%C3%A9=%C3%A9&=x").status == 200


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/api/ADUser/ListUsers?Recursive=maybe", ["Recursive", "'maybe'", "true or false"]),
        ("/api/ADUser/ListUsers?Recursive=1", ["Recursive", "'1'", "true or false"]),
        ("/api/OU/Path/Details", ["OUPath", "mandatory"]),
        ("/api/OU/Path/Details?OUPath=", ["OUPath", "mandatory"]),
        ("/api/OU/Guid/Details?OUGuid=12", ["OUGuid", "'12'"]),
        ("/api/DnsARecord?IP_Address=10.0.0.1", ["DNS_HostName", "mandatory"]),
        ("/api/DnsARecord?DNS_HostName=a&IP_Address=10.0.0.256", ["IP_Address", "'10.0.0.256'"]),
    ],
)
def test_bad_input_names_the_parameter_the_value_and_what_is_allowed(
    twin: TwinClient, target: str, words: list[str]
) -> None:
    answer = twin.call("GET", target)
    assert is_refusal(answer, 400)
    assert [word for word in words if word not in answer.output] == []


def test_G7_an_unknown_scope_names_the_three_there_are(twin: TwinClient) -> None:
    answer = twin.post("/api/ADGroups/Roasters/Security", GroupScope="Everywhere")
    assert is_refusal(answer, 400)
    for word in ("GroupScope", "'Everywhere'", "Domain_Local", "Global", "Universal"):
        assert word in answer.output
    assert twin.get("/api/ADGroups/Roasters/Exists").result is False


# --- evidence

INTO_ITSELF = f"/api/OU/Move?OUPath={quote(STAFF)}&OUDestinationPath={quote(STAFF)}"


@pytest.mark.parametrize(
    ("method", "target", "level"),
    [
        ("GET", DETAILS, "client; source=KopiCloud-AD-API/terraform-provider-ad"),
        ("GET", "/api/ADGroup/Files%20Read/Group/All%20Staff/Exists", "documented; source=KopiCloud-AD-API"),
        ("GET", "/api/ADUser/nobody/Details", "documented; source="),
        ("PUT", INTO_ITSELF, "assumed; source=DEVIATIONS.md; rule=O6"),
        ("GET", "/api/Nothing", "assumed; source=DEVIATIONS.md P19"),
        ("PATCH", "/api/OU", "assumed; source=DEVIATIONS.md P19"),
        ("GET", "/api/OU/All?%zz", "assumed; source=DEVIATIONS.md"),
    ],
)  # fmt: skip
def test_the_twin_says_how_it_knows_when_asked(twin: TwinClient, method: str, target: str, level: str) -> None:
    asked = twin.call(method, target, headers={"Twin-Evidence": "1"})
    assert asked.headers["twin-evidence"].startswith(level)
    assert "twin-evidence" not in twin.call(method, target).headers


@pytest.mark.parametrize("value", ["0", "", "true", "\xff"])
def test_evidence_is_told_only_to_who_asks_for_it(twin: TwinClient, value: str) -> None:
    assert "twin-evidence" not in twin.get(DETAILS, headers={"Twin-Evidence": value}).headers
