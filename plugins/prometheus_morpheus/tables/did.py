"""Rows of DIDs that have a history; `did show` itself belongs to the house and asks this plugin."""

from __future__ import annotations

from prometheus.api import Command, Param
from prometheus_morpheus.tables.endpoints import LEDGER, NETWORKS

OFFLINE = Param("offline", "Ask nobody; answer from what this vault remembers", ("--offline",), "flag")
DRY_RUN = Param("dry_run", "Show before, after and cost; sign and send nothing", ("--dry-run",), "flag")
LATER = Param("offline", "Ask nobody; keep it here, to be sent later", ("--offline",), "flag")
NO_WAIT = Param("no_wait", "Do not wait until it is in a block", ("--no-wait",), "flag")
ACCOUNT = Param("account", "Account of the wallet that pays; 0 when left out", ("--account",), "number", metavar="N")
FEE = Param("fee", "Pay this fee, in coins; the lowest that nodes take when left out", ("--fee",), metavar="COINS")
ABOVE_LIMIT = Param("above_limit", "Agree beforehand to more than the spend limit", ("--above-limit",), "flag")
NETWORK = Param(
    "network",
    "Which network you mean to pay on; the endpoint's when left out",
    ("--network",),
    kind="choice",
    choices=NETWORKS,
)
PAYING = (ACCOUNT, NETWORK, FEE, ABOVE_LIMIT)
"""Who pays for an operation, where, and how much."""
LIMIT = (
    "Above the spend limit (setting `spend_limit`) it asks even with --yes, unless you give --above-limit; a fee above "
    "the usual one is asked about unless you name it with --fee."
)
_DID = Param("did", "A DID or a persona of yours; the active persona when left out", metavar="DID")
_WHOSE = Param("did", "Whose document changes: a persona or a DID; the active persona when left out", ("--did",))
_SIGNER = Param(
    "sign_as", "Persona whose key signs; when left out, one of yours that has the right", ("--sign-as",), metavar="NAME"
)
_FOR_EVER = Param("for_ever", "Agree beforehand that no key can change the DID any more", ("--for-ever",), "flag")
_CHANGE = (_WHOSE, _SIGNER, *PAYING, LEDGER, DRY_RUN, NO_WAIT, LATER)
_KEY = Param("key", "A public key, a key id, or a persona of yours", metavar="KEY", required=True)
_RIGHT = Param("right", "Which right", kind="choice", metavar="RIGHT", choices=("impersonate", "update"), required=True)
_VERBS = "prometheus_morpheus.verbs.did"
_ABOUT_CHANGE = (
    "Shows the document before and after, and what it costs, before it asks. What the rules of the ledger forbid is "
    "refused beforehand, with the reason. The change is signed by a key that has the right to update the DID, paid by "
    "your wallet, and followed through pool and block until the second layer has applied it. Ctrl-C leaves it for "
    "`prometheus ledger pending`. Where nobody can be reached nothing is signed: the change is kept with the document "
    "that is remembered, and worked out anew by `prometheus ledger pending`, which asks again where it would do "
    f"something else by then, and refuses it unpaid where the rules forbid it. {LIMIT} "
    "Everybody can see which address paid: two DIDs that one address paid for can be linked."
)

_LAST = (
    " Where no key would be left that can change the DID, it asks once more, even with --yes, unless you give "
    "--for-ever."
)

