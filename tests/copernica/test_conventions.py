"""What every operation has in common: addresses, tokens, statuses, headers, refusals, dialects."""

from __future__ import annotations

import pytest

from mockserver.app import Options, build
from tests.copernica.conftest import FIRST, NAME, SECOND
from tests.copernica.telling import headers, refusal
from tests.support.client import Client, TwinClient

# --- addresses


@pytest.mark.parametrize("path", ["/v1/identity", "/identity", "/v1/identity/", "/identity/"])
def test_operations_lie_below_both_bases_with_and_without_a_slash(twin: TwinClient, path: str) -> None:
    assert twin.get(path).body == twin.get("/v1/identity").body


def test_what_is_made_without_a_version_is_named_with_one(twin: TwinClient) -> None:
    made = twin.post("/databases", json={"name": "Shops"})
    assert headers(made)["x-location"] == f"/database/{made.headers['x-created']}"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/nothing"), ("GET", "/v2/identity"), ("GET", "/v1/v1/identity"), ("GET", "/"), ("GET", "/v1"),
     ("GET", "/v1/Databases"), ("PATCH", "/v1/identity"), ("POST", "/v1/identity"), ("DELETE", "/v1/databases"),
     ("HEAD", "/v1/nothing"), ("HEAD", "/v1/identity"), ("OPTIONS", "/v1/identity"), ("OPTIONS", "/v1/nothing"),
     ("GET", "/v1/identity/more"), ("GET", "/v1//identity")],
)  # fmt: skip
def test_an_unknown_address_and_a_wrong_method_are_refused(twin: TwinClient, method: str, path: str) -> None:
    answer = twin.call(method, path)
    assert answer.status == 400
    assert method == "HEAD" or refusal(answer)


# --- tokens


@pytest.mark.parametrize("token", ["", "0" * 32, FIRST.upper(), FIRST[:-1], f" {FIRST}"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/databases"), ("POST", "/v1/databases"),
                                              ("PUT", "/v1/database/1"), ("DELETE", "/v1/profile/1")])  # fmt: skip
def test_every_operation_wants_a_good_token(twin: TwinClient, method: str, path: str, token: str) -> None:
    assert refusal(twin.call(method, path, token=token)) == "Invalid access token"


def test_a_token_counts_in_the_query_only(twin: TwinClient) -> None:
    body = {"name": "Shops", "access_token": FIRST}
    for answer in (
        twin.post("/v1/databases", token="", json=body),
        twin.post("/v1/databases", token="", form=body),
        twin.post("/v1/databases", token="", json=body, headers={"access_token": FIRST}),
        twin.post("/v1/databases", token="", json=body, headers={"Authorization": f"Bearer {FIRST}"}),
        twin.post("/v1/databases", token="", json=body, Access_Token=FIRST),
    ):
        assert refusal(answer) == "Invalid access token"
    assert twin.get("/v1/databases").body["total"] == twin.get("/v1/databases").body["count"]


def test_of_two_tokens_the_last_counts(twin: TwinClient, other: TwinClient) -> None:
    answer = twin.get(f"/v1/identity?access_token={FIRST}&access_token={SECOND}", token="")
    assert answer.body == other.get("/v1/identity").body


def test_nothing_but_the_documented_message_comes_back_for_a_bad_token(twin: TwinClient) -> None:
    refused = twin.get("/v1/identity", token="s3cret-that-is-none")
    assert refused.content == b'{"error":{"message":"Invalid access token"}}'


def test_how_a_refused_token_is_known(twin: TwinClient) -> None:
    told = {
        token: twin.get("/v1/identity", token=token, headers={"Twin-Evidence": "1"}).headers["twin-evidence"]
        for token in ("", "0" * 32, "00000000000000000000000000000001")
    }
    assert [text.partition(";")[0] for text in told.values()] == ["assumed", "assumed", "documented"]
    assert told[""].endswith("rule=TOKEN-REFUSED")


def test_no_answer_has_the_token(twin: TwinClient, database: str) -> None:
    for answer in (
        twin.post("/v1/databases", json={"name": "Shops"}),
        twin.put(f"/v1/database/{database}", json={"name": "Shops"}),
        twin.get(f"/v1/database/{database}", start="x"),
        twin.get("/v1/nothing"),
        twin.post("/v1/databases", json={}),
    ):
        assert FIRST not in str(answer.headers) + answer.content.decode()


# --- statuses and headers


