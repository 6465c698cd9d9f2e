"""The page at ``/``: what this service is and how it is reached, as HTML, as text or as JSON, whichever is asked for.

Rules: one page by itself, with no script, no picture and nothing from elsewhere; every text of a process or a scenario
is escaped; a browser is told to load nothing. The style is allowed by its hash.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from prometheus.claims.jsontext import compact
from prometheus_morpheus.services.http.asked import HTML_TYPE, JSON_TYPE, TEXT_TYPE, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_morpheus.services.description import Description, Offer
    from prometheus_morpheus.services.http.asked import Asked

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fdfdfb}code{font:.875rem ui-monospace,monospace;overflow-wrap:anywhere}pre{background:#f0efea;"
    "padding:.75rem;white-space:pre-wrap;overflow-wrap:anywhere}h1,h2,h3{line-height:1.2}"
    "@media(prefers-color-scheme:dark){body{color:#e8e6e0;background:#16171a}pre{background:#24262b}}"
)
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"
_OFFERED = (HTML_TYPE, JSON_TYPE, TEXT_TYPE)


def page_of(description: Description) -> Callable[[Asked], Reply]:
    """Return the answer for ``/``; all its forms are made now."""
    replies = {
        HTML_TYPE: Reply(200, _html(description), HTML_TYPE, (("Content-Security-Policy", _POLICY),)),
        JSON_TYPE: Reply(200, compact(description.as_json())),
        TEXT_TYPE: Reply(200, "\n".join(text_lines(description)) + "\n", TEXT_TYPE),
    }

    def answer(asked: Asked) -> Reply:
        return replies[preferred(asked.accept)]

    return answer


def preferred(accept: str) -> str:
    """Return which of HTML, JSON and text an Accept header wants most; text where it does not say."""
    best, best_quality = TEXT_TYPE, 0.0
    for wish in accept.split(",")[:32]:
        kind, _, parameters = wish.strip().partition(";")
        quality = _quality(parameters)
        if kind.strip().lower() in _OFFERED and quality > best_quality:
            best, best_quality = kind.strip().lower(), quality
    return best


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def text_lines(description: Description) -> Iterator[str]:
    """Yield the page as text."""
    yield _title(description)
    yield f"Give your wallet this address: {description.url}"
    if description.name:
        yield f"It says of itself that it is run by: {description.name}"
    yield ""
    yield description.about
    for offer in description.offers:
        yield ""
        yield f"{offer.name}, version {offer.version}"
        yield f"  {offer.content_id}"
        if offer.about:
            yield f"  {offer.about}"
        for field in offer.fields:
            yield f"  {field.path}{_hidden(field.can_be_hidden)}{f'  {field.about}' if field.about else ''}"
        for licence in offer.licences:
            yield f"  wants leave: {licence}"
    for what, command in description.commands:
        yield ""
        yield f"{what}:"
        yield f"  {command}"
    yield ""
    yield from description.rule


def _html(description: Description) -> str:
    title = escape(_title(description))
    parts = [
        f"<h1>{title}</h1>",
        f"<p>Give your wallet this address: <code>{escape(description.url)}</code></p>",
        *((f"<p>It says of itself that it is run by: {escape(description.name)}</p>",) if description.name else ()),
        f"<p>{escape(description.about)}</p>",
        *(_offer(offer) for offer in description.offers),
        "<h2>From a wallet</h2>",
        *(f"<p>{escape(what)}:</p>\n<pre>{escape(command)}</pre>" for what, command in description.commands),
        "<h2>What is kept, and how long</h2>",
        *(f"<p>{escape(sentence)}</p>" for sentence in description.rule),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _offer(offer: Offer) -> str:
    fields = "".join(
        f"<li><code>{escape(field.path)}</code>{_hidden(field.can_be_hidden)} {escape(field.about)}</li>"
        for field in offer.fields
    )
    licences = "".join(f"<li>wants leave: {escape(licence)}</li>" for licence in offer.licences)
    return (
        f"<h2>{escape(offer.name)}, version {escape(offer.version)}</h2>\n<p>{escape(offer.about)}</p>\n"
        f"<p><code>{escape(offer.content_id)}</code></p>\n<ul>{fields}{licences}</ul>"
    )


def _title(description: Description) -> str:
    article = "A" if description.kind == "verifier" else "An"
    return f"{article} {description.kind} of the Internet of People"


def _hidden(can_be_hidden: bool) -> str:  # noqa: FBT001 - a word for a flag
    return " (can be hidden)" if can_be_hidden else ""
