"""A browser without scripts on the consent pages: reads forms, fills them in, follows nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.client import Answer, Client

STATE = "0123456789abcdef0123456789abcdef"
BACK = "https://shop.test/back?shop=1"
ASKED = {"client_id": "shop", "redirect_uri": BACK, "state": STATE, "response_type": "code"}
ANN = {"login": "ann", "password": "Tw1n-Passw0rd!"}
SECRET = "shop-secret"


@dataclass
class Form(HTMLParser):
    """The form of a page: where it goes, its fields as they are, the buttons, and all text and tags there are."""

    content: str
    action: str = ""
    language: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    choices: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    alerts: int = 0
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.alerts += given.get("role") == "alert"
        if tag == "html":
            self.language = given["lang"]
        elif tag == "form":
            assert given["method"] == "post"
            self.action = given["action"]
        elif tag == "input" and given["type"] == "radio":
            self.choices.append(given["value"])
        elif tag == "input":
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self.buttons.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        self.text += data


@dataclass(frozen=True)
class Browser:
    """Somebody in one world, on the page of one language."""

    client: Client
    world: str
    language: str = "en"

    @property
    def path(self) -> str:
        return f"/{self.language}/authorize"

    def get(self, asked: dict[str, str]) -> Answer:
        """The page as an application asks for it."""
        return self.client.request("GET", f"{self.path}?{urlencode(asked)}", headers={"Twin-World": self.world})

    def post(self, action: str, fields: dict[str, str]) -> Answer:
        """A form that is sent."""
        headers = {"Twin-World": self.world, "content-type": "application/x-www-form-urlencoded"}
        return self.client.request("POST", self.path + action, headers=headers, body=urlencode(fields).encode())

    def login(self, asked: dict[str, str] = ASKED, who: dict[str, str] = ANN) -> Answer:
        """What is shown to somebody who logs in."""
        return self.post(form_of(self.get(asked)).action, who)

    def decide(self, page: Answer, decision: str = "allow", account: str = "1") -> Answer:
        """What becomes of a decision."""
        form = form_of(page)
        return self.post(form.action, {**form.fields, "account": account, "decision": decision})

    def code(self, asked: dict[str, str] = ASKED, account: str = "1") -> str:
        """A code for whoever asked."""
        return returned(self.decide(self.login(asked), account=account))["code"]

    def exchange(self, code: str, **changed: str) -> Answer:
        """What an application gets for a code."""
        given = {"client_id": "shop", "client_secret": SECRET, "redirect_uri": BACK, "code": code, **changed}
        query = urlencode({name: value for name, value in given.items() if value != "-"})
        return self.client.request("GET", f"/v1/token?{query}", headers={"Twin-World": self.world})


def form_of(answer: Answer) -> Form:
    """The page in an answer."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Form(answer.content.decode())


def returned(answer: Answer) -> dict[str, str]:
    """What comes back to the application."""
    assert (answer.status, answer.content) == (303, b"")
    sent = urlsplit(answer.headers["location"])
    assert (sent.scheme, sent.netloc, sent.path, sent.fragment) == ("https", "shop.test", "/back", "")
    return dict(parse_qsl(sent.query, keep_blank_values=True, strict_parsing=True))
