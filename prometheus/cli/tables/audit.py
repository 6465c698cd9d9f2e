"""Verbs about the audit log."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

COMMANDS = (
    Command(
        ("audit", "list"),
        "List what was done with this vault, newest first",
        "prometheus.cli.audit:list_entries",
        (
            Param("act", "Only this kind of act, such as claim.present", ("--act",)),
            Param("persona", "Only acts of this persona", ("--persona",)),
            Param("claim", "Only acts with this claim", ("--claim",), metavar="ID"),
            Param("audience", "Only what was shown to this DID", ("--audience",), metavar="DID"),
            Param("limit", "At most this many, 0 for all", ("--limit",), "number", default=50),
        ),
        about="The log is a chain of hashes inside the vault. It holds names of facts, identifiers and digests, never "
        "a value that you showed.",
    ),
    Command(
        ("audit", "show"),
        "Show one entry whole",
        "prometheus.cli.audit:show",
        (Param("number", "Number of the entry, as `audit list` shows it", kind="number", required=True),),
    ),
    Command(("audit", "verify"), "Check the chain of the log from its first entry", "prometheus.cli.audit:verify"),
    Command(
        ("audit", "export"),
        "Write the whole log as JSON lines",
        "prometheus.cli.audit:export",
        (Param("out", "File to write, `-` for standard output", ("--out",), "file", default="-"),),
        about="One entry a line, oldest first, with the hashes, so that the chain can be checked elsewhere. The log "
        "names your personas side by side: who reads it can link them.",
    ),
)
