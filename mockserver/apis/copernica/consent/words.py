"""The words of the consent pages. ``{names}`` are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language: what pages say, and what it and the other one are called."""

    login_title: str
    login_intro: str
    login: str
    password: str
    enter: str
    wrong_password: str
    consent_title: str
    consent_intro: str
    consent_power: str
    choose: str
    one_account: str
    no_account: str
    not_chosen: str
    returning: str
    allow: str
    deny: str
    broken_title: str
    broken: Mapping[str, str]
    late: str
    other_language: str
    other: str


ENGLISH = Words(
    login_title="Log in",
    login_intro="{application} wants to use your account. Log in to decide about it.",
    login="Login",
    password="Password",  # noqa: S106  (a word on a page)
    enter="Log in",
    wrong_password="This login and password do not belong together.",  # noqa: S106  (a word on a page)
    consent_title="May {application} use your account?",
    consent_intro="Logged in as {user}.",
    consent_power="It will be able to read and change all that is in the account, until you revoke its access.",
    choose="Which account?",
    one_account="Account",
    no_account="You may not decide for any account.",
    not_chosen="Choose one of your accounts.",
    returning="Afterwards you return to {host}.",
    allow="Allow",
    deny="Deny",
    broken_title="This does not work",
    broken={
        "client_id": "The application that sent you is not known here: its client_id is missing or wrong.",
        "redirect_uri": "The application that sent you gave no complete web address to go back to (redirect_uri):"
        " it has to begin with https:// or http:// and must not have a user, a fragment or unusual characters.",
        "response_type": "The application that sent you asks for something else than a code (response_type).",
        "state": "The application that sent you gave no state.",
    },
    late="You decided already, or took too long. Go back to the application and start again.",
    other_language="Nederlands",
    other="nl",
)

DUTCH = Words(
    login_title="Inloggen",
    login_intro="{application} wil je account gebruiken. Log in om daarover te beslissen.",
    login="Gebruikersnaam",
    password="Wachtwoord",  # noqa: S106  (a word on a page)
    enter="Inloggen",
    wrong_password="Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar.",  # noqa: S106  (a word on a page)
    consent_title="Mag {application} je account gebruiken?",
    consent_intro="Ingelogd als {user}.",
    consent_power="De applicatie kan alles in het account lezen en wijzigen, totdat je de toegang intrekt.",
    choose="Welk account?",
    one_account="Account",
    no_account="Je mag over geen enkel account beslissen.",
    not_chosen="Kies een van je accounts.",
    returning="Daarna kom je terug bij {host}.",
    allow="Toestaan",
    deny="Weigeren",
    broken_title="Dit werkt niet",
    broken={
        "client_id": "De applicatie die je hierheen stuurde is onbekend: haar client_id ontbreekt of is onjuist.",
        "redirect_uri": "De applicatie die je hierheen stuurde gaf geen volledig webadres om naar terug te gaan"
        " (redirect_uri): het moet met https:// of http:// beginnen, zonder gebruiker, fragment of vreemde tekens.",
        "response_type": "De applicatie die je hierheen stuurde vraagt iets anders dan een code (response_type).",
        "state": "De applicatie die je hierheen stuurde gaf geen state.",
    },
    late="Je hebt al beslist, of te lang gewacht. Ga terug naar de applicatie en begin opnieuw.",
    other_language="English",
    other="en",
)

LANGUAGES: Mapping[str, Words] = {"en": ENGLISH, "nl": DUTCH}
