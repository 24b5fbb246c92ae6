"""`apitwin serve` as a client and a script see it."""

from __future__ import annotations

import http.client
import os
import pty
import re
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.face.command import LIMIT, STOP_LIMIT, Twin, clean_environment, command, serving

GREETING = b"POST /api/Login HTTP/1.1\r\nHost: twin\r\nContent-Length: 10\r\n\r\nhalf"


def test_the_ready_line_names_the_free_port_that_was_taken(served: Twin) -> None:
    assert re.fullmatch(r"apitwin: serving on http://127\.0\.0\.1:[1-9]\d*", served.lines[0])
    assert served.ask("GET", "/__twin__/health").json()["apis"] == {"kopicloud-ad": 84}


def test_every_printed_address_answers(served: Twin) -> None:
    (pages,) = (line.split()[-1] for line in served.lines if line.startswith("  Swagger UI "))
    (health,) = (line.split()[2] for line in served.lines if line.startswith("control plane "))
    assert served.told.addresses == {"kopicloud-ad": served.url}
    assert served.ask("GET", pages.removeprefix(served.url), follow_redirects=True).status_code == 200
    assert served.ask("GET", health.removeprefix(served.url)).json()["status"] == "ok"


@pytest.mark.parametrize("label", ["twin-admin", "twin-expired", "twin-disabled"])
def test_printed_credentials_are_what_their_labels_say(served: Twin, label: str) -> None:
    answer = served.ask("GET", "/api/OU/All", headers=served.header(label))
    assert answer.status_code == (200 if label == "twin-admin" else 401)


def test_every_user_of_the_banner_has_a_basic_token_that_works(served: Twin) -> None:
    basic = [line for line in served.told.credentials["kopicloud-ad"].values() if ": Basic " in line]
    answers = [served.ask("GET", "/api/OU/All", headers=dict([line.split(": ")])) for line in basic]
    assert len(basic) == 4
    assert sorted(answer.status_code for answer in answers) == [200, 200, 403, 403]


def test_the_accounts_of_the_banner_may_log_in(served: Twin) -> None:
    (line,) = (line.split(maxsplit=1)[1] for line in served.lines if line.startswith("  accounts "))
    names, _, password = line.partition(": password ")
    for name in names.split(", "):
        logins = served.ask("POST", "/api/Login", params={"username": name, "password": password})
        assert logins.status_code == 200
    assert names.split(", ") == ["api.ad", "api.dns", "api.security", "apiadmin"]


def test_the_answers_do_not_name_the_server(served: Twin) -> None:
    assert "server" not in served.ask("GET", "/__twin__/health").headers


def test_settings_from_the_command_line() -> None:
    with serving("kopicloud-ad", "--set", "api-version=1.0", "--set", "kopicloud-ad.lockout-threshold=3") as twin:
        settings = twin.ask("GET", "/__twin__/worlds/default/settings").json()["kopicloud-ad"]
    assert (settings["api-version"], settings["lockout-threshold"]) == ("1.0", 3)


def test_a_domain_of_ones_own() -> None:
    with serving("kopicloud-ad", "--set", "ADDomainName=corp.example", "--set", "password-min-length=100") as twin:
        admin = twin.header("twin-admin")
        ous = twin.ask("GET", "/api/OU/All", headers=admin).json()["result"]
        zones = twin.ask("GET", "/api/DnsZones/All", headers=admin).json()["result"]
    assert {ou["path"].partition(",DC=")[2] for ou in ous} == {"corp,DC=example"}
    assert {"corp.example", "_msdcs.corp.example"} <= {zone["zoneName"] for zone in zones}


def test_another_seed() -> None:
    with serving("kopicloud-ad", "--seed", "empty") as twin:
        state = twin.ask("GET", "/__twin__/worlds/default/state").json()
    assert "Administrator" in str(state)
    assert "ann.lee" not in str(state)


def test_the_lane_can_be_switched_off() -> None:
    with serving("kopicloud-ad", "--no-lane") as twin:
        twin.ask("GET", "/api/OU/All", headers=twin.header("twin-admin"))
        (entry,) = twin.ask("GET", "/__twin__/worlds/default/journal").json()["entries"]
    assert (entry["status"], entry["lane"]) == (200, False)


def test_several_apis_are_mounted_by_name(two_apis: Path) -> None:
    with serving("kopicloud-ad", "mini", folder=two_apis) as twin:
        assert twin.told.addresses == {"kopicloud-ad": f"{twin.url}/kopicloud-ad", "mini": f"{twin.url}/mini"}
        listed = twin.ask("GET", "/kopicloud-ad/api/OU/All", headers=twin.header("twin-admin"))
        things = twin.ask("GET", "/mini/Things/All", headers={"X-Token": "good"})
        pages = twin.ask("GET", "/mini/ui/")
    assert [listed.status_code, things.status_code, pages.status_code] == [200, 200, 200]
    assert things.json() == {"result": []}


