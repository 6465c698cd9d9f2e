"""Rows of DIDs."""

from __future__ import annotations

from prometheus.cli.command import Command, Param
from prometheus.cli.tables.options import LEDGER

COMMANDS: tuple[Command, ...] = (
    Command(
        ("did", "show"),
        "Show a DID: what it says by itself, or what a ledger says",
        "prometheus.cli.did:show",
        (
            Param("did", "A DID or a persona of yours; the active persona when left out", metavar="DID"),
            Param("at", "As it was at this height of the ledger", ("--at",), "number", metavar="HEIGHT"),
            Param("w3c", "As a W3C DID document with its resolution metadata", ("--w3c",), "flag"),
            Param("keep", "Remember the answer in the vault, for --offline", ("--keep",), "flag"),
            LEDGER,
            Param("offline", "Ask no ledger; answer from what the vault remembers", ("--offline",), "flag"),
        ),
        about="A DID of Morpheus is the id of its first key, so it says who controls it until a ledger says otherwise. "
        "Where no ledger is named by --ledger, PROMETHEUS_LEDGER or the configuration, nobody is asked and no vault is "
        "needed: keys added or revoked later are then not known. Otherwise every endpoint is asked, each answer is "
        "worked out again from the signed transactions, and a contradiction is shown. Other methods, such as did:key, "
        "are resolved by the plugin that knows them.",
        examples=(
            ("Who is it", "prometheus did show did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J"),
            ("What the ledger says", "prometheus did show did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J --ledger testnet"),
        ),
        hot=True,
    ),
)
