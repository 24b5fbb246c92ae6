"""OAuth: how an application gets a token, step by step, and what it never gets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest

from mockserver.app import Options, build
from tests.copernica.conftest import FIRST, NAME, SECOND
from tests.copernica.consent import ANN, ASKED, BACK, SECRET, STATE, Browser, form_of, returned
from tests.support.client import Client, ControlRefused, TwinClient
from tests.support.databases import Databases


@pytest.fixture
def browser(client: Client, world: str) -> Browser:
    """Somebody on the English page."""
    return Browser(client, world)


HOSTILE = ['"><script>alert(1)</script>', "'; --", "\r\nSet-Cookie: a=b", "{0}{user}%s", "é日本 +&=#?", "a" * 3000]


# --- the page


@pytest.mark.parametrize(("language", "word"), [("en", "Log in"), ("nl", "Inloggen")])
def test_the_page_asks_to_log_in(client: Client, world: str, language: str, word: str) -> None:
    answer = Browser(client, world, language).get(ASKED)
    form = form_of(answer)
    assert (answer.status, form.language) == (200, language)
    assert word in form.text
    assert "Shop" in form.text
    assert "shop.test" in form.text
    assert form.fields.keys() == {"login", "password"}
    assert form.alerts == 0
    assert "script" not in form.tags


def test_the_page_is_nobody_elses_to_show_or_keep(browser: Browser) -> None:
    for answer in (browser.get(ASKED), browser.login(), browser.decide(browser.login())):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers
    assert "frame-ancestors 'none'" in browser.get(ASKED).headers["content-security-policy"]


@pytest.mark.parametrize("missing", ["client_id", "redirect_uri", "state", "response_type"])
@pytest.mark.parametrize("value", [None, ""])
def test_who_does_not_say_all_is_told_so_and_sent_nowhere(browser: Browser, missing: str, value: str | None) -> None:
    asked = {key: text for key, text in {**ASKED, missing: value}.items() if text is not None}
    for answer in (browser.get(asked), browser.post("?" + urlencode(asked), ANN)):
        form = form_of(answer)
        assert (answer.status, "location" in answer.headers, form.buttons) == (400, False, [])
        assert form.alerts == 1
        assert missing in form.text


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVASCRIPT://shop.test/%0aalert(1)", "data:text/html,x", "//shop.test/", "/back",
     "shop.test", "https:/shop.test", "https://", "https://?x=1", "https://shop.test@evil.test/", "https://a:b@shop.test",
     "https://shop.test/#x", "https://shop.test/\r\nSet-Cookie: a=b", "https://shop.test/%zz", "https://shop.test\\@evil",
     'https://shop.test/"><script>', "https://shop.test/a b", "https://sh\u00f6p.test/", "https://shop.test/\u00e9",
     "ftp://shop.test/", " https://shop.test/", "https://shop.test/ ", "https://-shop.test/", "https://shop.test:port/",
     f"https://shop.test/{'a' * 2000}"],
)  # fmt: skip
def test_no_address_that_is_none(browser: Browser, address: str) -> None:
    asked = {**ASKED, "redirect_uri": address}
    for answer in (browser.get(asked), browser.post("?" + urlencode(asked), ANN)):
        form = form_of(answer)
        assert (answer.status, "location" in answer.headers, form.buttons) == (400, False, [])
        assert "redirect_uri" in form.text
        assert "a" not in form.tags


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8080/back", "https://[::1]/", "http://localhost", "https://shop.test/a'b?x=%22&y[]=1;z"],
)
def test_addresses_that_are_some(browser: Browser, address: str) -> None:
    answer = browser.decide(browser.login({**ASKED, "redirect_uri": address}))
    separator = "&" if "?" in address else "?"
    assert answer.headers["location"].startswith(f"{address}{separator}state={STATE}&code=")
    code = answer.headers["location"].rpartition("code=")[2]
    assert browser.exchange(code, redirect_uri=address).status == 200


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["client_id", "state", "response_type", "scope", "login"])
def test_what_comes_in_is_shown_as_text(browser: Browser, name: str, value: str) -> None:
    clean = form_of(browser.login(who={"login": "nobody", "password": "x"}))
    asked = {**ASKED, name: value}
    for answer in (browser.get(asked), browser.post("?" + urlencode(asked), {"login": value, "password": value})):
        form = form_of(answer)
        assert answer.status in (200, 400)
        assert "location" not in answer.headers
        assert set(form.tags) <= set(clean.tags)
        assert "set-cookie" not in answer.headers


def test_a_login_that_was_tried_is_there_again_but_not_the_password(browser: Browser) -> None:
    answer = browser.login(who={"login": '"ann"', "password": "secret-guess"})
    form = form_of(answer)
    assert (answer.status, form.alerts, form.fields) == (400, 1, {"login": '"ann"', "password": ""})
    assert b"secret-guess" not in answer.content
    assert form_of(browser.post(form.action, ANN)).choices == ["1", "2"]


@pytest.mark.parametrize(
    "who",
    [{}, {"login": "ann"}, {"login": "Ann", "password": ANN["password"]}, {"login": "ann", "password": ""},
     {"login": "ann", "password": "tw1n-passw0rd!"}],
)  # fmt: skip
def test_only_the_right_password_lets_in(browser: Browser, who: dict[str, str]) -> None:
    answer = browser.login(who=who)
    assert answer.status == 400
    assert "ticket" not in form_of(answer).fields


def test_the_other_language_is_one_click_away(browser: Browser) -> None:
    page = browser.get({**ASKED, "state": "é" * 40}).content.decode()
    assert 'href="http://127.0.0.1:80/nl/authorize?client_id=shop&amp;' in page
    assert ("%C3%A9" * 40) in page


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_in_the_words_of_the_api(client: Client, world: str, method: str) -> None:
    answer = client.request(method, "/en/authorize", headers={"Twin-World": world})
    assert (answer.status, list(answer.body)) == (400, ["error"])


@pytest.mark.parametrize(
    "path", ["/en/authorize/x", "/de/authorize", "/authorize", "/v1/en/authorize", "/EN/authorize"]
)
def test_the_page_has_two_addresses(client: Client, world: str, path: str) -> None:
    assert client.request("GET", path, headers={"Twin-World": world}).status == 400


# --- the decision


def test_who_has_several_accounts_chooses_one(browser: Browser) -> None:
    page = browser.login()
    form = form_of(page)
    assert (form.choices, form.buttons) == (["1", "2"], ["allow", "deny"])
    assert "Roasters" in form.text
    assert "Southern Millers Ltd" in form.text
    for wrong in ("", "3", "Roasters"):
        again = browser.decide(page, account=wrong)
        assert (again.status, form_of(again).alerts, form_of(again).fields["ticket"]) == (400, 1, form.fields["ticket"])
    assert returned(browser.decide(page, account="2")).keys() == {"shop", "state", "code"}


def test_who_has_one_account_need_not_choose(browser: Browser) -> None:
    page = browser.login(who={"login": "jürgen", "password": "Mühl-Passw0rt!"})
    form = form_of(page)
    assert (form.choices, form.fields["account"]) == ([], "2")
    assert "Roasters" not in form.text
    assert browser.decide(page, account="1").status == 400
    code = returned(browser.decide(page, account="2"))["code"]
    assert browser.exchange(code).status == 200


def test_allowing_brings_state_and_code_back(browser: Browser) -> None:
    back = returned(browser.decide(browser.login()))
    assert back == {"shop": "1", "state": STATE, "code": back["code"]}
    assert len(back["code"]) == 32


@pytest.mark.parametrize("decision", ["deny", "", "Allow", "ALLOW"])
def test_anything_but_allowing_brings_only_the_state_back(browser: Browser, decision: str) -> None:
    page = browser.login()
    assert returned(browser.decide(page, decision)) == {"shop": "1", "state": STATE}
    assert browser.decide(page).status == 400


@pytest.mark.parametrize("state", ["x", "1234", "a" * 64, "0123456789abcdef0123456789abcde"])
def test_a_weak_state_comes_back_without_a_code(browser: Browser, state: str) -> None:
    assert returned(browser.decide(browser.login({**ASKED, "state": state}))) == {"shop": "1", "state": state}


@pytest.mark.parametrize("state", [f"{STATE}{text}" for text in HOSTILE])
def test_a_state_comes_back_as_it_was_and_is_nothing_else(browser: Browser, state: str) -> None:
    answer = browser.decide(browser.login({**ASKED, "state": state}))
    assert returned(answer)["state"] == state
    assert answer.headers["location"].isascii()
    assert "set-cookie" not in answer.headers


def test_a_decision_is_made_once(browser: Browser) -> None:
    page = browser.login()
    assert browser.decide(page).status == 303
    late = browser.decide(page)
    assert (late.status, "location" in late.headers, form_of(late).buttons) == (400, False, [])


def test_a_decision_is_not_put_off_for_ever(browser: Browser, twin: TwinClient) -> None:
    page, other = browser.login(), browser.login()
    twin.advance(600)
    assert browser.decide(page).status == 303
    twin.advance(1)
    assert browser.decide(other).status == 400


@pytest.mark.parametrize("ticket", ["", "unknown", "1", FIRST, '"><script>'])
def test_nobody_decides_without_having_logged_in(browser: Browser, ticket: str) -> None:
    answer = browser.post("?", {"ticket": ticket, "account": "1", "decision": "allow"})
    assert (answer.status, "location" in answer.headers) == (400, False)


# --- the exchange


def test_a_code_becomes_the_token_of_the_account_that_was_chosen(browser: Browser, twin: TwinClient) -> None:
    for account, name, known in (("1", "Roasters", FIRST), ("2", "Millers", SECOND)):
        answer = browser.exchange(browser.code(account=account))
        assert (answer.status, answer.body) == (200, {"access_token": known})
        assert answer.headers["content-type"] == "application/json"
        assert twin.get("/v1/identity", token=answer.body["access_token"]).body["name"] == name


def test_another_application_gets_a_token_of_its_own(browser: Browser, twin: TwinClient) -> None:
    code = browser.code({**ASKED, "client_id": "reports"})
    token = browser.exchange(code, client_id="reports", client_secret="reports-secret").body["access_token"]
    assert len(token) == 32
    assert token not in (FIRST, SECOND, "0" * 32)
    assert twin.get("/v1/identity", token=token).body["name"] == "Roasters"


def test_a_code_works_once(browser: Browser) -> None:
    code = browser.code()
    assert browser.exchange(code).status == 200
    again = browser.exchange(code)
    assert (again.status, "once" in again.body["error"]["message"]) == (400, True)


@pytest.mark.parametrize(
    "wrong",
    [{"client_id": "reports"}, {"client_id": "Shop"}, {"client_id": ""}, {"client_secret": "Shop-secret"},
     {"client_secret": ""}, {"redirect_uri": f"{BACK}&x"}, {"redirect_uri": "https://shop.test/back"},
     {"client_id": "reports", "client_secret": "reports-secret"}, {"code": "x"}, {"code": STATE},
     *({name: "-"} for name in ("client_id", "client_secret", "redirect_uri", "code"))],
)  # fmt: skip
def test_a_code_is_bound_to_client_and_address(browser: Browser, wrong: dict[str, Any]) -> None:
    code = browser.code()
    answer = browser.exchange(**{"code": code, **wrong})
    assert (answer.status, list(answer.body)) == (400, ["error"])
    assert SECRET not in answer.body["error"]["message"]
    assert browser.exchange(code).status == 200


def test_codes_and_secrets_stay_out_of_the_journal(browser: Browser, twin: TwinClient) -> None:
    code = browser.code()
    browser.exchange(code)
    journal = str(twin.control("GET", "journal"))
    assert "exchangeOauthCode" in journal
    for secret in (code, SECRET, FIRST, ANN["password"], STATE):
        assert secret not in journal


# --- revocation


def test_a_revoked_token_is_refused_and_the_next_exchange_brings_another(browser: Browser, twin: TwinClient) -> None:
    assert twin.get("/v1/identity").status == 200
    revoked = twin.admin("revoke-token", token=FIRST)
    assert revoked == {"token": FIRST, "account": "Roasters", "application": "Shop", "revoked": True}
    answer = twin.get("/v1/identity")
    assert (answer.status, answer.body) == (400, {"error": {"message": "Invalid access token"}})
    assert twin.get("/v1/identity", token=SECOND).status == 200
    token = browser.exchange(browser.code()).body["access_token"]
    assert token != FIRST
    assert twin.get("/v1/identity", token=token).body["name"] == "Roasters"


def test_tokens_are_listed_and_made(twin: TwinClient) -> None:
    made = twin.admin("create-token", client_id="reports", account="Millers")
    assert made == {"token": made["token"], "account": "Millers", "application": "Reports & Charts", "revoked": False}
    assert twin.get("/v1/identity", token=made["token"]).body["ID"] == "2"
    assert twin.admin("create-token", client_id="shop", account="1")["token"] == FIRST
    listed = twin.admin("list-tokens")
    assert made in listed
    assert {one["token"] for one in listed if one["revoked"]} == {"0" * 32}


@pytest.mark.parametrize(
    ("function", "given", "said"),
    [("revoke-token", {"token": "x"}, "no such token"),
     ("create-token", {"client_id": "x", "account": "1"}, "client_id"),
     ("create-token", {"client_id": "shop", "account": "Roaster"}, "did you mean 'Roasters'"),
     ("create-token", {"client_id": "shop"}, "'account' is missing"), ("list-tokens", {"all": True}, "unknown name")],
)  # fmt: skip
def test_administration_says_what_is_wrong(twin: TwinClient, function: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(ControlRefused, match=said):
        twin.admin(function, **given)


def test_a_token_that_came_revoked_with_the_seed_is_refused(twin: TwinClient) -> None:
    assert twin.get("/v1/identity", token="0" * 32).status == 400


def test_a_code_works_once_whichever_process_is_asked(databases: Databases) -> None:
    """Two processes on one state, in step: of two exchanges at the same moment one succeeds."""
    state = databases.address("sqlite")
    twins = [build([NAME], Options(state=state)) for _ in range(2)]
    browsers = [Browser(Client(twin.app), "default") for twin in twins]
    codes = [browsers[0].code() for _ in range(20)]
    together = Barrier(len(browsers), timeout=30)

    def exchanged(browser: Browser) -> list[int]:
        found = []
        for code in codes:
            together.wait()
            found.append(browser.exchange(code).status)
        return found

    with ThreadPoolExecutor(len(browsers)) as pool:
        statuses = zip(*pool.map(exchanged, browsers), strict=True)
        assert [sorted(pair) for pair in statuses] == [[200, 400]] * len(codes)
    for twin, browser in zip(twins, browsers, strict=True):
        browser.client.close()
        twin.close()
