"""Rows of times: that something existed by a block, or was made after one."""

from __future__ import annotations

from prometheus.api import Command, Param
from prometheus_morpheus.tables.did import DRY_RUN, LATER, LIMIT, NO_WAIT, PAYING
from prometheus_morpheus.tables.endpoints import LEDGER

_WHAT = Param("what", "A file, or a content id", metavar="FILE|ID", required=True)
_BYTES = Param("bytes", "Take the file as bytes, also where it is JSON", ("--bytes",), "flag")
_VERBS = "prometheus_morpheus.verbs.timestamp"

COMMANDS: tuple[Command, ...] = (
    Command(
        ("timestamp",),
        "Register a content id on the ledger: it existed by then",
        f"{_VERBS}.register:run",
        (_WHAT, _BYTES, *PAYING, LEDGER, DRY_RUN, NO_WAIT, LATER),
        about="Only the content id goes to the ledger, where everybody can read it for ever; nobody can tell from it "
        "what it stands for, unless the content can be guessed. Of a signed document the id covers content and "
        "signature, so it shows that the signature existed too, in whatever form the document is shown later.\n\n"
        "Where nobody can be reached it is kept, and `prometheus ledger pending` registers it; what is registered by "
        f"then is not paid for. {LIMIT} Everybody can see which address paid.",
        examples=(("A signed statement", "prometheus timestamp statement.json"),),
    ),
    Command(
        ("timestamp", "check"),
        "Show since when something is registered, and check after proofs in it",
        f"{_VERBS}.check:run",
        (_WHAT, _BYTES, LEDGER),
        about="The transaction that registered it is fetched and checked; what a node says without showing one is not "
        "believed. Every endpoint is asked. One alone can sign a transaction today and say that it is an old one: what "
        "fewer than two tell is shown and not proven.\n\nExit codes: 0 proven, 1 contradicted by the ledger, 13 not "
        "known or told by one endpoint alone.",
        examples=(("Since when", "prometheus timestamp check statement.json"),),
    ),
    Command(
        ("timestamp", "after"),
        "Make an after proof: what names this block was made after it",
        f"{_VERBS}.after:run",
        (
            Param("file", "JSON to wrap with the proof; the proof alone when left out", kind="file"),
            Param("depth", "How many blocks below the newest", ("--depth",), "number", metavar="BLOCKS", default=3),
            Param("out", "File to write, - for standard output", ("--out",), "file", default="-"),
            LEDGER,
        ),
        about="A block's id cannot be known before the block is there. Put the proof into what you sign, or wrap the "
        "content with it; the signature is then younger than the block. A block that is too new can still be replaced, "
        "so one some blocks below is taken.",
        examples=(("Alone", "prometheus timestamp after"), ("Around a file", "prometheus timestamp after card.json")),
    ),
)
