"""One self-contained page for people: no script, nothing loaded from elsewhere, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from contract_tests.evidence import Severity
from contract_tests.reports.markup import Markup, element, joined
from contract_tests.reports.view import Cell, Report, Reported, Row, Shown, Skipped
from contract_tests.reports.words import counted_as, reached

NAME = "report.html"
#: Findings that are open when the page is; the others open on a click, and all of them on paper.
OPEN = 10

#: Even if something slipped through, a browser would run and load nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write(report: Report, folder: Path) -> Path:
    """Write the page."""
    path = folder / NAME
    path.write_text(page(report), encoding="utf-8")
    return path


def page(report: Report) -> str:
    """The page as text."""
    word = "conforms" if report.conforms else "does not conform"
    style = Markup(Path(__file__).with_name("page.css").read_text("utf-8"))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{report.api} {word}"),
        element("style", style),
    )
    sections = [_findings(report), _resources(report), _coverage(report), _skipped(report), _rules(report)]
    body = element("body", _header(report, word), _navigation(), element("main", _run(report), *sections))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _header(report: Report, word: str) -> Markup:
    facts = {
        "target": report.address,
        "finished": report.finished.replace("T", " ").replace("+00:00", " UTC"),
        "seed": str(report.seed),
        "mode": report.mode,
        "run": report.run,
    }
    return element(
        "header",
        element("p", word, class_=f"badge {'good' if report.conforms else 'error'}"),
        element("h1", report.title),
        element("dl", *_terms(facts), class_="facts"),
        element("ul", *(_tile(*tile) for tile in _tiles(report)), class_="tiles"),
    )


def _tiles(report: Report) -> Iterator[tuple[str, str, str]]:
    """Figure, what it counts, and how it is coloured."""
    for severity in Severity:
        number = report.count(severity)
        yield str(number), counted_as(number, severity).partition(" ")[2], severity if number else ""
    yield reached(report), "operations reached", ""
    yield f"{report.coverage:.0%}", "of documented statuses seen", ""
    yield f"{report.parameters:.0%}", "of parameters sent", ""
    yield f"{report.requests:,}".replace(",", "\u202f"), "requests", ""
    yield f"{report.seconds:.1f}\u202fs", "taken", ""


def _tile(figure: str, what: str, look: str) -> Markup:
    return element("li", element("strong", figure), " ", element("span", what), class_=look or "plain")


def _navigation() -> Markup:
    titles = {"findings": "Findings", "resources": "Resources", "coverage": "Coverage", "skipped": "Not judged"}
    links = [element("a", title, href=f"#{anchor}") for anchor, title in {**titles, "rules": "Rules"}.items()]
    return element("nav", *links)


def _run(report: Report) -> Markup:
    """What the run as a whole did not keep; nothing when it kept everything."""
    broken = [gate for gate in report.gates if gate.broken]
    if not broken:
        return Markup()
    items = [joined([element("strong", f"Not true: {one.name}."), f" {'; '.join(one.broken)}"]) for one in broken]
    return element("ul", *(element("li", one) for one in items), class_="broken")


def _findings(report: Report) -> Markup:
    if not report.findings:
        return _section("findings", "Findings", element("p", "None.", class_="muted"))
    items = [_finding(one, opened=number < OPEN) for number, one in enumerate(report.findings)]
    return _section("findings", "Findings", *items)


def _finding(finding: Reported, *, opened: bool) -> Markup:
    times = f" ×{finding.count}" if finding.count > 1 else ""
    marks = [element("span", finding.severity, class_=f"pill {finding.severity}")]
    if finding.label != "steady":
        marks.append(element("span", finding.label, class_="pill"))
    if finding.waived:
        marks.append(element("span", "waived", class_="pill"))
    summary = element(
        "summary",
        *marks,
        element("span", f"{finding.operation}{times}", class_="place"),
        element("span", finding.message, class_="message"),
    )
    parts = [_comparison(finding), _explanation(finding), _shown(finding.exchange), *_steps(finding.steps)]
    return element("details", summary, *parts, class_=f"finding {finding.severity}", open=opened and finding.fails)


def _comparison(finding: Reported) -> Markup:
    if not finding.promised and not finding.received:
        return Markup()
    boxes = [
        element("div", element("h4", label), element("pre", text or "nothing"))
        for label, text in (("promised", finding.promised), ("received", finding.received))
    ]
    return element("div", *boxes, class_="compare")


def _explanation(finding: Reported) -> Markup:
    terms = {
        "rule": f"{finding.title} ({finding.rule})",
        "why": finding.why,
        "source": finding.source,
        "evidence": finding.evidence,
        "severity": finding.severity,
        "place": finding.cause,
        "waived": finding.waived,
    }
    return element("dl", *_terms({key: value for key, value in terms.items() if value}))


def _shown(shown: Shown) -> Markup:
    about = f"request {shown.number} ({shown.engine})" + (f", made for {shown.sent}" if shown.sent else "")
    boxes = [
        element("div", element("h4", label), element("pre", text))
        for label, text in (("request", shown.request), ("answer", shown.answer))
    ]
    command = element("div", element("h4", "try it"), element("pre", shown.curl, class_="command"))
    return joined([element("p", about, class_="muted"), element("div", *boxes, class_="compare"), command])


def _steps(steps: Sequence[Shown]) -> Iterator[Markup]:
    if steps:
        items = [element("li", _shown(one)) for one in steps]
        summary = element("summary", f"{counted_as(len(steps), 'step')} that led there")
        yield element("details", summary, element("ol", *items), class_="steps")


def _resources(report: Report) -> Markup:
    heads = ("resource", "operations", "200 reached", "requests", *(f"{severity}s" for severity in Severity))
    rows = [
        [
            one.tag,
            str(one.operations),
            str(one.reached),
            str(one.requests),
            *(str(one.findings[severity] or "") for severity in Severity),
        ]
        for one in report.tallies
    ]
    return _section("resources", "Resources", _table(heads, rows))


def _coverage(report: Report) -> Markup:
    """Operation x status; a cell tells how often, whether it is documented, and never by colour alone."""
    statuses = sorted({cell.status for row in report.rows for cell in row.cells})
    head = element("tr", *(element("th", text, scope="col") for text in ("operation", *map(str, statuses))))
    body: list[Markup] = []
    for tag, rows in groupby(report.rows, key=lambda row: row.tag):
        title = element("th", tag, colspan=str(len(statuses) + 1), scope="rowgroup", class_="group")
        body += [element("tr", title), *(_coverage_row(row, statuses) for row in rows)]
    table = element("table", element("thead", head), element("tbody", *body), class_="matrix")
    legend = "A number counts answers; · documented and never seen; ! seen and not documented."
    return _section(
        "coverage",
        "Coverage",
        element("p", legend, class_="muted"),
        element("div", table, class_="scroll"),
    )


def _coverage_row(row: Row, statuses: Iterable[int]) -> Markup:
    cells = {cell.status: cell for cell in row.cells}
    name = element("th", row.operation, element("small", row.request), scope="row")
    return element("tr", name, *(_cell(cells.get(status)) for status in statuses))


def _cell(cell: Cell | None) -> Markup:
    if cell is None:
        return element("td")
    if not cell.documented:
        return element("td", f"{cell.seen}!", class_="error", title="not documented")
    if cell.seen:
        return element("td", str(cell.seen), class_="good")
    return element("td", "·", class_="muted", title="never seen")


def _skipped(report: Report) -> Markup:
    """Grouped by reason, the longest list first."""
    if not report.skipped:
        return _section("skipped", "Not judged", element("p", "Everything was judged.", class_="muted"))
    groups: dict[tuple[str, str], list[Skipped]] = {}
    for one in report.skipped:
        groups.setdefault((one.rule, one.why), []).append(one)
    rows = [
        [rule, why, ", ".join(one.subject for one in group)]
        for (rule, why), group in sorted(groups.items(), key=lambda pair: -len(pair[1]))
    ]
    note = element("p", "Not counted as passed.", class_="muted")
    return _section("skipped", "Not judged", note, _table(("rule", "why", "on what"), rows))


def _rules(report: Report) -> Markup:
    broken = {one.rule for one in report.findings}
    rows = [[rule, str(number), "broken" if rule in broken else ""] for rule, number in report.judged.items()]
    engines = ", ".join(f"{name} {number}" for name, number in report.engines.items())
    note = element("p", f"Requests by engine: {engines or 'none'}. Refused by the guard: {report.refused}.")
    return _section("rules", "Rules", note, _table(("rule", "judged on", ""), rows))


def _section(anchor: str, title: str, *children: str) -> Markup:
    return element("section", element("h2", title), *children, id=anchor)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    body = [element("tr", element("th", row[0], scope="row"), *(element("td", one) for one in row[1:])) for row in rows]
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="scroll")


def _terms(pairs: dict[str, str]) -> Iterator[Markup]:
    for name, value in pairs.items():
        yield element("div", element("dt", name), element("dd", value))
