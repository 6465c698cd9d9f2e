"""Rows of the forms that claims have."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

_SCHEMA = Param("schema", "Name, id, or the beginning of the id", metavar="SCHEMA", required=True)

COMMANDS: tuple[Command, ...] = (
    Command(
        ("schema", "list"),
        "List the schemas that are known: those that ship, and your own",
        "prometheus.cli.schema.known:list_all",
    ),
    Command(
        ("schema", "add"),
        "Add a schema of your own: a JSON Schema, or a process of an authority",
        "prometheus.cli.schema.add:run",
        (
            Param("file", "The JSON file, or - for standard input", kind="file", metavar="FILE"),
            Param("name", "What to call it, instead of the schema's title", ("--name",), metavar="NAME"),
            Param("maskable", "Let every single value be hidden on its own", ("--maskable",), "flag"),
            Param("authority", "Fetch a process from this authority instead", ("--authority",), metavar="URL"),
            Param("process", "With --authority: which of its processes, by name or id", ("--process",)),
            Param("allow_http", "Ask over plain http on another machine", ("--allow-http",), "flag"),
        ),
        about="A schema is kept under its content id, so adding it twice changes nothing, and the same file with the "
        "same name has the same id everywhere: give the file to the authority that shall witness such claims.\n\n"
        'A property with "maskable": true is wrapped with a nonce in claims, so that it can be hidden on its own. A '
        'plain value without it is shown as soon as anything beside it is. "subtype" says what a text means: date, '
        "email, photo, contentId or nonce.",
        examples=(
            ("A form of your own", "prometheus schema add membership.json --name 'Membership' --maskable"),
            ("What an authority published", "prometheus schema add process.json"),
            (
                "Straight from the authority",
                "prometheus schema add --authority https://authority.example --process 'Library card'",
            ),
        ),
    ),
    Command(
        ("schema", "show"),
        "Show a schema with its fields, or write it to a file",
        "prometheus.cli.schema.known:show",
        (_SCHEMA, Param("out", "Write the process to this file, or - for output", ("--out",), "file", "FILE")),
        examples=(("To hand it to an authority", "prometheus schema show Membership --out membership-process.json"),),
    ),
    Command(
        ("schema", "remove"),
        "Remove a schema of your own",
        "prometheus.cli.schema.known:remove",
        (_SCHEMA,),
        about="Claims made with it stay and can be presented. Whether they fit it can no longer be checked here.",
    ),
)
