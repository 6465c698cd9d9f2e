"""Operations of the room of transactions: what the reference builds, signs and serialises for the ledger.

The reference builds some transactions that our own making refuses, because nodes do. Those are put together here by
hand: a fee of 0, a vendor field where none belongs or of more bytes than its size can say, a name of a delegate or a
content id that nodes cannot read. What the packages of the ledger itself said of each transaction (``ark``) is compared
as a whole; of a refusal only that it is one.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus_simulators.plain import plain

from iop_player.operations import Operations
from prometheus.claims.jsontext import compact
from prometheus.errors import NotUnderstood, PrometheusError
from prometheus.identity import bip39, hydra_keys, morpheus_keys, secp256k1
from prometheus.identity.networks import network_named
from prometheus_morpheus.transactions import fees, making, operations, serialized
from prometheus_morpheus.transactions.kinds import MORPHEUS
from prometheus_morpheus.transactions.layout import HEAD
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.signing import has_valid_signature, with_signature
from prometheus_morpheus.transactions.transaction import Transaction, parse_transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus.identity.multicipher import SecretKey

Input = dict[str, Any]

OPS = Operations()


class Refused(NamedTuple):
    """Stands for the ledger's refusal of a transaction, in whatever words."""

    what: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and list(other) == ["rejected"]

    def __hash__(self) -> int:
        return hash(self.what)


class PhraseSigner:
    """Signs as a person's vault would, with the keys it was given."""

    def __init__(self, *secrets: SecretKey) -> None:
        self._secrets = {secret.public_key().text: secret for secret in secrets}

    def sign(self, public_key: str, message: bytes) -> str:
        return self._secrets[public_key].sign(message).text


def der_signer(passphrase: str) -> Callable[[bytes], bytes]:
    """Return what signs transactions with an ARK passphrase key."""
    secret = hydra_keys.passphrase_key(passphrase)
    return lambda message: secp256k1.sign_der(secret.locked, message)


@cache
def _did_key(phrase: str, kind: str, index: int) -> SecretKey:
    return morpheus_keys.derive_secret(plain(bip39.phrase_to_seed(phrase, "")), kind, index)


def _byte(given: Input) -> int:
    return network_named(given["network"]).address_byte


def _sender(passphrase: str) -> bytes:
    return hydra_keys.passphrase_key(passphrase).public_key().raw


# --- what the reference builds and the ledger makes of it ----------------------------------------------------------


def _bytes_of_reference(made: Transaction) -> bytes:
    """Return the bytes to sign; where the vendor field is too long for its size, the size wraps as in the reference."""
    vendor = made.vendor_field or ""
    if len(vendor) <= 255:
        return serialized.bytes_to_sign(made)
    fitting = vendor[: len(vendor) % 256]
    whole = serialized.bytes_to_sign(made._replace(vendor_field=fitting))
    end = HEAD.size + len(fitting)
    return whole[:end] + vendor[len(fitting) :].encode() + whole[end:]


def _signed_json(made: Transaction, passphrase: str) -> dict[str, Json]:
    message = _bytes_of_reference(made)
    if message == _or_none(serialized.bytes_to_sign, made):
        return transaction_json(with_signature(made, der_signer(passphrase)))
    signature = der_signer(passphrase)(message)
    return transaction_json(made) | {"id": sha256(message + signature).hexdigest(), "signature": signature.hex()}


def _or_none(function: Callable[[Transaction], bytes], made: Transaction) -> bytes | None:
    try:
        return function(made)
    except PrometheusError:
        return None


def _as_ledger_sees(signed: dict[str, Json]) -> Any:
    try:
        transaction = parse_transaction(signed)
    except PrometheusError as refused:
        return Refused(refused.what)
    whole = serialized.whole_bytes(transaction)
    return {
        "verified": has_valid_signature(transaction),
        "id": serialized.transaction_id(transaction),
        "serialized_hex": whole.hex(),
        "roundtrip_verified": has_valid_signature(serialized.parse_bytes(whole)),
    }


