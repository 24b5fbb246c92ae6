"""The way from what `apitwin serve` prints to a token and back, over a socket."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.copernica.consent import ASKED, BACK, Form
from tests.face.command import Twin, serving


def noted(twin: Twin, label: str) -> list[str]:
    """What the banner says under a label."""
    return [line[3 + len(label) :].strip() for line in twin.lines if line.startswith(f"  {label} ")]


@pytest.mark.parametrize("apis", [["copernica-v1"], ["copernica-v1", "kopicloud-ad"]], ids=len)
def test_what_is_printed_leads_to_a_token_until_it_is_revoked(apis: list[str]) -> None:
    with serving(*apis) as twin, httpx.Client() as http:
        address = twin.told.addresses["copernica-v1"]
        (pages,) = noted(twin, "pages")
        english, dutch = pages.split(", ")
        asks = next(line for line in noted(twin, "application") if line.startswith("Shop: "))
        client, secret = re.fullmatch(r"Shop: client_id (\S+), client_secret (\S+)", asks).groups()  # type: ignore[union-attr]
        login, password = noted(twin, "accounts")[0].split(": password ")

        page = http.get(english, params={**ASKED, "client_id": client})
        (link,) = re.findall(r'href="([^"]+)"', page.text)
        assert link.startswith(f"{dutch}?client_id={client}")
        asked = http.post(english + Form(page.text).action, data={"login": login, "password": password})
        answer = {**Form(asked.text).fields, "account": "2", "decision": "allow"}
        back = parse_qs(urlsplit(http.post(english, data=answer).headers["location"]).query)

        given = {"client_id": client, "client_secret": secret, "redirect_uri": BACK, "code": back["code"][0]}
        token = http.get(f"{address}/v1/token", params=given).json()["access_token"]
        assert f"?access_token={token}" in twin.told.credentials["copernica-v1"].values()
        assert http.get(f"{address}/v1/identity", params={"access_token": token}).json()["name"] == "Millers"

        revoke = f"{twin.url}/__twin__/worlds/default/admin/copernica-v1/revoke-token"
        assert http.post(revoke, json={"token": token}).json()["revoked"] is True
        refused = http.get(f"{address}/v1/identity", params={"access_token": token})
        assert (refused.status_code, refused.json()) == (400, {"error": {"message": "Invalid access token"}})


def test_the_pages_are_told_and_linked_as_people_reach_them() -> None:
    with serving("copernica-v1", "--public-url", "https://copernica.example") as twin, httpx.Client() as http:
        page = http.get(f"{twin.url}/__world__/default/nl/authorize", params=ASKED)
        assert page.status_code == 200
        assert 'href="https://copernica.example/__world__/default/en/authorize?' in page.text
