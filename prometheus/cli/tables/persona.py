"""Rows of personas, devices, groups and resources."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

_WHO = Param("persona", "Label, default name, DID, or the first six characters of it", metavar="PERSONA", required=True)
_KIND = Param(
    "kind",
    "What it is for",
    ("--kind",),
    "choice",
    default="persona",
    choices=("persona", "device", "group", "resource"),
)
_LOOK = (
    Param(
        "glyph",
        "A sign of the table, or its ASCII twin: ✦ or *, ✿ or %, ❖ or #, ✚ or + …",
        ("--glyph",),
        metavar="GLYPH",
    ),
    Param(
        "colour",
        "One of orange, sky, green, yellow, blue, vermilion, rose",
        ("--colour", "--color"),
        metavar="COLOUR",
    ),
    Param("notes", "Notes for yourself", ("--notes",), metavar="TEXT"),
)
_DRY_RUN = Param("dry_run", "Show what would happen and change nothing", ("--dry-run",), kind="flag")

COMMANDS: tuple[Command, ...] = (
    Command(
        ("persona", "add"),
        "Make the next persona of your seed",
        "prometheus.cli.persona.add:run",
        (Param("label", "What you call it; two words of its own when left out"), _KIND, *_LOOK),
        about="A persona is an identifier of yours with a key. Others cannot see that two of them belong together. "
        "Devices, groups and resources are made the same way and cannot act.",
        examples=(("One for work", "prometheus persona add Work --glyph ❖ --colour blue"),),
    ),
    Command(
        ("persona", "list"),
        "List your personas",
        "prometheus.cli.persona.show:list_all",
        (
            _KIND._replace(default=None, help="Only this kind"),
            Param("all", "Also devices, groups, resources and hidden ones", ("--all", "-a"), kind="flag"),
        ),
    ),
    Command(
        ("persona", "show"),
        "Show a persona, or write what others may know of it",
        "prometheus.cli.persona.show:one",
        (
            _WHO._replace(required=False, help="Whom; the one that acts when left out"),
            Param("export_public", "Write DID, public key and key id as JSON", ("--export-public",), kind="flag"),
            Param("with_label", "With --export-public: also what you call it", ("--with-label",), kind="flag"),
            Param("out", "With --export-public: write to this file", ("--out",), "file", "FILE"),
        ),
        examples=(("For an authority", "prometheus persona show Work --export-public > work.json"),),
    ),
    Command(
        ("persona", "use"),
        "Choose the persona that acts when no other is named",
        "prometheus.cli.persona.change:use",
        (_WHO,),
    ),
    Command(
        ("persona", "rename"),
        "Give a persona another label",
        "prometheus.cli.persona.change:rename",
        (_WHO, Param("label", "The new label; empty for the default name", required=True), _DRY_RUN),
    ),
    Command(
        ("persona", "edit"),
        "Change how a persona looks, or its notes",
        "prometheus.cli.persona.change:edit",
        (
            _WHO,
            *_LOOK,
            Param("avatar", "A picture of at most 64 KiB: PNG, JPEG, GIF or WebP", ("--avatar",), "file", "FILE"),
            Param("no_avatar", "Remove the picture", ("--no-avatar",), kind="flag"),
            _DRY_RUN,
        ),
    ),
    Command(
        ("persona", "hide"),
        "Put a persona out of sight; its key, claims and DID stay",
        "prometheus.cli.persona.change:hide",
        (_WHO,),
    ),
    Command(
        ("persona", "unhide"),
        "Show a hidden persona again",
        "prometheus.cli.persona.change:unhide",
        (_WHO,),
    ),
)
