"""The row of the verb that needs nothing but a document."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

COMMANDS: tuple[Command, ...] = (
    Command(
        ("digest",),
        "Show the content id of a JSON document, or the document with parts hidden",
        "prometheus.cli.digest:run",
        (
            Param("file", "The document, or - for standard input", kind="file", required=True, metavar="FILE"),
            Param("keep", "Keep only these paths, separated by commas", ("--keep",), metavar="PATHS"),
            Param("bytes", "Take the file as bytes, whatever it holds", ("--bytes",), "flag"),
        ),
        about="The content id names a document whatever the order of its members and however it is spaced. With "
        "--keep the canonical text of the masked document is shown: what no path leads to is replaced by its content "
        "id, and the id of the whole stays the same. A plain value beside a kept one is always kept: only objects and "
        "lists can be hidden. No vault is needed.",
        examples=(
            ("The id of a document", "prometheus digest degree.json"),
            ("Hide all but the name and the city", "prometheus digest person.json --keep .name,.address.city"),
        ),
        hot=True,
    ),
)
