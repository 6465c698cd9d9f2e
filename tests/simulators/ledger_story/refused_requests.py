"""Requests that a node does not take, and questions whose answer is that there is no such thing; asked plainly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus_simulators.ledger_http import Request
from prometheus_simulators.made_transactions import address, public_key

from ledger_story.outcomes import ANY, REFUSED_REQUEST, TOLD, Outcome, Step, unfit
from ledger_story.stage import NETWORK
from prometheus_morpheus.transactions import making

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger_story.stage import Posted, Stage

TRANSACTIONS = "/api/transactions"
CHECK = "/morpheus/v1/check-transaction-validity"
DID = "/morpheus/v1/did"
_NOBODY = "ab" * 32
_INTERNAL = unfit(500, "An internal server error occurred")
_NO_JSON = unfit(422, "Invalid request payload JSON format")
_JSON = "application/json"


class Plain(NamedTuple):
    """A request as it goes over the wire; names in braces stand for people's addresses and DIDs."""

    method: str
    path: str
    content_type: str = ""
    body: bytes = b""
    posted: Callable[[Stage], list[Posted]] | None = None


def _get(name: str, path: str, expected: Outcome, *recorded: int) -> Step:
    return Step(name, expected, Plain("GET", path), recorded)


def _post(name: str, path: str, body: str, expected: Outcome, *recorded: int, kind: str = _JSON) -> Step:
    return Step(name, expected, Plain("POST", path, kind, body.encode()), recorded)


def _missing(text: str) -> Outcome:
    return unfit(404, text)


def _unprocessed(name: str) -> Outcome:
    return _missing(f"Transaction {name} is not processed by morpheus (yet)")


def _told(value: Any) -> Outcome:
    return Outcome(TOLD, "200", json.dumps(value))


def _pay(stage: Stage, **changes: Any) -> Posted:
    sent = making.transfer(NETWORK, public_key("bob"), 1, address("alice"), stage.number())
    return {name: value for name, value in (stage.posted("bob", sent) | changes).items() if value is not None}


def _one(**changes: Any) -> Callable[[Stage], list[Posted]]:
    return lambda stage: [_pay(stage, **changes)]


def _unfit(name: str, made: Callable[[Stage], list[Posted]], *recorded: int, text: str = ANY) -> Step:
    return Step(name, unfit(422, text), Plain("POST", TRANSACTIONS, _JSON, posted=made), recorded)


def _morpheus(asset: Any) -> Callable[[Stage], list[Posted]]:
    def make(stage: Stage) -> list[Posted]:
        sent = making.morpheus(NETWORK, public_key("bob"), 1, [])
        return [stage.posted("bob", sent) | {"asset": asset, "id": f"{stage.number():064x}"}]

    return make


def _payments(stage: Stage) -> list[Posted]:
    sent = making.multi_transfer(NETWORK, public_key("bob"), 1, [(address("alice"), 1), (address("carol"), 1)])
    one = {"amount": "1", "recipientId": address("alice")}
    return [stage.posted("bob", sent) | {"asset": {"payments": [one] * 257}, "id": f"{stage.number():064x}"}]


def _delegate(username: str) -> Callable[[Stage], list[Posted]]:
    def make(stage: Stage) -> list[Posted]:
        sent = making.register_delegate(NETWORK, public_key("bob"), 1, "good")
        asset = {"delegate": {"username": username}}
        return [stage.posted("bob", sent) | {"asset": asset, "id": f"{stage.number():064x}"}]

    return make


QUESTIONS = (
    _get("a block that is not there", "/api/blocks/99999999", _missing("Block not found"), 13),
    _get("a wallet that nobody paid", "/api/wallets/{erin}", _missing("Wallet not found"), 21, 35),
    _get("a wallet that is none", "/api/wallets/not-an-address", unfit(422), 22),
    _get("a transaction that is not there", f"/api/transactions/{_NOBODY}", _missing("Transaction not found"), 24, 34),
    _get(
        "a transaction id that is none",
        "/api/transactions/nothex",
        unfit(422, 'child "id" fails because ["id" must only contain hexadecimal characters]'),
        25,
    ),
    _get(
        "nothing like that waits",
        f"/api/transactions/unconfirmed/{_NOBODY}",
        _missing("Transaction not found"),
        27,
    ),
    _get("no such path", "/api/nope", _missing("Not Found"), 28),
    _get("no such path on layer 2", "/morpheus/v1/nope", _missing("Not Found"), 29),
    _get("layer 2 does not know a transaction", f"/morpheus/v1/txn-status/{_NOBODY}", _unprocessed("ID"), 174, 221),
    _get(
        "layer 2 is asked for a transaction id that is none",
        "/morpheus/v1/txn-status/nothex",
        _unprocessed("nothex"),
        175,
    ),
    _get(
        "a DID that never changed has no last transaction",
        DID + "/{did:ghost}/transactions/last",
        _missing("DID <DID ghost> has no transactions yet"),
        65,
    ),
    _get(
        "a DID that is none never changed",
        f"{DID}/nope/transactions/last",
        _missing("DID nope has no transactions yet"),
        173,
    ),
    _get("transactions from no height", DID + "/{did:ana}/transactions/abc", _INTERNAL, 158),
    _get("attempts from no height", DID + "/{did:ana}/transaction-attempts/abc", _INTERNAL, 161),
    _get("operations from no height", DID + "/{did:ana}/operations/abc", _INTERNAL, 164),
    _get("operation attempts from no height", DID + "/{did:ana}/operation-attempts/abc", _INTERNAL, 167),
    _get("a DID with a wrong checksum", f"{DID}/did:morpheus:ezFoo1111111111111111111/document", _INTERNAL, 168),
    _get("a DID that is none", f"{DID}/did:morpheus:zzz/document", _INTERNAL, 169),
    _get("a DID of another method", f"{DID}/did:web:example.com/document", _INTERNAL, 170),
    _get(
        "a before proof at no height", "/morpheus/v1/before-proof/nobody-registered-this/exists/abc", _told(value=False)
    ),
    _get(
        "content that nobody registered",
        "/morpheus/v1/before-proof/nobody-registered-this/exists",
        _told(value=False),
    ),
)

