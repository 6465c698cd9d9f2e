"""Rows of keys: what the seed makes, and signatures over files."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

COMMANDS: tuple[Command, ...] = (
    Command(
        ("key", "derive"),
        "Show the public side of a key that your seed makes",
        "prometheus.cli.key.derive:run",
        (
            Param(
                "kind",
                "Kind of identity key",
                ("--kind",),
                "choice",
                default="persona",
                choices=("persona", "device", "group", "resource"),
            ),
            Param("index", "Its index", ("--index",), "number", "N", 0),
            Param("network", "A ledger key of this network, such as hyd-testnet", ("--network",), metavar="NETWORK"),
            Param("account", "With --network: the account", ("--account",), "number", "N", 0),
            Param("change", "With --network: an address for change", ("--change",), kind="flag"),
            Param("reveal", "Show the secret, at a terminal and after asking", ("--reveal",), kind="flag"),
        ),
        about="Derivation is that of the Internet of People: SLIP-0010 under m/128164'/kind'/index' for identity, "
        "BIP44 for ledgers. A secret is never written unless --reveal is given and you agree at a terminal.",
        examples=(("The first address on the test network", "prometheus key derive --network hyd-testnet"),),
    ),
    Command(
        ("key", "sign"),
        "Sign the bytes of a file with a persona's key",
        "prometheus.cli.key.sign:run",
        (
            Param("file", "The file, or - for input", kind="file", required=True),
            Param("persona", "Who signs; the one that acts when left out", ("--persona", "-p"), metavar="PERSONA"),
            Param("out", "Write the signature to this file", ("--out",), "file", "FILE"),
        ),
        examples=(("Sign a letter", "prometheus key sign letter.txt --out letter.sig"),),
    ),
    Command(
        ("key", "verify"),
        "Check a signature over the bytes of a file; needs no vault",
        "prometheus.cli.key.verify:run",
        (
            Param("file", "The file, or - for input", kind="file", required=True),
            Param(
                "signature", "The signature (sez… or ssz…), or a file with it", ("--signature",), "text", required=True
            ),
            Param("public_key", "The public key (pez… or psz…)", ("--public-key",), "text", required=True),
        ),
        about="Exit code 0 when the signature is right, 1 when it is not.",
        examples=(("Check a letter", "prometheus key verify letter.txt --signature letter.sig --public-key pezsmsi…"),),
    ),
)
