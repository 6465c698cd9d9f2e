"""Rows of DIDs."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

COMMANDS: tuple[Command, ...] = (
    Command(
        ("did", "show"),
        "Show what a DID says by itself; needs no vault",
        "prometheus.cli.did:show",
        (Param("did", "The DID, did:morpheus:…", metavar="DID", required=True),),
        about="A DID of Morpheus is the id of its first key, so it says who controls it until a ledger says otherwise. "
        "No ledger is asked here: keys added or revoked later are not known.",
        examples=(("Who is it", "prometheus did show did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J"),),
        hot=True,
    ),
)
