"""Verbs about whom you trust to say what."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

_DID = Param("did", "DID of the authority", required=True)

COMMANDS = (
    Command(
        ("trust", "add"),
        "Trust an authority, for all kinds of claims or for some",
        "prometheus.cli.trust:add",
        (
            _DID,
            Param("name", "What you call it", ("--name",)),
            Param("schema", "Only for this schema, by name or id; repeatable", ("--for",), metavar="SCHEMA", many=True),
        ),
        about="Trust is your own list; nobody fills it for you. It needs no vault, because checking what others show "
        "needs none. An authority that is not on it leaves a verdict unknown.",
        examples=(
            (
                "Trust the town hall for identity cards",
                "prometheus trust add DID --name 'Town hall' --for identity-card",
            ),
        ),
    ),
    Command(("trust", "list"), "List whom you trust", "prometheus.cli.trust:list_all"),
    Command(("trust", "remove"), "Trust an authority no longer", "prometheus.cli.trust:remove", (_DID,)),
    Command(
        ("trust", "export"),
        "Write your trust list to a file",
        "prometheus.cli.trust:export",
        (Param("out", "File to write, `-` for standard output", ("--out",), "file", default="-"),),
    ),
    Command(
        ("trust", "import"),
        "Add the authorities of another list to yours",
        "prometheus.cli.trust:import_list",
        (Param("file", "A list that `trust export` wrote, `-` for standard input", kind="file", required=True),),
        about="Shows what would be added and asks first: an imported list is as good as the one who gave it to you.",
    ),
)
