"""The verb of an inspector."""

from __future__ import annotations

from prometheus.cli.command import Command, Param
from prometheus.cli.tables.options import ALLOW_HTTP, LEDGER, OFFLINE

COMMANDS: tuple[Command, ...] = (
    Command(
        ("inspect",),
        "As an inspector, judge what was shown in answer to a scenario",
        "prometheus.cli.inspector.judge:run",
        (
            Param("scenario", "What was asked: a file, or its name or id at the service", kind="file", required=True),
            Param(
                "presentation",
                "Files, links or ids; without one, what has arrived at the service",
                kind="file",
                many=True,
            ),
            Param("service", "Address of the inspector's service", ("--service",), metavar="URL"),
            Param("persona", "Whose key the service knows; the active persona when left out", ("--persona",)),
            Param("wait", "Stay until something new arrives", ("--wait",), "flag"),
            Param("timeout", "With --wait: give up after so many seconds", ("--timeout",), "number", default=600),
            Param("all", "Judge also what was judged before", ("--all",), "flag"),
            Param("expect", "A value that has to be shown; repeatable", ("--expect",), metavar="PATH=VALUE", many=True),
            LEDGER,
            OFFLINE,
            ALLOW_HTTP,
        ),
        about="The verdict is that of `claim verify` with the demands of the scenario: every field asked for, of the "
        "process it was asked of, by an authority that you trust, for you. Files and links need no vault. Without a "
        "presentation the service is asked, with a token of your persona, what has arrived, and each one that your "
        "log does not name yet is judged; the log then has its id and the verdict, not what was shown.\n\n"
        "Exit codes: 0 all valid, 1 one is invalid, 13 one is unknown, 11 one answers another request, 12 one could "
        "not be fetched.",
        examples=(
            ("A file", "prometheus inspect door.json shown.json"),
            ("A link", "prometheus inspect door.json https://door.example/blob/cjuf80HfG2kJ4gqXdclrRohI"),
            ("What has arrived", "prometheus inspect 'Over 18' --service https://door.example --wait"),
        ),
    ),
)
