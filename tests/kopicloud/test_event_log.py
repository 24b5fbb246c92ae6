"""The event log of section 13: one line for each call, told through the control plane."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockserver.app import Twin
from tests.conftest import credential
from tests.kopicloud.calls import ROOT, STAFF, at, done, new_computer, new_group, new_ou, new_user, refused
from tests.support.client import ControlRefused, TwinClient

COLUMNS = {"level", "source", "description", "time", "user"}
PASSWORD = "Tw1n-Passw0rd!"

#: A call, and the section it is of.
CALLS = [
    ("GET", "/api/ADUser/ann.lee/Details", "AD"),
    ("GET", "/api/ADGroups/All", "AD"),
    ("GET", "/api/ADUser/ann.lee/Group/News/Exists", "AD"),
    ("POST", "/api/Computers/NEW01/Register", "AD"),
    ("PUT", f"/api/OU?OUPath={STAFF}&OUDescription=x", "AD"),
    ("GET", "/api/DnsZones/All", "DNS"),
    ("GET", "/api/DnsLookupZone/All", "DNS"),
    ("GET", "/api/DnsReverseLookupZone/All", "DNS"),
    ("GET", "/api/DnsARecord/kopicloud.local", "DNS"),
    ("GET", "/api/DnsAAAARecord/HostName/web01", "DNS"),
    ("POST", "/api/DnsCNameRecord?DNS_HostName=a&DNS_HostName_Alias=b.example", "DNS"),
    ("DELETE", "/api/DnsLookupZone/dev.kopicloud.local", "DNS"),
]


def log(twin: TwinClient) -> list[dict[str, str]]:
    """All lines, oldest first."""
    lines: list[dict[str, str]] = twin.control("GET", "events")["kopicloud-ad"]
    return lines


def last(twin: TwinClient) -> dict[str, str]:
    """The newest line."""
    return log(twin)[-1]


@pytest.mark.parametrize(("method", "path", "source"), CALLS)
def test_one_line_for_each_call(twin: TwinClient, method: str, path: str, source: str) -> None:
    answer = twin.call(method, path)
    done(answer)
    (line,) = log(twin)
    assert set(line) == COLUMNS
    assert (line["level"], line["source"], line["user"]) == ("information", source, "apiadmin")
    assert line["description"] == answer.output


@pytest.mark.parametrize(("kind", "word"), [("A", "A"), ("AAAA", "AAAA"), ("CName", "CNAME")])
def test_listing_the_records_of_all_zones_writes_two_lines(twin: TwinClient, kind: str, word: str) -> None:
    """Zones found, then records found with the number of zones."""
    done(twin.post("/api/DnsLookupZone/one.more"))
    zones, records = (len(done(twin.get(path))) for path in ("/api/DnsZones/All", f"/api/Dns{kind}Record/All"))
    first, second = log(twin)[-2:]
    assert len(log(twin)) == 4
    assert re.findall(r"\d+", first["description"]) == [str(zones)]
    assert "zones" in first["description"]
    assert re.findall(r"\d+", second["description"]) == [str(records), str(zones)]
    assert f"{word} records" in second["description"]
    assert {key: first[key] for key in COLUMNS - {"description"}} == {
        key: second[key] for key in COLUMNS - {"description"}
    }


@pytest.mark.parametrize("kind", ["A", "AAAA", "CName"])
def test_a_refused_list_of_all_writes_one_line(twin: TwinClient, kind: str) -> None:
    refused(twin.get(f"/api/Dns{kind}Record/All", token=""), 401)
    (line,) = log(twin)
    assert line["level"] == "error"


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/api/ADUser/nobody/Details", 404, ["nobody", "does not exist"]),
        ("POST", "/api/ADGroups/Sales/Security", 400, ["Sales", "exists already"]),
        ("PUT", "/api/Computers/SQL01/Rename/WEB01", 400, ["WEB01", "exists already"]),
        ("DELETE", f"/api/OU/Path/Remove?OUPath={STAFF}", 400, ["Staff", "not empty"]),
        ("POST", f"/api/OU?OUName=Staff&OUDestinationPath=CN=Users,{ROOT}", 400, ["Staff", "CN=Users", "container"]),
        ("POST", "/api/DnsLookupZone/dev.kopicloud.local", 400, ["dev.kopicloud.local", "exists already"]),
        ("GET", "/api/DnsZones/no.zone", 404, ["no.zone", "does not exist"]),
        (
            "POST",
            "/api/DnsARecord?DNS_HostName=build&IP_Address=10.20.40.11&ZoneName=dev.kopicloud.local",
            400,
            ["build", "10.20.40.11", "dev.kopicloud.local", "exists already"],
        ),
        (
            "POST",
            "/api/DnsCNameRecord?DNS_HostName=web01&DNS_HostName_Alias=x.example",
            400,
            ["web01", "x.example", "kopicloud.local", "A data"],
        ),
        (
            "POST",
            "/api/DnsARecord?DNS_HostName=fresh&IP_Address=1.2.3&ZoneName=kopicloud.local",
            400,
            ["fresh", "1.2.3", "kopicloud.local", "no IPv4 address"],
        ),
        (
            "DELETE",
            "/api/DnsAAAARecord?DNS_HostName=fresh&IPv6_Address=::1&ZoneName=no.zone",
            404,
            ["fresh", "::1", "no.zone", "does not exist"],
        ),
    ],
)
def test_a_failure_is_an_error_with_object_zone_and_reason(
    twin: TwinClient, method: str, path: str, status: int, words: list[str]
) -> None:
    answer = twin.call(method, path)
    reason = refused(answer, status)
    (line,) = log(twin)
    assert line["level"] == "error"
    assert line["description"].startswith(reason)
    for word in words:
        assert word in line["description"]


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-01-02T00:04:05Z", "02-Jan-2026 12:04:05 AM"),
        ("2026-05-09T09:08:07Z", "09-May-2026 09:08:07 AM"),
        ("2026-11-24T12:00:00Z", "24-Nov-2026 12:00:00 PM"),
        ("2026-12-31T23:59:59.999Z", "31-Dec-2026 11:59:59 PM"),
    ],
)
def test_the_format_of_the_time(twin: TwinClient, moment: str, shown: str) -> None:
    twin.freeze(moment)
    done(twin.get("/api/OU/All"))
    refused(twin.get("/api/OU/All", token=""), 401)
    assert [line["time"] for line in log(twin)] == [shown, shown]


def test_lines_come_in_the_order_of_calls(twin: TwinClient) -> None:
    twin.freeze("2026-11-24T12:00:00Z")
    new_ou(twin, "First")
    twin.advance(61)
    new_group(twin, "Second")
    twin.advance(3600)
    new_user(twin, "third.one")
    new_computer(twin, "FOURTH")
    assert [line["time"][-11:] for line in log(twin)] == ["12:00:00 PM", "12:01:01 PM", "01:01:01 PM", "01:01:01 PM"]
    for line, name in zip(log(twin), ("First", "Second", "third.one", "FOURTH"), strict=True):
        assert name in line["description"]


@pytest.mark.parametrize(
    ("label", "path", "user", "status"),
    [
        ("basic-api.ad", "/api/OU/All", "api.ad", 200),
        ("basic-api.dns", "/api/DnsZones/All", "api.dns", 200),
        ("twin-admin", "/api/DnsZones/All", "apiadmin", 200),
    ],
)
def test_the_user_is_the_one_behind_the_token(
    twin: TwinClient, kopicloud: Twin, label: str, path: str, user: str, status: int
) -> None:
    assert twin.get(path, token=credential(kopicloud, label)).status == status
    assert last(twin)["user"] == user


@pytest.mark.parametrize(("label", "path"), [("basic-api.ad", "/api/DnsZones/All"), ("twin-expired", "/api/OU/All")])
def test_calls_that_are_not_let_in_are_logged(twin: TwinClient, kopicloud: Twin, label: str, path: str) -> None:
    answer = twin.get(path, token=credential(kopicloud, label))
    assert answer.status in (401, 403)
    assert (last(twin)["level"], last(twin)["description"]) == ("error", answer.output)


@pytest.mark.parametrize(("password", "level"), [(PASSWORD, "information"), ("Wrong-Pass-1", "error")])
def test_a_login_is_logged_with_its_user_and_without_its_password(twin: TwinClient, password: str, level: str) -> None:
    twin.post("/api/Login", username="ann.lee", password=password)
    (line,) = log(twin)
    assert (line["level"], line["user"]) == (level, "ann.lee")
    assert password not in str(line)


def test_no_line_tells_a_password(twin: TwinClient) -> None:
    secrets = {"Fresh-Secret-1", "short", "Other-Secret-2"}
    done(twin.post("/api/ADUser/fresh.user", Password="Fresh-Secret-1"))
    refused(twin.post("/api/ADUser/other.user", Password="short"), 400)
    done(twin.put("/api/ADUser/fresh.user/ResetPassword", newPassword="Other-Secret-2"))
    refused(twin.put("/api/ADUser/nobody/ResetPassword", newPassword="Other-Secret-2"), 404)
    assert len(log(twin)) == 4
    for line in log(twin):
        assert not any(secret in line["description"] for secret in secrets)


@pytest.mark.parametrize(
    ("function", "given", "words"),
    [
        ("create-jwt", {"name": "pipeline", "user": "apiadmin"}, ["Jwt", "pipeline"]),
        ("create-basic", {"name": "ann's", "user": "ann.lee", "password": PASSWORD}, ["Basic", "ann's"]),
        ("create-basic", {"user": "ann.lee", "password": PASSWORD}, ["Basic", "ann.lee"]),
    ],
)
def test_making_a_token_is_logged_with_type_and_name(
    twin: TwinClient, function: str, given: dict[str, Any], words: list[str]
) -> None:
    twin.freeze("2026-11-24T12:00:00Z")
    token = twin.admin(function, **given)
    (line,) = log(twin)
    assert set(line) == COLUMNS
    assert (line["level"], line["user"], line["time"]) == ("information", given["user"], "24-Nov-2026 12:00:00 PM")
    assert token["name"] in line["description"]
    for word in words:
        assert word in line["description"]
    assert token["value"] not in str(twin.control("GET", "journal"))
    assert PASSWORD not in str(twin.control("GET", "journal"))


def test_a_token_that_was_not_made_leaves_no_line(twin: TwinClient) -> None:
    with pytest.raises(ControlRefused):
        twin.admin("create-jwt", name="twin-admin", user="apiadmin")
    twin.admin("list-tokens")
    assert log(twin) == []


@pytest.mark.parametrize("path", ["/nothing", "/api/Nothing", "/x/admin/kopicloud-ad/create-jwt"])
def test_what_is_no_operation_leaves_no_line(twin: TwinClient, path: str) -> None:
    refused(twin.post(at(path)), 404)
    assert log(twin) == []


def test_worlds_have_logs_of_their_own(twin: TwinClient) -> None:
    """The fixture's world is a copy of one in which others call: it starts with an empty log."""
    assert log(twin) == []
    done(twin.get("/api/OU/All"))
    assert len(log(twin)) == 1
