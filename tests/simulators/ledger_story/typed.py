"""The second part: a person types commands, with two vaults in a home, and a ledger named by the environment.

Each line has its exit code and what its JSON has to show; heights that a line leaves are used by later ones.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.made_transactions import public_key
from prometheus_simulators.sending_world import PAYER

from ledger_story.stage import HYD, NETWORK, RICHES, stage_at
from prometheus_morpheus.sending import wishes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSPHRASE = "six words that only you know\n"
FILES = {
    "pass.txt": PASSPHRASE,
    "letter.json": '{"to": "the landlord", "says": "the rent is paid"}',
    "card.json": json.dumps(
        {
            "familyName": "Kovacs",
            "givenName": "Zoe",
            "dateOfBirth": "1998-04-12",
            "nationality": "HU",
            "documentNumber": "AB123456",
            "ageOver18": True,
        }
    ),
}
HOLDS = 40
"""Blocks for which a key is added."""


class Typed(NamedTuple):
    """A line that somebody types.

    `words` may have names in braces: of what earlier lines left, see `keeps`. `shows` takes what the command wrote as
    JSON to what has to be `due`. Before the line the ledger reaches the height of the name `waits`; after it the first
    wallet `pays` the address of that name.
    """

    name: str
    words: str
    code: int = 0
    shows: Callable[[Any], Any] = lambda _document: None
    due: Any = None
    keeps: Callable[[Any], dict[str, Any]] = lambda _document: {}
    waits: str = ""
    pays: str = ""
    vault: str = "me"


class Home:
    """A home where commands are typed, at a ledger named by the environment."""

    def __init__(self, folder: Path, url: str) -> None:
        self.line = CommandLine(folder / "home")
        self.line.environ |= {"PROMETHEUS_LEDGER": url}
        self.notes: dict[str, Any] = {}
        for name, content in FILES.items():
            (self.line.home / name).write_text(content)

    def type(self, typed: Typed) -> str:
        """Type a line; return what is wrong with what came, or nothing."""
        words = [word.format_map(self.notes) for word in typed.words.split()]
        opened = ["--vault", typed.vault, "--passphrase-file", "pass.txt"] if typed.vault else []
        ended = self.line.run(*words, *opened, "--json", "--yes")
        document = json.loads(ended.stdout) if ended.stdout.startswith("{") else {}
        found = typed.shows(document) if ended.returncode == typed.code else None
        if (ended.returncode, found) != (typed.code, typed.due):
            said = f"ended with {ended.returncode} and {found} instead of {typed.code} and {typed.due}"
            return f"{' '.join(words)}: {said}\n{ended.stdout[:3000]}\n{ended.stderr[-1000:]}"
        self.notes |= typed.keeps(document)
        return ""


def _code(document: Any) -> Any:
    return document["code"]


def _why(document: Any) -> Any:
    return document["code"], document["why"].partition(" ")[2].partition(" (as")[0]


def _state(document: Any) -> Any:
    return document["action"]["state"] if "title" in document else document["state"]


def _keys(document: Any) -> Any:
    """Return which of the two keys are in force, and which rights the second has, by the flags of that height."""
    found = document["document"]
    rights = [right for right in ("impersonate", "update") if any(each["valid"] for each in found["rights"][right][1:])]
    return [key["valid"] for key in found["keys"]], rights


def _named(document: Any) -> Any:
    return [(each["operation"]["operation"], each["outcome"]) for each in document["events"]]


def _verified(document: Any) -> Any:
    found = [(each["certain"], each["consistent"]) for each in document["sources"]]
    return document["agreed"], found, all(not each["faults"] for each in document["blocks"])


def _movements(document: Any) -> Any:
    return [(each["kind"], each["direction"], each["note"]) for each in document["movements"]]


def _balance(document: Any) -> Any:
    """Return whether there is what the first wallet paid, with or without what a faucet did."""
    return document["wallets"][0]["balance"] in {"1000", "1010"}


def _verdict(document: Any) -> Any:
    return document["verdict"]


def _height(name: str, *more: int) -> Callable[[Any], dict[str, Any]]:
    """Keep the height of what was done as a name, and heights beside it."""
    return lambda document: (
        {name: document["height"]} | {f"{name}{step:+d}": document["height"] + step for step in more}
    )


def _expiry(document: Any) -> dict[str, Any]:
    end = document["endpoints"][0]["height"] + HOLDS
    return {"end": end, "end-1": end - 1}


_WITH = ([True, True], ["update"])
_BOTH = ([True, True], ["impersonate", "update"])
_DONE: dict[str, Any] = {"shows": _state, "due": "confirmed"}
_APPLIED: dict[str, Any] = {"shows": _state, "due": "applied"}
_CREATE = "vault create {} --kdf light --words-to words-{}.txt"
_VALID: dict[str, Any] = {"shows": _verdict, "due": "valid", "vault": ""}
_UNKNOWN: dict[str, Any] = {"shows": _verdict, "due": "unknown", "vault": "", "code": 13}
_SIGNED = "claim witness request.json --before P5Y --out"

LINES = (
    Typed("a vault", _CREATE.format("me", "me"), keeps=lambda said: {"me": said["persona"]["did"]}),
    Typed("a key for the phone", "persona add phone"),
    Typed(
        "an address of it",
        "wallet receive --network local",
        keeps=lambda said: {"address": said["address"]},
        pays="address",
    ),
    Typed("the faucet", "ledger fund --amount 10", shows=lambda said: said["amount"], due="1000000000"),
    Typed(
        "what it holds",
        "wallet balance",
        shows=lambda said: said["wallets"][0]["balance"] in {"1000", "1010"},
        due=True,
    ),
    Typed("a name for an address", "wallet address add landlord tpKmroNvdZeLdsd8LojtwUWNsacYPjLHKA"),
    Typed("a payment", "wallet send landlord 1.5 --note rent", **_DONE),
    Typed("two payments at once", "wallet send landlord 1 {address} 0.25", **_DONE),
    Typed("more than there is", "wallet send landlord 5000", 11, _code, "WALLET-EMPTY"),
    Typed("a vote", "wallet vote genesis_1", **_DONE),
    Typed("a second vote", "wallet vote genesis_2", 11, lambda said: said["exit"], 11),
    Typed("its end", "wallet unvote", **_DONE),
    Typed(
        "what came and went",
        "wallet history --limit 4",
        shows=_movements,
        due=[("unvote", "out", ""), ("vote", "out", ""), ("multi-payment", "out", ""), ("transfer", "out", "rent")],
    ),
    Typed("how far the ledger is", "ledger status", keeps=_expiry, vault=""),
    Typed(
        "a key with an end", "did add-key phone --expires {end} --right update", **_APPLIED, keeps=_height("added", -1)
    ),
    Typed("a right", "did add-right phone impersonate", **_APPLIED, keeps=_height("given", -1)),
    Typed("the same right", "did add-right phone impersonate", 5, _code, "DID-RULES"),
    Typed("the right is taken", "did revoke-right phone impersonate", **_APPLIED, keeps=_height("taken", -1)),
    Typed(
        "the own key",
        "did revoke-key {me} --sign-as {me}",
        5,
        _why,
        ("DID-RULES", "cannot modify its own authorization"),
    ),
    Typed(
        "what happened",
        "did history",
        shows=_named,
        due=[(name, "confirmed") for name in ("addKey", "addRight", "addRight", "revokeRight")],
    ),
    Typed("before the key", "did show --at {added-1}", shows=_keys, due=([True], [])),
    Typed("with the key", "did show --at {added}", shows=_keys, due=_WITH),
    Typed("before the right", "did show --at {given-1}", shows=_keys, due=_WITH),
    Typed("with the right", "did show --at {given}", shows=_keys, due=_BOTH),
    Typed("just before it is taken", "did show --at {taken-1}", shows=_keys, due=_BOTH),
    Typed("when it is taken", "did show --at {taken}", shows=_keys, due=_WITH),
    Typed("a letter is stamped", "timestamp letter.json", **_APPLIED, keeps=_height("stamped")),
    Typed("since when it is there", "timestamp check letter.json", 13, lambda said: said["existed_at"] > 0, True),
    Typed("a letter is stamped twice", "timestamp letter.json", 11, _code, "TIMESTAMP-EXISTS"),
    Typed("a letter that nobody stamped", "timestamp check card.json", 13, lambda said: said["existed_at"], None),
    Typed(
        "a library",
        _CREATE.format("library", "library"),
        keeps=lambda said: {"library": said["persona"]["did"]},
        vault="library",
    ),
    Typed("its next key", "persona add next", vault="library"),
    Typed(
        "its address",
        "wallet receive --network local",
        keeps=lambda said: {"libraries": said["address"]},
        pays="libraries",
        vault="library",
    ),
    Typed("a request", "claim request --schema identity-card --data card.json --out request.json"),
    Typed("a statement", f"{_SIGNED} statement.json", vault="library"),
    Typed("nobody is trusted", "claim verify statement.json", **_UNKNOWN),
    Typed("the library is trusted", "trust add {library} --name Library --for identity-card", vault=""),
    Typed("the statement", "claim verify statement.json", **_VALID),
    Typed("the statement is stamped", "timestamp statement.json", **_APPLIED),
    Typed("the library's next key", "did add-key next --right update --right impersonate", **_APPLIED, vault="library"),
    Typed(
        "the library's first key is taken away",
        "did revoke-key {library} --did {library} --sign-as next",
        **_APPLIED,
        vault="library",
    ),
    Typed("the statement was there before, says one ledger alone", "claim verify statement.json", **_UNKNOWN),
    Typed("a statement by the key that was taken away", f"{_SIGNED} late.json", vault="library"),
    Typed("which may be older, or not", "claim verify late.json", **_UNKNOWN),
    Typed("it is stamped, too late", "timestamp late.json", **_APPLIED),
    Typed("which does not help it", "claim verify late.json", **_UNKNOWN),
    Typed(
        "the phone's key just before its end",
        "did show --at {end-1}",
        shows=_keys,
        due=_WITH,
        waits="end",
    ),
    Typed("the phone's key at its end", "did show --at {end}", shows=_keys, due=([True, False], ["update"])),
    Typed(
        "the phone's key acts after its end",
        "did revoke-key {me} --sign-as phone",
        5,
        lambda said: "has no right to update" in said["why"],
        True,
    ),
    Typed("the DID is worked out", "did verify --blocks", shows=_verified, due=(True, [(True, True)], True)),
    Typed("the DID is ended", "did tombstone", **_APPLIED, keeps=_height("ended", -1)),
    Typed("just before", "did show --at {ended-1}", shows=_keys, due=([True, False], ["update"])),
    Typed("after it", "did show", shows=lambda said: _keys(said)[0], due=[False, False]),
    Typed("a change after it", "did add-right phone impersonate", 5, _code, "DID-SIGNER"),
    Typed(
        "everything that was sent",
        "ledger pending --all",
        shows=lambda said: {(each["done"], each["failed"]) for each in said["actions"]} == {(True, False)},
        due=True,
    ),
)

NO_FAUCET: dict[str, tuple[Typed, str]] = {
    "hydra-devnode": (
        Typed("the faucet", "ledger fund --amount 10", 12, lambda said: said["exit"], 12),
        "only a development ledger of ours has a faucet; another node's answer says so",
    )
}
"""The one line that ends otherwise at another ledger than ours, and why."""


async def pay(url: str, address: str) -> None:
    """Let the first wallet pay an address 1,000 coins, and wait until they are there."""
    async with stage_at(url) as stage:
        wish = wishes.transfer(
            PAYER, public_key(RICHES), NETWORK, address, 1000 * HYD, title="the first wallet pays", lifetime=0
        )
        [action] = await stage.done(RICHES, [wish])
        assert action.is_done, action


async def reach(url: str, height: int) -> None:
    """Wait until a ledger has a height."""
    async with stage_at(url) as stage:
        await stage.reach(height)
