"""Transactions that a node takes to look at and does not keep, each with its type and text; and those just good enough.

Our own client posts them, so that its reading of the answers is tried too. What hangs on the memory for ids is posted
within one block: when a block comes in between, the step is played again with other transactions.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus_simulators.made_transactions import address, public_key, signed_by, signer

from ledger_story.outcomes import ACCEPTED, Outcome, Step, refused
from ledger_story.stage import HYD, NETWORK
from prometheus_morpheus.client.errors import RefusedRequest
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.fees import minimum_fee
from prometheus_morpheus.transactions.operations import before_proof
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.serialized import bytes_to_sign

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger_story.stage import Posted, Stage
    from prometheus_morpheus.transactions.transaction import Transaction

RATE, ADDON = 1000, {"transfer": 100, "vote": 100, "delegateRegistration": 400_000, "multiPayment": 500}
_TURNS = 8
_NOTE_AT = 58
"""Where the length of the note stands in the bytes of a transaction."""


class Sending(NamedTuple):
    """Whose transactions, and the requests made of them; the answer to the last one counts.

    With `over_a_block` a block comes before the last request, otherwise none may.
    """

    who: str
    made: Callable[[Stage, int], list[list[Posted]]]
    over_a_block: bool = False


_NOT_VERIFIED = refused("ERR_BAD_DATA", "Transaction didn't pass the verification process.")
_TOO_CHEAP = refused("ERR_LOW_FEE", "The fee is too low to broadcast and accept the transaction")
_IN_CACHE = refused("ERR_DUPLICATE", "Already in cache.")
_TAKEN = Outcome(ACCEPTED)


def _nonce(asked: str, has: str, who: str = "dave") -> Outcome:
    text = f"Cannot apply a transaction with nonce {asked}: the sender <{who}'s key> has nonce {has}."
    return refused("ERR_APPLY", text)


def _pay(stage: Stage, who: str, nonce: int, **more: Any) -> Posted:
    return stage.posted(who, _payment(stage, who, nonce, **more))


def _payment(stage: Stage, who: str, nonce: int, amount: int = 0, **more: Any) -> Transaction:
    return making.transfer(NETWORK, public_key(who), nonce, address("alice"), amount or stage.number(), **more)


def _proof(stage: Stage, who: str, nonce: int, **more: Any) -> Transaction:
    return making.morpheus(NETWORK, public_key(who), nonce, [before_proof(f"proof-{stage.number()}")], **more)


def _broken(posted: Posted) -> Posted:
    signature = posted["signature"]
    last = f"{int(signature[-1], 16) ^ 1:x}"
    return posted | {"signature": signature[:-1] + last}


def _priced(stage: Stage, who: str, make: Callable[[], Transaction], above: int) -> Posted:
    """Return a transaction whose fee is the least one, or so much more or less; signatures differ in length."""
    for _ in range(200):
        draft = make()
        least = minimum_fee(signed_by(who, draft), rate=RATE, addon_bytes=ADDON)
        signed = signed_by(who, draft._replace(fee=least + above))
        if minimum_fee(signed, rate=RATE, addon_bytes=ADDON) == least:
            stage.names[f"at least {least}"] = "at least MINIMUM"
            return dict(transaction_json(signed))
    raise AssertionError("no such signature came")


def _single(who: str, make: Callable[[Stage, int], Posted]) -> Sending:
    return Sending(who, lambda stage, nonce: [[make(stage, nonce)]])


def _twice_over(stage: Stage, nonce: int) -> list[list[Posted]]:
    one = _pay(stage, "dave", nonce + 1)
    return [[one], [one]]


def _broken_then_right(stage: Stage, nonce: int) -> list[list[Posted]]:
    right = _pay(stage, "dave", nonce + 1)
    return [[_broken(right)], [right]]


def _refused_twice(stage: Stage, nonce: int) -> list[list[Posted]]:
    cheap = _pay(stage, "dave", nonce + 1, fee=1)
    return [[cheap], [cheap]]


def _with_note(draft: Transaction) -> Posted:
    """Return a transaction whose signature covers a note, though its type has no room for one."""
    plain = bytes_to_sign(draft)
    message = plain[:_NOTE_AT] + b"\x01x" + plain[_NOTE_AT + 1 :]
    signature = signer("bob")(message)
    name = hashlib.sha256(message + signature).hexdigest()
    return dict(transaction_json(draft)) | {"vendorField": "x", "signature": signature.hex(), "id": name}


def _one_payment(stage: Stage, nonce: int) -> Posted:
    payments = [(address("alice"), 1), (address("carol"), 1)]
    posted = stage.posted("bob", making.multi_transfer(NETWORK, public_key("bob"), nonce + 1, payments))
    return posted | {"asset": {"payments": posted["asset"]["payments"][:1]}, "id": f"{stage.number():064x}"}


def _named(stage: Stage, name: str, nonce: int) -> Posted:
    return stage.posted("dave", making.register_delegate(NETWORK, public_key("dave"), nonce, name))


def _one_below(make: Callable[[Stage, int], Transaction]) -> Callable[[Stage, int], Posted]:
    return lambda stage, nonce: _priced(stage, "dave", lambda: make(stage, nonce + 1), -1)


def _several(stage: Stage, nonce: int) -> Transaction:
    payments = [(address("alice"), stage.number()), (address("carol"), 1)]
    return making.multi_transfer(NETWORK, public_key("dave"), nonce, payments, fee=HYD)


_CHEAP: dict[str, Callable[[Stage, int], Transaction]] = {
    "a vote": lambda stage, nonce: making.vote(
        NETWORK, public_key("dave"), nonce, stage.kept["delegates"][0], fee=HYD + stage.number()
    ),
    "a delegate": lambda stage, nonce: making.register_delegate(
        NETWORK, public_key("dave"), nonce, f"dave{stage.number()}", fee=HYD
    ),
    "several payments": _several,
}

STEPS = (
    Step("a broken signature", _NOT_VERIFIED, _single("bob", lambda s, n: _broken(_pay(s, "bob", n + 1))), (183,)),
    Step(
        "an altered amount", _NOT_VERIFIED, _single("bob", lambda s, n: _pay(s, "bob", n + 1) | {"amount": "2"}), (184,)
    ),
    Step(
        "an altered asset",
        _NOT_VERIFIED,
        _single(
            "bob",
            lambda s, n: (
                s.posted("bob", _proof(s, "bob", n + 1, fee=HYD))
                | {"asset": {"operationAttempts": [before_proof("altered")]}}
            ),
        ),
        (217,),
    ),
    Step(
        "a cold wallet",
        refused(
            "ERR_APPLY",
            "Insufficient balance in database wallet. Wallet is not allowed to spend before funding is confirmed.",
        ),
        _single("erin", lambda s, n: _pay(s, "erin", n + 1)),
        (186,),
    ),
    Step(
        "more than the wallet holds",
        refused("ERR_APPLY", "Insufficient balance in the wallet."),
        _single("bob", lambda s, n: _pay(s, "bob", n + 1, amount=99999999999999999)),
        (187,),
    ),
    Step("a fee of one", _TOO_CHEAP, _single("bob", lambda s, n: _pay(s, "bob", n + 1, fee=1)), (188,)),
    Step(
        "a transfer one below the least fee",
        _TOO_CHEAP,
        _single("dave", lambda s, n: _priced(s, "dave", lambda: _payment(s, "dave", n + 1, fee=HYD), -1)),
        (231,),
    ),
    *(
        Step(f"{name} one below the least fee", _TOO_CHEAP, _single("dave", _one_below(make)))
        for name, make in _CHEAP.items()
    ),
    Step(
        "a transfer for the least fee",
        _TAKEN,
        _single("dave", lambda s, n: _priced(s, "dave", lambda: _payment(s, "dave", n + 1, fee=HYD), 0)),
    ),
    Step(
        "a time stamp one below the least fee",
        refused("ERR_LOW_FEE", "The fee for this transaction must be at least MINIMUM"),
        _single("dave", lambda s, n: _priced(s, "dave", lambda: _proof(s, "dave", n + 1, fee=HYD), -1)),
        (213,),
    ),
    Step(
        "a time stamp for the least fee",
        _TAKEN,
        _single("dave", lambda s, n: _priced(s, "dave", lambda: _proof(s, "dave", n + 1, fee=HYD), 0)),
    ),
    Step(
        "layer 2 is to do nothing, for its own least fee",
        _TOO_CHEAP,
        _single(
            "dave", lambda s, n: s.posted("dave", making.morpheus(NETWORK, public_key("dave"), n + 1, [], fee=51_000))
        ),
        (220,),
    ),
    Step("a nonce that was used", _nonce("n", "n"), _single("dave", lambda s, n: _pay(s, "dave", n)), (190,)),
    Step("nonce zero", _nonce("zero", "n"), _single("dave", lambda s, _: _pay(s, "dave", 0)), (191,)),
    Step("a gap in the nonces", _nonce("n+3", "n"), _single("dave", lambda s, n: _pay(s, "dave", n + 3)), (192,)),
    Step(
        "two transactions with one nonce",
        _nonce("n+1", "n+1"),
        Sending("dave", lambda s, n: [[_pay(s, "dave", n + 1)], [_pay(s, "dave", n + 1)]]),
        (203,),
    ),
    Step(
        "an unknown group of types",
        refused("ERR_UNSUPPORTED", "Invalidating transaction of unsupported type 'Transfer'"),
        _single("bob", lambda s, n: _pay(s, "bob", n + 1) | {"typeGroup": 9999}),
        (197,),
    ),
    Step(
        "a transfer that has expired",
        refused("ERR_EXPIRED", "Transaction ID is expired since N blocks."),
        _single("bob", lambda s, n: _pay(s, "bob", n + 1, expiration=2)),
        (199,),
    ),
    Step(
        "a transfer that expires with the next block",
        refused("ERR_EXPIRED", "Transaction ID is expired since N blocks."),
        _single("bob", lambda s, n: _pay(s, "bob", n + 1, expiration=s.kept["tip"] + 1)),
    ),
    Step("the same transaction twice", _IN_CACHE, Sending("dave", _twice_over), (202,)),
    Step("a refused transaction once more", _IN_CACHE, Sending("dave", _refused_twice)),
    Step("a broken copy stands in the way of the right one", _IN_CACHE, Sending("dave", _broken_then_right)),
    Step("and does no more after the next block", _TAKEN, Sending("dave", _broken_then_right, over_a_block=True)),
    Step(
        "a refused transaction after the next block",
        _TOO_CHEAP,
        Sending("dave", _refused_twice, over_a_block=True),
    ),
    Step(
        "what is in a block",
        refused("ERR_FORGED", "Already forged."),
        Sending("dave", _twice_over, over_a_block=True),
        (204,),
    ),
    Step(
        "two good and one bad in one request",
        refused("ERR_LOW_FEE", _TOO_CHEAP.text + " (2 others were taken)"),
        Sending(
            "dave",
            lambda s, n: [[_pay(s, "dave", n + 1), _pay(s, "dave", n + 2), _pay(s, "dave", n + 3, fee=1)]],
        ),
        (205,),
    ),
    Step(
        "a vote for somebody who is no delegate",
        refused("ERR_APPLY", "Failed to apply transaction, because only delegates can be voted."),
        _single(
            "bob", lambda s, n: s.posted("bob", making.vote(NETWORK, public_key("bob"), n + 1, public_key("frank")))
        ),
    ),
    Step(
        "a note on a time stamp, signed as the reference signs it",
        _NOT_VERIFIED,
        _single("bob", lambda s, n: _with_note(_proof(s, "bob", n + 1, fee=HYD))),
    ),
    Step(
        "a recipient of another network",
        refused("ERR_INVALID_RECIPIENT", "Recipient <alice on devnet> is not on the same network: 128"),
        _single("bob", lambda s, n: _pay(s, "bob", n + 1) | {"recipientId": address("alice", 90)}),
    ),
    Step(
        "a recipient with a misprint",
        refused("ERR_UNKNOWN", "Invalid checksum"),
        _single("bob", lambda s, n: _pay(s, "bob", n + 1) | {"recipientId": address("alice")[:-2] + "zz"}),
    ),
    Step(
        "a sender off the curve",
        _NOT_VERIFIED,
        _single("bob", lambda s, n: _pay(s, "bob", n + 1) | {"senderPublicKey": "02" + "ff" * 32}),
    ),
    Step(
        "one payment that calls itself several",
        refused("ERR_TRANSACTION_SCHEMA", "data.asset.payments should NOT have fewer than 2 items"),
        _single("bob", _one_payment),
    ),
    Step(
        "a second name for a delegate",
        refused("ERR_APPLY", "Failed to apply transaction, because the wallet already has a registered username."),
        Sending("dave", lambda s, n: [[_named(s, "first", n + 1)], [_named(s, "second", n + 2)]], over_a_block=True),
    ),
)


async def play(stage: Stage) -> dict[str, Outcome]:
    """Post each and return what came."""
    return {step.name: await _play(stage, step.act) for step in STEPS}


async def _play(stage: Stage, sending: Sending) -> Outcome:
    stage.names |= {public_key(sending.who).hex(): f"<{sending.who}'s key>"}
    stage.names |= {address("alice", 90): "<alice on devnet>"}
    for _ in range(_TURNS):
        nonce = await stage.quiet(sending.who)
        height = stage.kept["tip"] = await stage.height()
        *first, last = sending.made(stage, nonce)
        for posted in first:
            await _post(stage, posted, nonce)
        if sending.over_a_block:
            await stage.next_block()
        outcome = await _post(stage, last, nonce)
        if sending.over_a_block or await stage.height() == height:
            return outcome
    raise AssertionError("blocks came in between each time")


async def _post(stage: Stage, posted: list[Posted], nonce: int) -> Outcome:
    try:
        answer = await stage.node.post(posted)
    except RefusedRequest as error:
        return Outcome("refused request", str(error.status), stage.masked(error.message))
    if not answer.refused:
        taken = [each["id"] for each in posted]
        assert [*answer.accepted] == [*answer.broadcast] == taken
        return _TAKEN
    [[reason]] = answer.refused.values()
    others = f" ({len(answer.accepted)} others were taken)" if answer.accepted else ""
    return refused(reason.type, _relative(stage.masked(reason.message), nonce) + others)


def _relative(text: str, nonce: int) -> str:
    """Return a text with nonces as they stand to the wallet's own one."""

    def named(found: re.Match[str]) -> str:
        ahead = int(found[1]) - nonce
        if int(found[1]) == 0:
            return "nonce zero"
        return f"nonce n{ahead:+d}" if ahead else "nonce n"

    return re.sub(r"nonce (\d+)", named, text)
