"""Rows of DIDs."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

COMMANDS: tuple[Command, ...] = (
    Command(
        ("did", "show"),
        "Show what a DID says by itself; needs no vault",
        "prometheus.cli.did:show",
        (
            Param(
                "did", "The DID: did:morpheus:…, or another method that a plugin brings", metavar="DID", required=True
            ),
        ),
        about="A DID of Morpheus is the id of its first key, so it says who controls it until a ledger says otherwise. "
        "No ledger is asked here: keys added or revoked later are not known. Other methods, such as did:key, are "
        "resolved by the plugin that knows them.",
        examples=(("Who is it", "prometheus did show did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J"),),
        hot=True,
    ),
)
