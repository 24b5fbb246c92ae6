"""Input that is broken, odd or hostile: refused in the envelope or kept as data, never obeyed, never a fault."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from mockserver.app import Twin
from mockserver.kernel.receiving import BODY_LIMIT
from tests.pipeline.refusals import is_refusal, unchanged
from tests.support.client import Client, TwinClient
from tests.support.right import KOPI, ROOT
from tests.support.wire import RAW

USER = "/api/ADUser/ann.lee"


BROKEN = ("%", "%2", "%zz", "a%", "%00", "a%00b", "%FF", "%C0%AF", "%ED%A0%80", "%F8%88%80%80%80", "%u0041")


@pytest.mark.parametrize("text", BROKEN)
def test_text_that_cannot_be_read_is_400_wherever_it_stands(kopicloud: Twin, twin: TwinClient, text: str) -> None:
    for method, target in [
        ("GET", f"/api/ADUser/{text}/Details"),
        ("POST", f"/api/ADUser/{text}"),
        ("PUT", f"/api/ADUser/ann.lee/Rename/{text}"),
        ("PUT", f"{USER}?FirstName={text}"),
        ("PUT", f"{USER}?FirstName=x&{text}=x"),
        ("GET", f"/api/OU/All?{text}"),
        ("DELETE", f"/api/DnsReverseLookupZone/{text}"),
        ("POST", f"/api/Login?username={text}&password=x"),
        ("GET", f"/nothing/{text}"),
    ]:
        answer = twin.call(method, target)
        assert is_refusal(answer, 400), target
        assert "password" not in answer.output.lower()
    assert unchanged(kopicloud, twin)


def test_raw_bytes_outside_ascii_are_read_as_text_or_refused(twin: TwinClient) -> None:
    assert twin.call("PUT", f"{USER}?FirstName=Zo\xe9&ShowFields=firstName").result["firstName"] == "Zoé"
    assert twin.call("GET", "/api/ADUser/日本/Exists").result is False


READINGS = (
    "/api/ADUser/{}/Details",
    "/api/OU/Path/Details?OUPath={}",
    "/api/ADUser/ann.lee/Group/{}",
    "/api/DnsZones/{}",
    "/api/DnsARecord/IPAddress/{}",
    "/api/Computers/{}",
    "/api/OU/Guid/Details?OUGuid={}",
    "/api/ADUser/ListUsers?OUPath={}&ShowFields={}",
    "/api/DnsReverseLookupZone/{}",
)


@pytest.mark.parametrize("target", READINGS)
def test_no_text_brings_a_reading_down(kopicloud: Twin, twin: TwinClient, target: str) -> None:
    for text in RAW:
        answer = twin.call("GET", target.replace("{}", text.replace("{", "%7B")))
        assert answer.status in (200, 400, 404), (text, answer)
        assert answer.status == 200 or is_refusal(answer, answer.status), text
    assert unchanged(kopicloud, twin)


@pytest.mark.parametrize(
    "dn",
    [
        "OU=" + "x" * 256 + f",{ROOT}",
        "OU=" + "x" * 100_000,
        ",".join(["OU=a"] * 10_000),
        "OU=a," * 5_000 + ROOT,
        "\\" * 99_999,
        "OU=" + "\\2C" * 30_000 + f",{ROOT}",
        "+".join(["OU=a"] * 5_000),
    ],
)
@pytest.mark.parametrize("path", ["/api/OU/Path/Details", "/api/OU/Path/Exists", "/api/Computers"])
def test_an_overlong_dn_is_400(twin: TwinClient, dn: str, path: str) -> None:
    answer = twin.get(path, OUPath=dn)
    assert is_refusal(answer, 400)


METACHARACTERS = ("*", "(", ")", "&", "|", "!", "\\", "<", ">", "~", "'", '"', ";", "--", "%", "#", "\t", "\u202e")


@pytest.mark.parametrize("character", METACHARACTERS)
def test_metacharacters_are_data_where_text_is_free(kopicloud: Twin, twin: TwinClient, character: str) -> None:
    text = f"a{character}(cn=*)b"
    answer = twin.put(USER, Description=text, ShowFields="description,username")
    assert (answer.status, answer.result["description"]) == (200, text)
    (changes,) = kopicloud.worlds.diff("default", twin.world)["kopicloud-ad.object"]["changed"].values()
    assert list(changes) == ["attributes"]


@pytest.mark.parametrize("character", ["*", "(", ")", "&", "|", "\\", ",", "+", '"', "<", ">", ";", "=", "#", "/", " "])
def test_metacharacters_in_a_name_are_kept_or_refused_and_never_obeyed(
    kopicloud: Twin, twin: TwinClient, character: str
) -> None:
    """An OU may have any of them in its name; its DN as shown finds it, and it alone."""
    name = f"a{character}b"
    made = twin.post("/api/OU", OUName=name, OUDestinationPath=KOPI)
    assert made.result["name"] == name
    assert twin.get("/api/OU/Path/Details", OUPath=made.result["path"]).result == made.result
    assert twin.delete("/api/OU/Path/Remove", OUPath=made.result["path"]).status == 200
    assert twin.get("/api/ADUser/ListUsers/All").status == 200
    assert len(kopicloud.worlds.dump(twin.world)["kopicloud-ad.object"]) == len(
        kopicloud.worlds.dump("default")["kopicloud-ad.object"]
    )


@pytest.mark.parametrize(
    "name", ["*", "ann*", "(ann.lee)", "ann.lee)(cn=*", "ann.lee|*", "ann.lee\\2a", "%", "ann_lee"]
)
def test_a_pattern_is_not_a_name(twin: TwinClient, name: str) -> None:
    answer = twin.get(f"/api/ADUser/{quote(name, safe='')}/Details")
    assert answer.status in (400, 404)
    assert is_refusal(answer, answer.status)


# --- bodies and headers


@pytest.mark.parametrize("content_type", ["application/json", "APPLICATION/JSON", "text/xml", "nonsense", ""])
def test_a_body_is_read_to_its_limit_and_then_ignored(
    kopicloud: Twin, client: Client, twin: TwinClient, content_type: str
) -> None:
    headers = {"Auth-Token": twin.token, "Twin-World": twin.world, "content-type": content_type}
    assert client.request("GET", "/api/OU/All", headers=headers, body=b"[" * BODY_LIMIT).status == 200
    assert is_refusal(client.request("DELETE", USER, headers=headers, body=b"x" * (BODY_LIMIT + 1)), 400)
    assert unchanged(kopicloud, twin)


@pytest.mark.parametrize(
    "value", ["\xff\xfe", "Bearer \xe9", "Basic \xff", "x" * 200_000, "Bearer " + "a." * 50_000, "\t"]
)
def test_a_strange_credential_is_401(twin: TwinClient, value: str) -> None:
    assert is_refusal(twin.get("/api/OU/All", token=value), 401)


@pytest.mark.parametrize("world", ["\xff", "nowhere", "", "a/b", "x" * 70_000, "planted of default"])
def test_an_unknown_world_is_404_in_the_envelope(twin: TwinClient, world: str) -> None:
    answer = twin.get("/api/OU/All", headers={"Twin-World": world})
    assert is_refusal(answer, 404)
    assert "no world" in answer.output


def test_only_worlds_of_clients_are_suggested(client: Client, twin: TwinClient) -> None:
    told = twin.get("/api/OU/All", headers={"Twin-World": "nowhere"}).output
    worlds = client.request("GET", "/__twin__/worlds").body["worlds"]
    assert told == f"no world 'nowhere' (known: {', '.join(worlds)})"