BODIES = (
    _post("transactions that are no JSON", TRANSACTIONS, "{not json", _NO_JSON, 207),
    _post("no body", TRANSACTIONS, "", unfit(422, "should be object"), 208),
    _post(
        "no member transactions", TRANSACTIONS, "{}", unfit(422, "should have required property 'transactions'"), 209
    ),
    _post(
        "no transaction at all",
        TRANSACTIONS,
        '{"transactions":[]}',
        unfit(422, "should NOT have fewer than 1 items"),
        210,
    ),
    _post("a transaction that is a text", TRANSACTIONS, '{"transactions":["x"]}', unfit(422), 211),
    _post("JSON that is called text", TRANSACTIONS, "{}", unfit(422, "should be object"), 212, kind="text/plain"),
    _post("a check of no attempts", CHECK, "[]", _told([])),
    _post("a check of what is no JSON", CHECK, "{not json", _NO_JSON, 177),
    _post("a check of an object", CHECK, '{"a":1}', _INTERNAL, 178),
    _post("a check of an unknown operation", CHECK, '[{"operation":"fly"}]', _INTERNAL, 179),
    _post("a check of JSON that is called text", CHECK, "[]", _INTERNAL, 180, kind="text/plain"),
    _post("a check of an attempt without its content", CHECK, '[{"operation":"registerBeforeProof"}]', _INTERNAL, 181),
    _post("a check of null", CHECK, "null", _INTERNAL, 182),
)

TRANSACTIONS_UNFIT = (
    _unfit("a transaction without id", _one(id=None), 185),
    _unfit("a transaction without signature", _one(signature=None)),
    _unfit("no fee", _one(fee="0"), 189),
    _unfit("no amount", _one(amount="0")),
    _unfit("an amount beyond 64 bits", _one(amount=str(2**64))),
    _unfit("an amount that is no number", _one(amount="ten")),
    _unfit("an amount below zero", _one(amount="-1")),
    _unfit("the byte of another network", _one(network=90), 193),
    _unfit("a recipient that is none", _one(recipientId="nope"), 194),
    _unfit("no nonce", _one(nonce=None), 195),
    _unfit("version 1", _one(version=1), 196),
    _unfit("an unknown type", _one(type=99), 198),
    _unfit("a note of 256 characters", _one(vendorField="x" * 256), 200),
    _unfit("a sender that is no key", _one(senderPublicKey="zz" * 33)),
    _unfit(
        "41 transactions",
        lambda stage: [_pay(stage) for _ in range(41)],
        206,
        text="should NOT have more than 40 items",
    ),
    _unfit("one unfit transaction among good ones", lambda stage: [_pay(stage), _pay(stage, fee="0")]),
    _unfit("an unknown operation of layer 2", _morpheus({"operationAttempts": [{"operation": "fly"}]}), 215),
    _unfit("no attempts of layer 2", _morpheus({}), 216),
    _unfit("257 payments", _payments),
    _unfit("a delegate's name with capitals", _delegate("Zed")),
    _unfit("a delegate's name of 21 letters", _delegate("z" * 21)),
    _unfit("a delegate without a name", _delegate("")),
)

STEPS = (*QUESTIONS, *BODIES, *TRANSACTIONS_UNFIT)


async def play(stage: Stage) -> dict[str, Outcome]:
    """Send each request and return what came."""
    return {step.name: await _play(stage, step.act) for step in STEPS}


async def _play(stage: Stage, plain: Plain) -> Outcome:
    path = plain.path
    for name in ("erin",):
        path = path.replace(f"{{{name}}}", address(name))
    for name in ("ana", "ghost"):
        path = path.replace(f"{{did:{name}}}", stage.did(name))
    body = plain.body
    if plain.posted is not None:
        body = json.dumps({"transactions": plain.posted(stage)}).encode()
    headers = {"Content-Type": plain.content_type} if plain.content_type else {}
    answer = await stage.ask(Request(plain.method, path, headers, body))
    if answer.status == 200:
        return Outcome(TOLD, "200", stage.masked(json.dumps(answer.body)))
    whole = {"statusCode": answer.status, "error": answer.body.get("error"), "message": answer.body.get("message")}
    if answer.body != whole or not whole["error"]:
        return Outcome(REFUSED_REQUEST, str(answer.status), f"another form: {answer.body}")
    return Outcome(REFUSED_REQUEST, str(answer.status), stage.masked(answer.body["message"]))
