"""Rows of the ledger: whom it is asked from, and what is under way."""

from __future__ import annotations

from prometheus.api import Command, Param
from prometheus_morpheus.tables.endpoints import LEDGER

_OFFLINE = Param("offline", "Ask nobody", ("--offline",), "flag")
_ID = Param("id", "Id of an action or of its transaction, or at least six characters of it", required=True)
_ABOVE = Param("above_limit", "Agree beforehand to more than the spend limit", ("--above-limit",), "flag")
_NO_WAIT = Param("no_wait", "Do not wait until it is in a block", ("--no-wait",), "flag")
_VERBS = "prometheus_morpheus.verbs.ledger"

COMMANDS: tuple[Command, ...] = (
    Command(
        ("ledger", "status"),
        "Show the endpoints, their network and height, and whether they agree",
        f"{_VERBS}.status:run",
        (LEDGER,),
        about="Endpoints come from --ledger, PROMETHEUS_LEDGER or `ledger` in the configuration. They are compared at "
        "the height that all of them have reached: another block there is a fork, or a lie.\n\n"
        "Exit codes: 0 all that answer agree, 12 nobody answers or the chains differ.",
        examples=(("Compare two", "prometheus ledger status --ledger testnet --ledger http://127.0.0.1:4703"),),
    ),
    Command(
        ("ledger", "pending"),
        "Send what waits, and show how far everything is",
        f"{_VERBS}.actions:pending",
        (
            Param("wait", "Stay until nothing waits any more", ("--wait",), "flag"),
            Param("all", "Show what is done and what failed, too", ("--all",), "flag"),
            LEDGER,
            _OFFLINE,
        ),
        about="What you agreed to is kept in the vault, signed, before any of it leaves; after a lost answer or a "
        "crash this looks it up and sends the very same bytes again, so nothing is paid twice. Done is what is in a "
        "block and, for operations, what the second layer has applied.",
        examples=(("Until everything is through", "prometheus ledger pending --wait"),),
    ),
    Command(
        ("ledger", "show"),
        "Show one action, step by step",
        f"{_VERBS}.actions:show",
        (_ID, LEDGER, _OFFLINE),
        about="Asks the endpoints once how far it is. Without an endpoint it shows what was known last.",
        examples=(("What became of it", "prometheus ledger show 4kq7mz"),),
    ),
    Command(
        ("ledger", "broadcast"),
        "Pass on transactions that were signed elsewhere",
        f"{_VERBS}.broadcast:run",
        (
            Param(
                "file", "File with one or more signed transactions, `-` for standard input", (), "file", required=True
            ),
            Param("dry_run", "Check form, id and signature, show what they do; send nothing", ("--dry-run",), "flag"),
            _NO_WAIT,
            LEDGER,
        ),
        about="Shows whom each pays, how much and for which fee, and asks. Needs no vault and signs nothing. Running "
        "it again is harmless: it is the same transaction.",
        examples=(("Send what an offline machine signed", "prometheus ledger broadcast payment.json"),),
    ),
    Command(
        ("ledger", "retry"),
        "Try again what was refused, has expired or waited too long",
        f"{_VERBS}.actions:retry",
        (_ID, Param("fee", "Agree to pay this fee, in coins", ("--fee",), metavar="COINS"), _ABOVE, _NO_WAIT, LEDGER),
        about="It is signed again with the nonce that it had: of the two transactions only one can ever be in a block, "
        "so nothing is paid twice. When its nonce was given to something else meanwhile, this is refused. With --fee "
        "it asks, and above the spend limit even with --yes.",
        examples=(("After the wallet was filled", "prometheus ledger retry 4kq7mz"),),
    ),
    Command(
        ("ledger", "forget"),
        "Take an action out of the vault, whatever became of it",
        f"{_VERBS}.actions:forget",
        (_ID,),
        about="What was sent is not called back by that: it may still happen, and then nothing here shows it.",
        examples=(("Something that was never sent", "prometheus ledger forget 4kq7mz"),),
    ),
)
