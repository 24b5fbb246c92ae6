"""How the consent pages look: one column, readable on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.apis.copernica.consent.asking import Asking, host_of
from mockserver.apis.copernica.consent.words import Words
from mockserver.apis.copernica.models.structure import Account, Application, Consent
from mockserver.kernel.pages import Html, html, joined

_STYLE = Html("""
:root { color-scheme: light dark; --line: #8886; --accent: #0b6e4f; }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 0 auto; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.25; }
label, legend { display: block; font-weight: 600; }
input[type=text], input[type=password] { width: 100%; font: inherit; padding: .6rem; margin: .25rem 0 1rem;
  border: 1px solid var(--line); border-radius: .4rem; }
fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: 1rem 0; padding: .5rem 1rem; }
fieldset label { font-weight: 400; padding: .5rem 0; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
button { flex: 1 1 8rem; min-height: 2.75rem; font: inherit; font-weight: 600; border-radius: .4rem;
  border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; }
button.yes { background: var(--accent); border-color: var(--accent); color: #fff; }
.alert { border-left: .3rem solid #c0392b; padding: .25rem .75rem; }
.small { font-size: .875rem; }
""")

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""

_LOGIN = """<p>{intro}</p>
{alert}<form method="post" action="?{query}">
<label for="login">{login}</label>
<input type="text" id="login" name="login" value="{given}" autocomplete="username" autocapitalize="none" required>
<label for="password">{password}</label>
<input type="password" id="password" name="password" autocomplete="current-password" required>
<p class="small">{returning}</p>
<div class="buttons"><button class="yes">{enter}</button></div>
</form>
<p class="small"><a href="{other_url}" lang="{other}" hreflang="{other}">{other_language}</a></p>
"""

_CONSENT = """<p>{intro} {power}</p>
{alert}<form method="post" action="?">
<input type="hidden" name="ticket" value="{ticket}">
{accounts}<p class="small">{returning}</p>
<div class="buttons">{allow}<button name="decision" value="deny" formnovalidate>{deny}</button></div>
</form>
"""

_ALERT = '<p class="alert" role="alert">{text}</p>\n'
_RADIO = '<label><input type="radio" name="account" value="{id}" required> {name} <small>{company}</small></label>\n'
_ONE = """<p>{title}: <strong>{name}</strong> <small>{company}</small></p>
<input type="hidden" name="account" value="{id}">
"""


def page(language: str, title: str, content: Html) -> Html:
    """A whole page."""
    return html(_PAGE, language=language, title=title, style=_STYLE, content=content)


def alert(text: str) -> Html:
    """What is wrong, if anything."""
    return html(_ALERT, text=text) if text else Html()


def login(words: Words, asking: Asking, *, other_url: str, given: str = "", wrong: bool = False) -> Html:
    """The form to log in with; ``given`` is the login that was tried."""
    return html(
        _LOGIN,
        intro=words.login_intro.format(application=asking.application.name),
        alert=alert(words.wrong_password if wrong else ""),
        query=asking.query,
        login=words.login,
        given=given,
        password=words.password,
        returning=words.returning.format(host=host_of(asking.redirect_uri)),
        enter=words.enter,
        other_url=other_url,
        other=words.other,
        other_language=words.other_language,
    )


def consent(words: Words, asked: Consent, accounts: Sequence[Account], *, unchosen: bool = False) -> Html:
    """The form to decide with."""
    allow = html('<button class="yes" name="decision" value="allow">{allow}</button>', allow=words.allow)
    return html(
        _CONSENT,
        intro=words.consent_intro.format(user=asked.user),
        power=words.consent_power,
        alert=alert(words.not_chosen if unchosen else "" if accounts else words.no_account),
        ticket=asked.id,
        accounts=_choice(words, accounts),
        returning=words.returning.format(host=host_of(asked.redirect_uri)),
        allow=allow if accounts else Html(),
        deny=words.deny,
    )


def consent_title(words: Words, application: Application) -> str:
    """Its heading."""
    return words.consent_title.format(application=application.name)


def _choice(words: Words, accounts: Sequence[Account]) -> Html:
    """Which account: nothing to choose from a single one, nothing at all without any."""
    shown = [{"id": one.id, "name": one.name, "company": one.company} for one in accounts]
    if len(shown) < 2:
        return joined([html(_ONE, title=words.one_account, **one) for one in shown])
    radios = joined([html(_RADIO, **one) for one in shown])
    return html("<fieldset><legend>{choose}</legend>\n{radios}</fieldset>\n", choose=words.choose, radios=radios)