COMMANDS: tuple[Command, ...] = (
    Command(
        ("did", "resolve"),
        "Resolve a DID on the ledger, as a W3C resolution result",
        f"{_VERBS}.resolve:run",
        (
            _DID,
            Param("at", "As it was at this height", ("--at",), "number", metavar="HEIGHT"),
            Param(
                "form",
                "How: a W3C resolution result, the ledger's own document, or lines to read",
                ("--form",),
                "choice",
                default="w3c",
                choices=("w3c", "ledger", "lines"),
            ),
            Param("keep", "Remember the answer in the vault, for --offline", ("--keep",), "flag"),
            LEDGER,
            OFFLINE,
        ),
        about="Every endpoint is asked, each answer is worked out again from the signed transactions, and all are "
        "compared; where they contradict each other there is no result. What is not looked up on a ledger is the "
        "document that the DID implies by itself, and the metadata says so.",
        examples=(("For another program", "prometheus did resolve did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J --json"),),
    ),
    Command(
        ("did", "history"),
        "Show what happened to a DID, operation by operation",
        f"{_VERBS}.history:run",
        (_DID, LEDGER),
        about="Asks the first endpoint that answers, and lists attempts that the ledger refused too. What is listed is "
        "what that node says: `prometheus did verify` works it out from the signed transactions.",
        examples=(("What happened to mine", "prometheus did history"),),
    ),
    Command(
        ("did", "verify"),
        "Work a DID document out from the signed transactions, and compare",
        f"{_VERBS}.verify:run",
        (
            _DID,
            LEDGER,
            Param("blocks", "Check the blocks' signatures too; asks twice for each transaction", ("--blocks",), "flag"),
        ),
        about="Fetches from every endpoint the transactions that touch the DID, checks each id and every signature "
        "itself, and recomputes the document. What a node says that does not follow from them is shown with both "
        "sides' evidence and kept: see `prometheus did disagreements`. No check can show what all endpoints leave "
        "out together: ask nodes that do not belong to one another.\n\n"
        "Exit codes: 0 all agree, 1 a node contradicts its own transactions, 13 it cannot be told.",
        examples=(("By two nodes", "prometheus did verify ana --ledger testnet --ledger http://127.0.0.1:4703"),),
    ),
    Command(
        ("did", "disagreements"),
        "List where sources contradicted each other, or show one",
        f"{_VERBS}.disagreements:run",
        (
            Param("id", "Name of a disagreement, or the beginning of it", metavar="ID"),
            Param("forget", "Let go of this one", ("--forget",), "flag"),
        ),
        about="Each is kept with what every side said, until you forget it. Nothing is decided for you: run a node of "
        "your own, or ask a third one.",
        examples=(("All of them", "prometheus did disagreements"),),
    ),
    Command(
        ("did", "add-key"),
        "Let another key act for a DID",
        f"{_VERBS}.change:add_key",
        (
            _KEY,
            Param(
                "right",
                "Give it a right at once; repeatable",
                ("--right",),
                "choice",
                metavar="RIGHT",
                many=True,
                choices=("impersonate", "update"),
            ),
            Param("expires", "Height at which it ends by itself", ("--expires",), "number", metavar="HEIGHT"),
            *_CHANGE,
        ),
        about=_ABOUT_CHANGE + " A new key may do nothing until it is given a right.",
        examples=(
            ("A key of your other device", "prometheus did add-key phone --right impersonate"),
            ("Only look", "prometheus did add-key phone --dry-run"),
        ),
    ),
    Command(
        ("did", "revoke-key"),
        "Take a key off a DID",
        f"{_VERBS}.change:revoke_key",
        (_KEY, _FOR_EVER, *_CHANGE),
        about=_ABOUT_CHANGE + " No key can take itself off: another one with the right to update has to do it." + _LAST,
        examples=(("A lost device", "prometheus did revoke-key phone"),),
    ),
    Command(
        ("did", "add-right"),
        "Give a key of a DID a right",
        f"{_VERBS}.change:add_right",
        (_KEY, _RIGHT, *_CHANGE),
        about=_ABOUT_CHANGE,
        examples=(("It may sign claims", "prometheus did add-right phone impersonate"),),
    ),
    Command(
        ("did", "revoke-right"),
        "Take a right from a key of a DID",
        f"{_VERBS}.change:revoke_right",
        (_KEY, _RIGHT, _FOR_EVER, *_CHANGE),
        about=_ABOUT_CHANGE + _LAST,
        examples=(("It may sign no more", "prometheus did revoke-right phone impersonate"),),
    ),
    Command(
        ("did", "tombstone"),
        "Give a DID up for good; there is no way back",
        f"{_VERBS}.change:tombstone",
        _CHANGE,
        about=_ABOUT_CHANGE + " From then on no key can do anything for the DID, and nobody can undo it.",
        examples=(("Look at what it would do", "prometheus did tombstone --did ana --dry-run"),),
    ),
)