def test_a_creation_is_201_and_names_what_it_made(twin: TwinClient) -> None:
    made = twin.post("/v1/databases", json={"name": "Shops"})
    number = made.headers["x-created"]
    assert (made.status, made.content) == (201, b"")
    assert headers(made) == {
        "x-location": f"/database/{number}", "location": f"/database/{number}", "x-created": number,
    }  # fmt: skip
    assert twin.get(f"/v1/database/{number}").body["name"] == "Shops"


def test_a_change_is_200_and_names_what_it_changed(twin: TwinClient, database: str) -> None:
    changed = twin.put(f"/v1/database/{database}", json={"description": "x"})
    assert (changed.status, changed.content) == (200, b"")
    assert headers(changed) == {"x-location": f"/database/{database}"}


def test_a_deletion_is_200_and_tells_kind_and_id(twin: TwinClient, database: str, field: str) -> None:
    deleted = twin.delete(f"/v1/database/{database}/field/{field}")
    assert (deleted.status, deleted.content, headers(deleted)) == (200, b"", {"x-deleted": f"field {field}"})


def test_a_deletion_of_nothing_is_204_and_tells_nothing(twin: TwinClient, database: str, field: str) -> None:
    twin.delete(f"/v1/database/{database}/field/{field}")
    for number in (field, "999999"):
        answer = twin.delete(f"/v1/database/{database}/field/{number}")
        assert (answer.status, answer.content, headers(answer)) == (204, b"", {})
        assert "content-type" not in answer.headers


@pytest.mark.parametrize("kind", ["profile", "subprofile", "view", "rule", "miniview", "minirule"])
def test_only_an_id_can_be_gone(twin: TwinClient, kind: str) -> None:
    answer = twin.delete(f"/v1/{kind}/999999")
    assert (answer.status, answer.content, headers(answer)) == (204, b"", {})
    for wrong in ("abc", "-1", "1.0", "1a", "%D9%A1"):
        assert refusal(twin.delete(f"/v1/{kind}/{wrong}"))


def test_reading_is_200_and_tells_nothing_of_writes(twin: TwinClient, database: str) -> None:
    for path in ("/v1/databases", f"/v1/database/{database}", f"/v1/database/{database}/fields"):
        answer = twin.get(path)
        assert (answer.status, answer.headers["content-type"], headers(answer)) == (200, "application/json", {})


@pytest.mark.parametrize("path", ["/v1/database/999999", "/v1/collection/999999", "/v1/database/Nobody"])
def test_what_is_not_there_is_a_refusal(twin: TwinClient, path: str) -> None:
    for answer in (twin.get(path), twin.put(path, json={"name": "x"})):
        assert path.rpartition("/")[2] in refusal(answer)
        assert not headers(answer)


def test_addresses_begin_with_the_public_one() -> None:
    public = build([NAME], Options(seed="baseline", public_url="https://api.copernica.com"))
    client = Client(public.app)
    twin = TwinClient(client=client, world="default", api=NAME, parameter="access_token", token=FIRST)
    made = twin.post("/databases", json={"name": "Shops"})
    assert made.headers["x-location"] == f"https://api.copernica.com/v1/database/{made.headers['x-created']}"
    client.close()
    public.close()


def test_addresses_follow_the_host_that_was_asked(twin: TwinClient) -> None:
    made = twin.post("/v1/databases", json={"name": "Shops"}, headers={"host": "twin.test:8443"})
    assert made.headers["location"] == f"http://twin.test:8443/v1/database/{made.headers['x-created']}"


# --- methods that mirror each other


def test_put_and_post_are_one(twin: TwinClient, database: str) -> None:
    made = twin.put("/v1/databases", json={"name": "Shops"})
    assert (made.status, set(headers(made))) == (201, {"x-location", "x-created", "location"})
    changed = twin.post(f"/v1/database/{database}", json={"name": "Sellers"})
    assert (changed.status, headers(changed)) == (200, {"x-location": f"/database/{database}"})
    assert twin.get(f"/v1/database/{database}").body["name"] == "Sellers"


def test_profiles_of_a_database_are_made_by_post_and_changed_by_put(
    twin: TwinClient, database: str, profile: str
) -> None:
    path = f"/v1/database/{database}/profiles"
    assert "fields[]" in refusal(twin.put(path, json={"Title": "dame"}))
    changed = twin.put(path, json={"Title": "dame"}, **{"fields[]": "Title==sir"})
    assert (changed.status, headers(changed)) == (200, {"x-location": f"/database/{database}/profiles"})
    assert (twin.get(path).body["total"], twin.get(profile).body["fields"]) == (1, {"Title": "dame"})
    made = twin.put(path, json={"Title": "lord"}, create="1", **{"fields[]": "Title==lord"})
    assert (made.status, set(headers(made))) == (303, {"x-location", "x-created", "location"})
    assert made.headers["location"].endswith(f"/v1/profile/{made.headers['x-created']}")
    assert twin.get(path).body["total"] == 2


