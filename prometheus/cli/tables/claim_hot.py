"""Rows of the two claim verbs that start at once: presenting and verifying."""

from __future__ import annotations

from prometheus.cli.command import Command, Param
from prometheus.cli.tables.options import ALLOW_HTTP, LEDGER, OFFLINE

COMMANDS: tuple[Command, ...] = (
    Command(
        ("claim", "present"),
        "Show chosen facts of your claims to somebody",
        "prometheus.cli.claim.present:run",
        (
            Param("request", "What is asked: a scenario file, or - for standard input", kind="file"),
            Param("ask", "What is asked, as paths separated by commas", ("--ask",), metavar="PATHS"),
            Param(
                "type", "With --ask: of this kind of claim, by the schema's name or id", ("--type",), metavar="SCHEMA"
            ),
            Param("persona", "Who shows it; the active persona when left out", ("--persona",)),
            Param("claim", "Use this claim, by id; repeatable", ("--claim",), metavar="ID", many=True),
            Param("show", "Show exactly these paths instead of what is asked", ("--show",), metavar="PATHS"),
            Param("audience", "DID of the one who is told", ("--audience",), metavar="DID"),
            Param("nonce", "The challenge that the inspector gave as text", ("--nonce",)),
            Param(
                "licence",
                "What for and how long, such as 'Age check:P5D'; repeatable",
                ("--licence",),
                metavar="PURPOSE:DURATION",
                many=True,
            ),
            Param("inspector", "Answer this inspector's service, over the network", ("--inspector",), metavar="URL"),
            Param("scenario", "With --inspector: which of its scenarios, by name or id", ("--scenario",)),
            Param("again", "With --inspector: send this presentation, signed before, again", ("--again",), "file"),
            ALLOW_HTTP,
            Param("out", "File to write, - for standard output", ("--out",), "file", default="-"),
            Param("dry_run", "Show what would be learnt, sign nothing", ("--dry-run",), "flag"),
        ),
        about="Finds the claims that satisfy the request, says for each other one why not, and plans to show as little "
        "as possible. Before anything is signed you see exactly what the inspector will and will not learn, and what "
        "could link you; then you are asked. Without a terminal it needs --yes and a policy that allows it: see "
        "`prometheus policy edit`. Every presentation is in your log before it leaves.\n\n"
        "With --inspector the scenario is fetched from the service and checked against its id, the preview names the "
        "service, and the presentation is sent there. With --out it is kept besides: if an answer is lost, --again "
        "sends the same once more.",
        examples=(
            ("Answer a scenario", "prometheus claim present door.json --out presentation.json"),
            ("Show one field to somebody", "prometheus claim present --ask .ageOver18 --licence 'Age check:P1D'"),
            ("Only look", "prometheus claim present door.json --dry-run"),
            ("Over the network", "prometheus claim present --inspector https://door.example --out shown.json"),
        ),
        hot=True,
    ),
    Command(
        ("claim", "verify"),
        "Judge a presentation, a witness statement or a witness request",
        "prometheus.cli.claim.verify:run",
        (
            Param("file", "The document, or - for standard input", kind="file", required=True),
            Param("audience", "DID that it has to be meant for", ("--audience",), metavar="DID"),
            Param("nonce", "The challenge that you gave as text", ("--nonce",)),
            Param("request", "The scenario that you asked with", ("--request",), "file"),
            Param("ask", "Paths that have to be shown, separated by commas", ("--ask",), metavar="PATHS"),
            Param("type", "Only claims of this kind count, by the schema's name or id", ("--type",), metavar="SCHEMA"),
            Param("expect", "A value that has to be shown; repeatable", ("--expect",), metavar="PATH=VALUE", many=True),
            Param(
                "require",
                "How fresh it has to be",
                ("--require",),
                "choice",
                metavar="LEVEL",
                choices=("document", "recent", "live"),
            ),
            LEDGER,
            OFFLINE,
            Param("verifier", "Ask this verifier's service about the signatures", ("--verifier",), metavar="URL"),
            Param("about_presenter", "Ask it about the presenter's signature too", ("--about-presenter",), "flag"),
            ALLOW_HTTP,
        ),
        about="The verdict is valid, invalid or unknown, with every check that led to it. Where endpoints of a ledger "
        "are named, by --ledger, PROMETHEUS_LEDGER or the configuration, they are asked which keys may act and since "
        "when a statement exists, and their answers are compared; without them, what would need a ledger is unknown or "
        "a warning, and says so. No vault is needed; whom you trust is in your list: see `prometheus trust add`. A "
        "valid verdict speaks about signatures and rights; --expect adds what a value has to be, "
        "--type of which kind of claim: fields of other kinds may bear the same name. --verifier asks somebody else's "
        "service, which learns keys, DIDs, signatures and content ids: its word can cast doubt and lifts none. "
        "It is asked about the presenter's own signature with --about-presenter alone: with that it can fetch the "
        "whole presentation from an inspector's service that has it.\n\n"
        "Exit codes: 0 valid, 1 invalid, 13 unknown, 11 an answer to another request, 5 --require was not reached.",
        examples=(
            ("Judge a file", "prometheus claim verify presentation.json"),
            ("In a script", "prometheus claim verify - --json --audience DID --expect .ageOver18=true < shown.json"),
        ),
        hot=True,
    ),
)
