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
            Param("audience", "DID that it has to be meant for", ("--audience",), metavar="DID"),
            Param(
                "require",
                "How fresh it has to be",
                ("--require",),
                "choice",
                metavar="LEVEL",
                choices=("document", "recent"),
            ),
            Param(
                "accept_changed_scenario",
                "Judge by a scenario that was changed under its version",
                ("--accept-changed-scenario",),
                "flag",
            ),
            Param("all", "Judge also what was judged before", ("--all",), "flag"),
            Param("expect", "A value that has to be shown; repeatable", ("--expect",), metavar="PATH=VALUE", many=True),
            LEDGER,
            OFFLINE,
            ALLOW_HTTP,
        ),
        about="The verdict is that of `claim verify` with the demands of the scenario: every field asked for, of the "
        "process it was asked of, by an authority that you trust, with the licences it demands: for you, for that "
        "purpose, no longer. Where it demands none, who you are is said by --audience, else by your persona. The "
        "scenario is a file or comes from --service, never from where a link leads. Files and links need no vault, and "
        "nobody remembers them. Without a presentation the service is asked, with a token of your persona, what has "
        "arrived, and each one on which your log has no verdict yet is judged; the log then has its id and the "
        "verdict, not what was shown. The same thing handed in twice gets no second verdict.\n\n"
        "Exit codes: 0 all valid, 1 one is invalid, 13 one is unknown, 4 nothing is there to judge, 11 one answers "
        "another request or was shown before, 12 one could not be fetched, 5 --require was not reached.",
        examples=(
            ("A file", "prometheus inspect door.json shown.json"),
            (
                "A link",
                "prometheus inspect door.json https://door.example/blob/cju2gN-Jbn2r4j5M4OUkgXWESFa0vXeJMV9rxOG5ybfejs",
            ),
            ("What has arrived", "prometheus inspect 'Over 18' --service https://door.example --wait"),
        ),
    ),
)
