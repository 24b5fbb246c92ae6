"""The way through the consent pages: login, decision, and back to the application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.apis.copernica.consent import asking, layout
from mockserver.apis.copernica.consent.asking import Asking, Unusable, way_back
from mockserver.apis.copernica.consent.words import LANGUAGES, Words
from mockserver.apis.copernica.models.structure import Consent
from mockserver.apis.copernica.service import consents, tokens
from mockserver.kernel.api import Page
from mockserver.kernel.errors import NoRoute, WrongMethod
from mockserver.kernel.http import Reply, Visit
from mockserver.kernel.pages import Html, moved, shown
from mockserver.kernel.work import Work

_METHODS = ("GET", "HEAD", "POST")


@dataclass(frozen=True, slots=True)
class _Authorize:
    """The page of one language at ``path``.

    Who comes without a ticket logs in, and gets one; who has one decides. Nobody is sent anywhere before that.
    """

    language: str
    words: Words

    @property
    def path(self) -> str:
        return f"/{self.language}/authorize"

    def __call__(self, work: Work, visit: Visit) -> Reply:
        if visit.path.rstrip("/") != self.path:
            raise NoRoute(f"no page at {visit.path!r}")
        if visit.method not in _METHODS:
            allowed = ", ".join(_METHODS)
            raise WrongMethod(f"{visit.method} is not offered here; allowed: {allowed}", headers=(("Allow", allowed),))
        try:
            if visit.method == "POST" and "ticket" in visit.form:
                return self._decided(work, visit)
            asked = asking.read(work, visit.query)
        except Unusable as error:
            return self._broken(self.words.broken[error.what])
        return self._entered(work, visit, asked) if visit.method == "POST" else self._login(visit, asked)

    def _login(self, visit: Visit, asked: Asking, *, given: str = "", wrong: bool = False) -> Reply:
        url = visit.url(f"/{self.words.other}/authorize?{asked.query}")
        content = layout.login(self.words, asked, other_url=url, given=given, wrong=wrong)
        return self._shown(self.words.login_title, content, status=400 if wrong else 200)

    def _entered(self, work: Work, visit: Visit, asked: Asking) -> Reply:
        """Somebody tries to log in."""
        login = visit.form.get("login", "")
        user = tokens.user(work, login, visit.form.get("password", ""))
        if user is None:
            return self._login(visit, asked, given=login, wrong=True)
        begun = consents.begin(
            work, application=asked.application, user=user, redirect_uri=asked.redirect_uri, state=asked.state
        )
        return self._ask(work, begun)

    def _ask(self, work: Work, consent: Consent, *, unchosen: bool = False) -> Reply:
        title = layout.consent_title(self.words, consents.application_of(work, consent))
        content = layout.consent(self.words, consent, consents.accounts_of(work, consent), unchosen=unchosen)
        return self._shown(title, content, status=400 if unchosen else 200)

    def _decided(self, work: Work, visit: Visit) -> Reply:
        """Somebody allows or denies."""
        consent = consents.pending(work, visit.form["ticket"])
        if consent is None:
            return self._broken(self.words.late)
        if visit.form.get("decision") != "allow":
            consents.refuse(work, consent)
            return moved(way_back(consent.redirect_uri, state=consent.state))
        chosen = [one for one in consents.accounts_of(work, consent) if one.id == visit.form.get("account")]
        if not chosen:
            return self._ask(work, consent, unchosen=True)
        code = consents.allow(work, consent, chosen[0])
        answer = {"state": consent.state} if code is None else {"state": consent.state, "code": code}
        return moved(way_back(consent.redirect_uri, **answer))

    def _broken(self, text: str) -> Reply:
        return self._shown(self.words.broken_title, layout.alert(text), status=400)

    def _shown(self, title: str, content: Html, *, status: int) -> Reply:
        return shown(layout.page(self.language, title, content), status=status)


#: Every language has its page.
PAGES: Mapping[str, Page] = {
    page.path: page for page in (_Authorize(language, words) for language, words in LANGUAGES.items())
}
