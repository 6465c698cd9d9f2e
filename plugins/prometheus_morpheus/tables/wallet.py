"""Rows of the wallet: coins on the ledger, held by keys of the vault's words."""

from __future__ import annotations

from prometheus.api import Command, Param
from prometheus_morpheus.tables.endpoints import LEDGER, NETWORKS

_NETWORK = Param(
    "network", "Which network; the endpoint's when left out", ("--network",), kind="choice", choices=NETWORKS
)
_ACCOUNT = Param("account", "Account of the wallet", ("--account",), "number", metavar="N", default=0)
_KEY = Param("key", "Key of the account", ("--key",), "number", metavar="N", default=0)
_OFFLINE = Param("offline", "Ask nobody", ("--offline",), "flag")
_DRY_RUN = Param("dry_run", "Show before, after and cost; sign nothing", ("--dry-run",), "flag")
_NO_WAIT = Param("no_wait", "Do not wait until it is in a block", ("--no-wait",), "flag")
_FEE = Param("fee", "Pay this fee, in coins; the lowest that nodes take when left out", ("--fee",), metavar="COINS")
_ABOVE = Param("above_limit", "Agree beforehand to more than the spend limit", ("--above-limit",), "flag")
_SIGN_ONLY = Param("sign_only", "Sign and send nothing: write the transaction to --out", ("--sign-only",), "flag")
_OUT = Param("out", "File for --sign-only, - for standard output", ("--out",), "file", default="-")
_NONCE = Param(
    "nonce", "With --sign-only and --fee: sign without asking anybody, with this nonce", ("--nonce",), "number"
)
_PLACE = (_ACCOUNT, _KEY, _NETWORK, LEDGER)
_SENDING = (_FEE, _DRY_RUN, _NO_WAIT, _ABOVE, _SIGN_ONLY, _OUT, _NONCE, _OFFLINE)
_VERBS = "prometheus_morpheus.verbs.wallet"
_LIMIT = (
    "Above the spend limit (setting `spend_limit`, in coins, fee included) it asks even with --yes, unless you give "
    "--above-limit. A fee above the usual one is asked about unless you name it with --fee."
)
_OUTCOME = (
    "What is signed is in the vault before it leaves, and is followed through pool and block. Ctrl-C leaves it for "
    "`prometheus ledger pending`. Where no node can be reached it is kept there too, and sent from there."
)

COMMANDS: tuple[Command, ...] = (
    Command(
        ("wallet", "balance"),
        "Show what your accounts hold, or an address or saved name",
        f"{_VERBS}.balance:run",
        (
            Param("whose", "An address, or a name of your address book; your own accounts when left out"),
            Param("account", "This account alone", ("--account",), "number", metavar="N"),
            _NETWORK,
            LEDGER,
        ),
        about="Your accounts are looked for one after the other until one was never used, as every wallet with the "
        "same words does. Every endpoint is asked; where they differ, both are shown. What waits here to be sent is "
        "shown below. What your accounts hold is kept in the vault with its moment, for when nobody can be asked.",
        examples=(("All your accounts", "prometheus wallet balance"),),
    ),
    Command(
        ("wallet", "receive"),
        "Show an address of yours, to be paid at",
        f"{_VERBS}.receive:run",
        (*_PLACE, _OFFLINE),
        about="Standard output is the address alone, so that it can be piped; whose it is goes to standard error. "
        "Nobody is asked, but for the network of an endpoint that is named for the first time.",
        examples=(("Into the clipboard", "prometheus wallet receive --network mainnet | wl-copy"),),
    ),
    Command(
        ("wallet", "send"),
        "Pay one or several addresses or names",
        f"{_VERBS}.send:run",
        (
            Param("payments", "Whom and how many coins, in pairs", metavar="TO COINS", many=True, required=True),
            Param("note", "A note that everybody can read for ever", ("--note",), metavar="TEXT"),
            *_PLACE,
            *_SENDING,
        ),
        about="Shows the balance before and after and what it costs, and asks. Amounts are exact: at most eight "
        "decimals, nothing is rounded. Several pairs are one transaction under one fee. A payment to one can happen "
        f"within two hours or never.\n\n{_LIMIT}\n\n{_OUTCOME}",
        examples=(
            ("One, from the address book", "prometheus wallet send ana 1.5"),
            ("Two at once", "prometheus wallet send ana 1.5 ben 0.25 --dry-run"),
            (
                "Signed here, sent from elsewhere",
                "prometheus wallet send ana 1.5 --sign-only --fee 0.1 --nonce 7 --network mainnet --out signed.json",
            ),
        ),
    ),
    Command(
        ("wallet", "history"),
        "Show what came and went, newest first",
        f"{_VERBS}.history:run",
        (
            Param("page", "Which page", ("--page",), "number", metavar="N", default=1),
            Param("limit", "Lines of a page, at most 100", ("--limit",), "number", metavar="N", default=20),
            *_PLACE,
        ),
        about="As the first endpoint that answers tells it: heights, amounts, fees and the other side, by name where "
        "your address book has one, and delegates by the names that they registered. The newest page is compared with "
        "what other endpoints tell. Whole addresses and ids are in --json and in `prometheus wallet export`. What was "
        "sent from here and is in no block yet is in `prometheus ledger pending`.",
        examples=(("The page before", "prometheus wallet history --page 2"),),
    ),
    Command(
        ("wallet", "export"),
        "Write the whole history of an address of yours to a file",
        f"{_VERBS}.export:run",
        (
            Param("out", "File to write, - for standard output", ("--out",), "file", required=True),
            Param("form", "How", ("--form",), "choice", default="csv", choices=("csv", "json")),
            *_PLACE,
        ),
        about="Amounts are exact, times in UTC. It is what the first endpoint that answers tells; the newest page is "
        "compared with what others tell. A file that is there is asked about before it is replaced.",
        examples=(("For a spreadsheet", "prometheus wallet export --out history.csv"),),
    ),
    Command(
        ("wallet", "vote"),
        "Vote for a delegate with what an account holds",
        f"{_VERBS}.vote:vote",
        (Param("delegate", "User name or public key in hex", required=True), *_PLACE, *_SENDING),
        about="An account votes for one delegate; an earlier vote has to be taken back first."
        f"\n\n{_LIMIT}\n\n{_OUTCOME}",
        examples=(("By name", "prometheus wallet vote genesis_1"),),
    ),
    Command(
        ("wallet", "unvote"),
        "Take back the vote of an account",
        f"{_VERBS}.vote:unvote",
        (*_PLACE, *_SENDING),
        about=f"{_LIMIT}\n\n{_OUTCOME}",
    ),
    Command(
        ("wallet", "address", "add"),
        "Save an address under a name",
        f"{_VERBS}.address:add",
        (
            Param("name", "What you call it, such as the label of a persona", required=True),
            Param("address", "The address; it says by itself which network it is of", required=True),
        ),
        about="The address book lies in the vault. A name has one address on each network; another one is asked about.",
        examples=(("A friend", "prometheus wallet address add ana tpKmroNvdZeLdsd8LojtwUWNsacYPjLHKA"),),
    ),
    Command(
        ("wallet", "address", "list"),
        "List saved addresses",
        f"{_VERBS}.address:show_all",
        (_NETWORK,),
    ),
    Command(
        ("wallet", "address", "remove"),
        "Take a name out of the address book",
        f"{_VERBS}.address:remove",
        (Param("name", "The name", required=True), _NETWORK),
    ),
)
