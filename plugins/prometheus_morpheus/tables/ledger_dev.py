"""Rows of the development ledger: running one, and getting its money."""

from __future__ import annotations

from prometheus.api import Command, Param
from prometheus_morpheus.tables.endpoints import LEDGER

COMMANDS: tuple[Command, ...] = (
    Command(
        ("ledger", "dev"),
        "Run a development ledger on this machine",
        "prometheus_morpheus.verbs.ledger.dev:run",
        (
            Param("port", "Port on the loopback; 0 takes a free one", ("--port",), "number", default=4703),
            Param("block_time", "Seconds between two blocks", ("--block-time",), "number", default=4),
            Param("data", "Folder that keeps the chain", ("--data",), "file", metavar="DIR"),
            Param("memory", "Keep nothing: the chain ends with the command", ("--memory",), "flag"),
            Param(
                "fund", "Send 1,000 THYD to an address at start; repeatable", ("--fund",), metavar="ADDRESS", many=True
            ),
            Param("controls", "Allow clock, blocks and reorganisations over HTTP", ("--controls",), "flag"),
            Param("only_when_needed", "Make no block while nothing waits", ("--only-when-needed",), "flag"),
        ),
        about="Serves the HTTP interface of a Hydra node, with the same rules for transactions and for DIDs, so that "
        "everything can be tried without a network and without real money. It is no distributed ledger: one process "
        "decides everything, all keys that forge are published with this program, and its coins are worth nothing. "
        "Whatever must hold against others belongs on Hydra.\n\n"
        "Who wants money uses `ledger fund`, or names an address with --fund. What was in a block is kept "
        "in the folder and is there again at the next start, whatever ended this one. It runs until Ctrl-C or a "
        "termination signal, and then ends with 0. A port that is taken, and a folder whose ledger already runs, end "
        "with 11.",
        examples=(
            ("Run one, and let other commands use it", "prometheus ledger dev"),
            ("A fast one for tests, gone afterwards", "prometheus ledger dev --memory --port 0 --block-time 1 --json"),
        ),
    ),
    Command(
        ("ledger", "fund"),
        "Get money without value from a development ledger",
        "prometheus_morpheus.verbs.ledger.fund:run",
        (
            Param("address", "Who gets it; your own wallet when left out"),
            Param("amount", "How much, in coins", ("--amount",), metavar="COINS", default="1000"),
            Param("account", "Account of the wallet", ("--account",), "number", metavar="N", default=0),
            Param("key", "Key of the account", ("--key",), "number", metavar="N", default=0),
            LEDGER._replace(help="Whom to ask instead: an address or the name of a network"),
        ),
        about="Asks the faucet of the first ledger that is named, and waits until the transfer is in a block. Only a "
        "development ledger (`ledger dev`) has a faucet; other networks refuse.",
        examples=(("Your own wallet", "prometheus ledger fund --ledger local"),),
    ),
)