def _built(made: Transaction, given: Input, passphrase: str) -> dict[str, Any]:
    """Return what the reference returns for a transaction, with the fee and vendor field that were asked for."""
    if given.get("manual_fee") is not None:
        made = made._replace(fee=int(given["manual_fee"]))
    made = made._replace(vendor_field=given.get("vendor_field"))
    signed = _signed_json(made, passphrase)
    return {"unsigned": transaction_json(made), "signed": signed, "ark": _as_ledger_sees(signed)}


# --- hydra_tx ------------------------------------------------------------------------------------------------------


def _start(given: Input) -> tuple[int, bytes, int]:
    sender = bytes.fromhex(given["sender_public_key"])
    assert sender == _sender(given["passphrase"])
    return _byte(given), sender, int(given["nonce"])


@OPS.plays("hydra_tx", "transfer")
def transfer(given: Input) -> Any:
    made = making.transfer(*_start(given), given["recipient"], int(given["amount"]))
    return _built(made, given, given["passphrase"])


@OPS.plays("hydra_tx", "transfer_wrong_network_recipient")
def transfer_wrong_network_recipient(given: Input) -> Any:
    other = "HYD mainnet" if given["network"] != "HYD mainnet" else "HYD devnet"
    sender = hydra_keys.passphrase_key(given["passphrase"]).public_key()
    making.transfer(_byte(given), sender.raw, 1, network_named(other).address(sender), 1)


@OPS.plays("hydra_tx", "vote")
def vote(given: Input) -> Any:
    return _built(making.vote(*_start(given), bytes.fromhex(given["delegate"])), given, given["passphrase"])


@OPS.plays("hydra_tx", "unvote")
def unvote(given: Input) -> Any:
    return _built(making.unvote(*_start(given), bytes.fromhex(given["delegate"])), given, given["passphrase"])


@OPS.plays("hydra_tx", "registerDelegate")
def register_delegate(given: Input) -> Any:
    made = making.register_delegate(*_start(given), "anybody")
    made = made._replace(asset={"delegate": {"username": given["delegate_name"]}})
    return _built(made, given, given["passphrase"])


@OPS.plays("hydra_tx", "sign_transaction")
def sign_transaction(given: Input) -> Any:
    """Sign a transaction of someone else; the reference echoes a version that was left out and an asset without use."""
    signed = transaction_json(with_signature(parse_transaction(given["tx"]), der_signer(given["passphrase"])))
    if "version" not in given["tx"]:
        del signed["version"]
    return {"asset": given["tx"]["asset"]} | signed if "asset" in given["tx"] else signed


@OPS.plays("hydra_tx", "ark_builder_transfer")
def ark_builder_transfer(given: Input, output: Any) -> Any:
    """Check a transaction of the ledger's own package, whose Schnorr signature is not made here."""
    transaction = parse_transaction(output["signed"])
    sender, amount, fee = _sender(given["passphrase"]), int(given["amount"]), int(given["fee"])
    made = making.transfer(_byte(given), sender, int(given["nonce"]), given["recipient"], amount, fee=fee)
    assert made._replace(signature=transaction.signature) == transaction
    whole = serialized.whole_bytes(transaction)
    assert serialized.parse_bytes(whole) == transaction
    return {
        "signed": output["signed"],
        "serialized_hex": whole.hex(),
        "id": serialized.transaction_id(transaction),
        "verified": has_valid_signature(transaction),
    }


# --- morpheus_tx ---------------------------------------------------------------------------------------------------


def _morpheus(given: Input, attempts: list[Json]) -> dict[str, Any]:
    asset = operations.morpheus_asset(attempts)
    sender = _sender(given["hydra_passphrase"])
    nonce = int(given["hydra_nonce"])
    made = Transaction(_byte(given), MORPHEUS.group, MORPHEUS.type, nonce, sender, fee=0, amount=0, asset=asset)
    made = made._replace(fee=fees.default_fee(made))
    if compact(asset).isascii():
        assert made == making.morpheus(_byte(given), sender, nonce, attempts)
    built = _built(made, given, given["hydra_passphrase"])
    return {"asset": asset, "asset_json": compact(asset)} | built