def test_interests_are_added_by_post_and_replaced_by_put(twin: TwinClient, profile: str) -> None:
    path = f"{profile}/interests"
    for method, given, expected in (
        ("POST", ["tennis"], ["tennis"]),
        ("POST", ["chess"], ["tennis", "chess"]),
        ("PUT", ["chess"], ["chess"]),
        ("PUT", [], []),
    ):
        assert twin.call(method, path, json=given).status == 200
        assert twin.get(path).body == expected, (method, given)


def test_subprofiles_of_a_profile_are_made_by_post_and_changed_by_put(
    twin: TwinClient, database: str, profile: str
) -> None:
    collection = twin.post(f"/v1/database/{database}/collections", json={"name": "Orders"}).headers["x-created"]
    twin.post(f"/v1/collection/{collection}/fields", json={"name": "Product"})
    path = f"{profile}/subprofiles/{collection}"
    made = twin.post(path, json={"Product": "tea"})
    assert (made.status, headers(made)["x-location"]) == (201, f"/subprofile/{made.headers['x-created']}")
    assert "fields[]" in refusal(twin.put(path, json={"Product": "milk"}))
    changed = twin.put(path, json={"Product": "milk"}, **{"fields[]": "Product==tea"})
    assert (changed.status, headers(changed)) == (200, {"x-location": path.removeprefix("/v1")})
    assert [one["fields"] for one in twin.get(path).body["data"]] == [{"Product": "milk"}]


@pytest.fixture
def miniview(twin: TwinClient, database: str) -> str:
    """The address of a miniselection with a rule."""
    collection = twin.post(f"/v1/database/{database}/collections", json={"name": "Orders"}).headers["x-created"]
    made = twin.post(f"/v1/collection/{collection}/miniviews", json={"name": "All"})
    path = "/v1/miniview/" + made.headers["x-created"]
    twin.post(f"{path}/rules", json={"name": "one"})
    return path


def test_addresses_that_only_a_page_prints_lead_to_the_right_ones(twin: TwinClient, miniview: str) -> None:
    (rule,) = twin.get(f"{miniview}/rules").body["data"]
    assert twin.get(f"{miniview}/minirules").body == twin.get(f"{miniview}/rules").body
    assert twin.get(f"{miniview}/minirule/{rule['ID']}").body == twin.get(f"{miniview}/rule/{rule['ID']}").body == rule
    assert twin.get(f"{miniview}/subprofile").body == twin.get(f"{miniview}/subprofiles").body
    made = twin.post(f"{miniview.removeprefix('/v1')}/minirules/", json={"name": "two"})
    assert (made.status, twin.get(f"{miniview}/rules").body["total"]) == (201, 2)


# --- the older dialect


@pytest.fixture
def older(twin: TwinClient, database: str) -> TwinClient:
    """The same world in the dialect of seed 002."""
    assert database
    twin.settings(dialect="seed-002")
    return twin


def test_the_older_dialect_names_ids_alone(older: TwinClient, database: str) -> None:
    made = older.post("/databases", json={"name": "Shops"})
    changed = older.put(f"/database/{database}", json={"name": "x"})
    field = older.post(f"/database/{database}/fields", json={"name": "x"})
    deleted = older.delete(f"/database/{database}/field/{field.headers['x-location']}")
    assert [(one.status, set(headers(one))) for one in (made, changed, field, deleted)] == [
        (201, {"x-location"}), (200, {"x-location"}), (201, {"x-location"}), (200, {"x-deleted"}),
    ]  # fmt: skip
    assert older.get(f"/database/{made.headers['x-location']}").body["name"] == "Shops"
    assert changed.headers["x-location"] == database


def test_the_older_dialect_has_one_status_for_every_refusal(older: TwinClient, database: str) -> None:
    assert refusal(older.delete(f"/database/{database}/field/999999"))
    assert refusal(older.get("/datarequest/999999/data"))


def test_the_document_speaks_the_dialect_of_its_world(older: TwinClient) -> None:
    paths = older.get("/openapi.json").body["paths"]
    made = paths["/databases"]["post"]["responses"]["201"]["headers"]
    assert set(made) == {"X-Location"}
    assert "204" not in paths["/database/{databaseId}/field/{fieldId}"]["delete"]["responses"]
    older.settings(dialect="v1")
    paths = older.get("/openapi.json").body["paths"]
    assert set(paths["/databases"]["post"]["responses"]["201"]["headers"]) == {"X-Location", "X-Created", "Location"}
