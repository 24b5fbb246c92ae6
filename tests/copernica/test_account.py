"""The account behind a token."""

from __future__ import annotations

from tests.support.client import TwinClient


def test_each_token_leads_to_its_account(twin: TwinClient, other: TwinClient) -> None:
    (first, second) = (one.get("/v1/identity") for one in (twin, other))
    assert (first.status, second.status) == (200, 200)
    assert set(first.body) == {"ID", "name", "description", "company"}
    assert first.body["ID"] != second.body["ID"]


def test_without_a_good_token_nobody_is_anybody(twin: TwinClient) -> None:
    for token in ("", "0" * 32):
        refused = twin.get("/v1/identity", token=token)
        assert (refused.status, refused.body) == (400, {"error": {"message": "Invalid access token"}})