def _group(signables: list[operations.Signable], secret: SecretKey) -> dict[str, Json]:
    group = operations.signed_operations(signables, secret.public_key().text, PhraseSigner(secret))
    assert operations.attempt_is_signed(group)
    return group


def _without_name(group: dict[str, Json]) -> dict[str, Json]:
    return {name: member for name, member in group.items() if name != "operation"}


@OPS.plays("morpheus_tx", "signed_operation_tx")
def signed_operation_tx(given: Input) -> Any:
    signer = given["signer"]
    written = {"did": given["did"], "lastTxId": given["last_tx_id"], **given["op"]}
    signable = operations.parse_signable(written)
    group = _group([signable], _did_key(given["vault_phrase"], signer["kind"], signer["idx"]))
    answer = _morpheus(given, [group])
    return answer | {
        "signable": signable.as_json(),
        "signable_bytes_hex": operations.operations_message([signable.as_json()]).hex(),
        "signed_operation": _without_name(group),
        "ts_minimum_fee": str(fees.morpheus_minimum(answer["asset"])),
    }


@OPS.plays("morpheus_tx", "before_proof_tx")
def before_proof_tx(given: Input) -> Any:
    return _morpheus(given, [operations.before_proof(given["content_id"])])


@OPS.plays("morpheus_tx", "empty_asset_tx")
def empty_asset_tx(given: Input) -> Any:
    return _morpheus(given, [])


@OPS.plays("morpheus_tx", "combined_tx")
def combined_tx(given: Input) -> Any:
    first, second = given["did0"], given["did1"]
    auth = given["auth"]
    changes: list[operations.Signable] = [
        operations.AddKey(first, None, auth, 4251),
        operations.AddRight(first, None, auth, "update"),
        operations.AddRight(first, None, auth, "impersonate"),
    ]
    ends: list[operations.Signable] = [operations.TombstoneDid(second, given["last_tx_id"])]
    phrase = given["vault_phrase"]
    attempts: list[Json] = [
        operations.before_proof(given["content_id"]),
        _group(changes, _did_key(phrase, "persona", 0)),
        _group(ends, _did_key(phrase, "group", 1)),
    ]
    signables: list[list[Json]] = [[one.as_json() for one in group] for group in (changes, ends)]
    messages = [operations.operations_message(group).hex() for group in signables]
    return _morpheus(given, attempts) | {"signables": signables, "signable_bytes_hex": messages}


@OPS.plays("morpheus_tx", "secp_signed_operation")
def secp_signed_operation(given: Input, output: Any) -> Any:
    signables = [operations.parse_signable(one) for one in output["signed_operation"]["signables"]]
    assert [signable.did for signable in signables] == [given["did"]]
    group = _group(signables, hydra_keys.passphrase_key(given["hydra_passphrase"]))
    message = operations.operations_message([signable.as_json() for signable in signables])
    return {"signable_bytes_hex": message.hex(), "signed_operation": _without_name(group)}


@OPS.plays("morpheus_tx", "operation_builder")
def operation_builder(given: Input) -> Any:
    return operations.parse_signable(
        {"did": given["did"], "lastTxId": given["last_tx_id"], "operation": "tombstoneDid"}
    ).as_json()


@OPS.plays("morpheus_tx", "parse_signable")
def parse_signable(given: Input) -> Any:
    return operations.parse_signable(given["json"]).as_json()


@OPS.plays("morpheus_tx", "verify_signed_operation")
def verify_signed_operation(given: Input) -> Any:
    if not operations.attempt_is_signed({"operation": operations.SIGNED, **given["signed_operation"]}):
        raise NotUnderstood("Invalid signature")
    return 1
