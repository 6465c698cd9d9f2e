"""What a service says before an answer is even asked: the pages and texts of the reference, and a few of our own."""

from __future__ import annotations

from html import escape

from prometheus_morpheus.services.http.asked import HTML_TYPE, Refused, Reply, text_refusal

_PAGE = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n'
    "<body>\n<pre>{}</pre>\n</body>\n</html>\n"
)
_SHOWN = 200
"""Characters of a path that a refusal repeats."""
_PURGE_SOON = 3600
"""Seconds after which somebody may have decided, or a rule made room; well below the day between two purges."""


def error_page(status: int, text: str) -> Refused:
    """Return the refusal that is a page with one line, which is how the reference's web server refuses."""
    return Refused(Reply(status, _PAGE.format(escape(text)), HTML_TYPE))


def nowhere(method: str, path: str) -> Refused:
    """Return the refusal of a path that nothing answers; `path` is still percent-encoded."""
    return error_page(404, f"Cannot {method[:16]} {path[:_SHOWN]}")


def no_request() -> Refused:
    """Return the refusal of bytes that are no HTTP; it repeats none of them."""
    return error_page(400, "Bad Request")


def not_expected() -> Refused:
    """Return the refusal of an Expect that means nothing here."""
    return error_page(417, "Expectation Failed")


def not_here() -> Refused:
    """Return the refusal of a name that this service does not have."""
    return error_page(421, "Misdirected Request")


def not_json(why: str) -> Refused:
    """Return the refusal of a body that is no JSON, or breaks a rule of reading it."""
    return error_page(400, f"SyntaxError: {why}")


def too_large() -> Refused:
    """Return the refusal of a body that is longer than its route takes."""
    return error_page(413, "PayloadTooLargeError: request entity too large")


def wrong_type() -> Refused:
    """Return the refusal of a body that is not declared as JSON, which a web page of others could send."""
    return text_refusal(415, "The body must be declared as application/json and not be compressed")


def too_slow() -> Refused:
    """Return the refusal of a body that took too long to come."""
    return text_refusal(408, "The body did not come in time")


def too_often(wait_seconds: int) -> Refused:
    """Return the refusal of an address that asks too often."""
    return _later(429, "Too many requests from this address", wait_seconds)


def busy(wait_seconds: int = 2) -> Refused:
    """Return the refusal of a moment in which too much is asked by everybody together."""
    return _later(503, "The service is busy", wait_seconds)


def not_stored() -> Refused:
    """Return the refusal after something could not be written; nothing of it was kept."""
    return _later(503, "The service cannot write at the moment", 60)


def no_room(what: str) -> Refused:
    """Return the refusal of a document for which there is no room; there may be after the next purge."""
    return _later(503, f"There is no room for another {what} now", _PURGE_SOON)


def broken() -> Refused:
    """Return the refusal that stands for everything nobody expected; it tells nothing."""
    return error_page(500, "Internal Server Error")


def _later(status: int, text: str, seconds: int) -> Refused:
    refused = text_refusal(status, text)
    return Refused(refused.reply._replace(headers=(("Retry-After", str(seconds)),)))
