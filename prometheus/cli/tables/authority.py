"""Verbs of a clerk who works for an authority's service."""

from __future__ import annotations

from prometheus.cli.command import Command, Param
from prometheus.cli.tables.options import ALLOW_HTTP, DRY_RUN, LEDGER

_SERVICE = Param("service", "Address of the authority's service", ("--service",), metavar="URL")
_PERSONA = Param("persona", "The clerk; the active persona when left out", ("--persona",))
_REQUEST = Param("request", "Its id, or six characters or more of it", metavar="ID", required=True)
_WHERE = (_PERSONA, _SERVICE, ALLOW_HTTP)

COMMANDS: tuple[Command, ...] = (
    Command(
        ("authority", "requests"),
        "As a clerk, list what was asked of an authority's service",
        "prometheus.cli.authority.requests:run",
        (
            Param(
                "state",
                "Only those in this state",
                ("--state",),
                "choice",
                default="pending",
                choices=("pending", "approved", "rejected", "withdrawn", "all"),
            ),
            *_WHERE,
        ),
        about="The service must know the clerk's public key, which `persona show` prints. It is named by --service, "
        "PROMETHEUS_AUTHORITY or the configuration. The list has no names and no values.",
        examples=(("What waits", "prometheus authority requests --service https://authority.example"),),
    ),
    Command(
        ("authority", "show"),
        "As a clerk, show a request whole, with its evidence",
        "prometheus.cli.authority.show:run",
        (
            _REQUEST,
            Param("evidence_out", "Write files in the evidence here", ("--evidence-out",), "file", "FOLDER"),
            *_WHERE,
            LEDGER,
        ),
        about="Shows every value, and whether the request may be signed at all. Pictures and papers are named by kind "
        "and size, and written to the folder that you give: look at them there, and delete them when you are done.",
        examples=(("With the pictures", "prometheus authority show cjuBVRGkH --evidence-out evidence"),),
    ),
    Command(
        ("authority", "approve"),
        "As a clerk, sign a statement about a request and hand it to the service",
        "prometheus.cli.authority.decide:approve",
        (
            _REQUEST,
            Param("authority", "In whose name; the DID of who signs when left out", ("--authority",), metavar="DID"),
            Param("after", "From when it may be used: a date, a time, or now", ("--after",), metavar="TIME"),
            Param("before", "Until when: a date, a time, or a duration such as P1Y", ("--before",), metavar="TIME"),
            Param("constraints", "JSON file with what else limits it", ("--constraints",), "file"),
            Param("accept_unknown", "Sign although a check could not be made", ("--accept-unknown",), "flag"),
            Param("anew", "Sign another statement than the one kept for it", ("--anew",), "flag"),
            *_WHERE,
            LEDGER,
            DRY_RUN,
        ),
        about="The checks and the preview are those of `claim witness`; a ledger that you name or configure is asked "
        "whether the claimant's key may act still. Your key signs in your vault and never leaves "
        "it; a copy of the statement is kept before it is handed in. Where the answer of the service is lost, give the "
        "same command again: the same statement goes, and one that arrived counts as done.",
        examples=(("For a year", "prometheus authority approve cjuBVRGkH --before P1Y"),),
    ),
    Command(
        ("authority", "reject"),
        "As a clerk, say no to a request",
        "prometheus.cli.authority.decide:reject",
        (
            _REQUEST,
            Param("reason", "What its claimant will read", ("--reason",), metavar="TEXT", required=True),
            *_WHERE,
            DRY_RUN,
        ),
        examples=(("The photo", "prometheus authority reject cjuBVRGkH --reason 'The photo is blurred'"),),
    ),
)