def test_every_document_names_the_server_it_came_from(two_apis: Path) -> None:
    with serving("kopicloud-ad", "mini", folder=two_apis) as twin:
        assert twin.ask("POST", "/__twin__/worlds", json={"name": "w", "from": "default"}).status_code == 200
        for prefix in ("/kopicloud-ad", "/__world__/w/kopicloud-ad"):
            assert _servers(twin, f"{prefix}/swagger") == [prefix]
        assert _servers(twin, "/mini/ui") == ["/mini"]


def test_a_document_names_the_public_address(two_apis: Path) -> None:
    with serving("kopicloud-ad", "mini", "--public-url", "https://example.com/twin/", folder=two_apis) as twin:
        assert _servers(twin, "/mini/ui") == ["https://example.com/twin/mini"]
        told = [line for line in twin.lines if line.startswith("  public address ")]
    assert [line.split()[-1] for line in told] == [
        f"https://example.com/twin/{api}" for api in ("kopicloud-ad", "mini")
    ]


def test_one_of_several_apis_is_mounted_at_the_root(two_apis: Path) -> None:
    with serving("mini", folder=two_apis) as twin:
        assert twin.told.addresses == {"mini": twin.url}
        assert twin.ask("GET", "/Things/All", headers={"X-Token": "good"}).status_code == 200


def test_a_control_token_locks_the_control_plane() -> None:
    with serving("kopicloud-ad", "--control-token", "s3cret") as twin:
        refused = twin.ask("GET", "/__twin__/health")
        let_in = twin.ask("GET", "/__twin__/health", headers={"Authorization": "Bearer s3cret"})
        assert [refused.status_code, let_in.status_code] == [401, 200]
        assert "s3cret" not in "\n".join(twin.lines)


def test_the_control_token_may_come_from_the_environment() -> None:
    with serving("kopicloud-ad", environment={"APITWIN_CONTROL_TOKEN": "s3cret"}) as twin:
        assert twin.ask("GET", "/__twin__/health").status_code == 401


def test_listening_on_every_address_is_warned_about() -> None:
    with serving("kopicloud-ad", "--host", "0.0.0.0") as twin:
        warnings = [line for line in twin.lines if line.startswith("warning: ")]
        assert twin.ask("GET", "/__twin__/health").status_code == 200
    assert len(warnings) == 2
    assert "--control-token" in warnings[1]


def test_a_loopback_twin_warns_of_nothing(served: Twin) -> None:
    assert not [line for line in served.lines if line.startswith("warning: ")]


def test_a_forwarded_peer_is_not_this_machine(served: Twin) -> None:
    answer = served.ask("GET", "/__twin__/health", headers={"X-Forwarded-For": "192.0.2.1"})
    assert answer.status_code == 403


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_whoever_is_connected(number: int) -> None:
    with serving("kopicloud-ad") as twin:
        place = urlsplit(twin.url)
        idle = http.client.HTTPConnection(place.hostname or "", place.port)
        idle.request("GET", "/__twin__/health")
        assert idle.getresponse().read()
        with socket.create_connection((place.hostname, place.port or 0)) as busy:
            busy.sendall(GREETING)
            assert twin.stop(number) == (0, [])
        idle.close()


def test_the_port_is_free_again_at_once() -> None:
    with serving("kopicloud-ad") as twin:
        port = str(urlsplit(twin.url).port)
        assert twin.stop() == (0, [])
    with serving("kopicloud-ad", "--port", port) as again:
        assert again.url.endswith(f":{port}")


def test_on_a_terminal_the_banner_is_coloured_and_no_token_is_broken() -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command("serve", "--port", "0"),
        stdout=theirs,
        stderr=subprocess.PIPE,
        env={**clean_environment(), "TERM": "xterm-256color", "COLUMNS": "60"},
    )
    os.close(theirs)
    try:
        screen = _screen(ours, b"Ctrl-C")
    finally:
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=LIMIT)[1] == b""
        os.close(ours)
    assert process.wait(STOP_LIMIT) == 0
    assert "\x1b[" in screen
    plain = re.sub(r"\x1b\[[0-9;]*m", "", screen)
    assert re.search(r"^    twin-admin +Auth-Token: Bearer [\w-]+\.[\w-]+\.[\w-]+\r$", plain, re.MULTILINE)


def _servers(twin: Twin, pages: str) -> list[str]:
    """The servers of the OpenAPI document that Swagger UI at some path loads."""
    home = twin.ask("GET", pages, follow_redirects=True)
    script = httpx.get(home.url.join("swagger-initializer.js"), trust_env=False, timeout=LIMIT)
    (place,) = re.findall(r'url: "([^"]+)"', script.text)
    document = httpx.get(home.url.join(place), trust_env=False, timeout=LIMIT).json()
    return [server["url"] for server in document["servers"]]


def _screen(terminal: int, last: bytes) -> str:
    """What was written to a terminal up to some text; the process's end ends it too."""
    seen = b""
    while last not in seen:
        seen += os.read(terminal, 65536)
    return seen.decode()
