"""How each operation of the identity vectors is played against `prometheus.identity`.

An operation takes the ``input`` of a vector and returns what is compared with its ``output``, or raises the error whose
text is compared with its ``error``. Where the reference drew random bytes it takes the ``output`` as well (None when
an error is expected): our own random box has to open, and then the work is redone with the nonce of the output.
"""

from __future__ import annotations

from typing import Any

from prometheus_simulators.plain import plain

from iop_player.operations import Input, Operations
from prometheus.identity import bip32, bip39, hydra_keys, morpheus_keys, secp256k1
from prometheus.identity.did import DID_PREFIX, Did
from prometheus.identity.hydra_keys import account_key, spending_key, watching_key
from prometheus.identity.multicipher import (
    ED25519,
    KEY_ID_PREFIX,
    PUBLIC_KEY_PREFIX,
    SECP256K1,
    SIGNATURE_PREFIX,
    KeyId,
    PublicKey,
    SecretKey,
    Signature,
)
from prometheus.identity.networks import NETWORKS, network_named
from prometheus_memory import holding

OPS = Operations()


# --- bip39 ---------------------------------------------------------------------------------------------------------


@OPS.plays("bip39", "phrase_to_seed")
def phrase_to_seed(given: Input) -> Any:
    seed = bip39.phrase_to_seed(given["phrase"], given["password"], given["lang"])
    return {"seed_hex": plain(seed).hex(), "phrase_as_stored": bip39.normal_phrase(given["phrase"])}


@OPS.plays("bip39", "short_phrase_to_seed")
def short_phrase_to_seed(given: Input) -> Any:
    seed = bip39.short_phrase_to_seed(given["phrase"], given["password"], given["lang"])
    return {"seed_hex": plain(seed).hex(), "phrase_as_stored": bip39.normal_phrase(given["phrase"])}


@OPS.plays("bip39", "validate_phrase")
def validate_phrase(given: Input) -> Any:
    bip39.validate_phrase(given["phrase"], given["lang"])


@OPS.plays("bip39", "entropy_to_phrase")
def entropy_to_phrase(given: Input) -> Any:
    return {"phrase": bip39.entropy_to_phrase(bytes.fromhex(given["entropy_hex"]), given["lang"])}


@OPS.plays("bip39", "short_entropy_to_phrase")
def short_entropy_to_phrase(given: Input) -> Any:
    return {"phrase": bip39.short_entropy_to_phrase(bytes.fromhex(given["entropy_hex"]), given["lang"])}


@OPS.plays("bip39", "list_words")
def list_words(given: Input) -> Any:
    return {"words": bip39.words_with_prefix(given["prefix"], given["lang"])}


@OPS.plays("bip39", "seed_from_bytes")
def seed_from_bytes(given: Input) -> Any:
    return {"seed_hex": bip39.seed_from_bytes(bytes.fromhex(given["seed_hex"])).hex()}


# --- morpheus_keys -------------------------------------------------------------------------------------------------


def _seed(given: Input) -> bytes:
    return plain(bip39.phrase_to_seed(given["phrase"], given["password"]))


@OPS.plays("morpheus_keys", "morpheus_root_path")
def morpheus_root_path(given: Input) -> Any:
    return {"path": morpheus_keys.root_path(), "seed_hex": _seed(given).hex()}


@OPS.plays("morpheus_keys", "morpheus_kind")
def morpheus_kind(given: Input) -> Any:
    _seed(given)
    kind = morpheus_keys.kind_named(given["kind"])
    return {"path": morpheus_keys.kind_path(given["kind"]), "kind": kind.name.capitalize()}


@OPS.plays("morpheus_keys", "morpheus_key")
def morpheus_key(given: Input) -> Any:
    extended = morpheus_keys.derive_extended(_seed(given), given["kind"], given["idx"])
    public = morpheus_keys.derive_secret(_seed(given), given["kind"], given["idx"]).public_key()
    return {
        "path": morpheus_keys.key_path(given["kind"], given["idx"]),
        "kind": morpheus_keys.kind_named(given["kind"]).name.capitalize(),
        "idx": given["idx"],
        "private_seed_hex": plain(extended.secret).hex(),
        "chain_code_hex": plain(extended.chain_code).hex(),
        "public_key_hex": public.raw.hex(),
        "public_key": public.text,
        "key_id": public.key_id().text,
        "did": Did(public.key_id()).text,
    }


# --- hydra_keys ----------------------------------------------------------------------------------------------------


@OPS.plays("hydra_keys", "all_network_names")
def all_network_names(given: Input) -> Any:
    return [network.name for network in NETWORKS]


@OPS.plays("hydra_keys", "bip32_master")
def bip32_master(given: Input) -> Any:
    network = network_named(given["network"])
    root = bip32.master(_seed(given))
    return {
        "path": "m",
        "network": network.name,
        "xprv": root.text(network),
        "xpub": root.public().text(network),
    }


@OPS.plays("hydra_keys", "bip44_key")
def bip44_key(given: Input) -> Any:
    network, change, index = network_named(given["network"]), given["change"], given["idx"]
    account = account_key(_seed(given), network, given["account"])
    secret = spending_key(account, index, change=change).secret_key()
    public = secret.public_key()
    xpub = account.public().text(network)
    watched = watching_key(bip32.ExtendedPublicKey.parse(xpub, network), index, change=change)
    return {
        "slip44": network.slip44,
        "account_path": hydra_keys.account_path(network, given["account"]),
        "account_xprv": account.text(network),
        "account_xpub": xpub,
        "path": hydra_keys.key_path(network, given["account"], index, change=change),
        "wif": network.wif(secret),
        "public_key_hex": public.raw.hex(),
        "address": network.address(public),
        "network_key_id_multicipher": network.address_key_id(public).text,
        "btc_key_id_multicipher": network_named("BTC mainnet").address_key_id(public).text,
        "ark_key_id_multicipher": network_named("ARK mainnet").address_key_id(public).text,
        "multicipher_public_key": public.text,
        "via_xpub_address": network.address(watched.public_key()),
    }


@OPS.plays("hydra_keys", "ark_passphrase")
def ark_passphrase(given: Input) -> Any:
    secret = hydra_keys.passphrase_key(given["passphrase"])
    public = secret.public_key()
    hydra = [network for network in NETWORKS if network.name.startswith("HYD")]
    return {
        "public_key_hex": public.raw.hex(),
        "private_key_hex": secret.raw.hex(),
        "addresses": {network.name: network.address(public) for network in hydra},
        "wif": {network.name: network.wif(secret) for network in hydra},
        "multicipher_public_key": public.text,
        "multicipher_key_id": public.key_id().text,
    }


@OPS.plays("hydra_keys", "parse_address")
def parse_address(given: Input) -> Any:
    return {"multicipher_key_id": network_named(given["network"]).parse_address(given["address"]).text}


@OPS.plays("hydra_keys", "parse_wif")
def parse_wif(given: Input) -> Any:
    secret = network_named(given["network"]).parse_wif(given["wif"])
    return {"public_key_hex": secret.public_key().raw.hex()}


@OPS.plays("hydra_keys", "bip44_network")
def bip44_network(given: Input) -> Any:
    network_named(given["network"])


@OPS.plays("hydra_keys", "bip44_account")
def bip44_account(given: Input) -> Any:
    account = account_key(bytes(64), network_named(given["network"]), given["account"])
    spending_key(account, given["idx"])


@OPS.plays("hydra_keys", "from_xprv")
def from_xprv(given: Input) -> Any:
    network = network_named(given["network"])
    return {"xprv": bip32.ExtendedSecretKey.parse(given["xprv"], network).text(network)}


@OPS.plays("hydra_keys", "from_xpub")
def from_xpub(given: Input) -> Any:
    network = network_named(given["network"])
    return {"xpub": bip32.ExtendedPublicKey.parse(given["xpub"], network).text(network)}


@OPS.plays("hydra_keys", "parse_secp_public_key")
def parse_secp_public_key(given: Input) -> Any:
    return {"public_key_hex": secp256k1.public_key_from_hex(given["hex"]).hex()}


# --- multicipher, did ----------------------------------------------------------------------------------------------


@OPS.plays("multicipher", "prefixes")
def prefixes(given: Input) -> Any:
    return {
        "key_id": KEY_ID_PREFIX,
        "public_key": PUBLIC_KEY_PREFIX,
        "signature": SIGNATURE_PREFIX,
        "did": DID_PREFIX,
    }


@OPS.plays("multicipher", "parse_public_key")
def parse_public_key(given: Input) -> Any:
    key = PublicKey.parse(given["text"])
    return {"canonical": key.text, "key_id": key.key_id().text}


@OPS.plays("multicipher", "parse_key_id")
def parse_key_id(given: Input) -> Any:
    return KeyId.parse(given["text"]).text


@OPS.plays("multicipher", "parse_signature")
def parse_signature(given: Input) -> Any:
    return Signature.parse(given["text"]).text


@OPS.plays("multicipher", "validate_key_id")
def validate_key_id(given: Input) -> Any:
    return PublicKey.parse(given["public_key"]).matches(KeyId.parse(given["key_id"]))


@OPS.plays("did", "did_from_key_id")
def did_from_key_id(given: Input) -> Any:
    return Did(KeyId.parse(given["key_id"])).text


@OPS.plays("did", "parse_did")
def parse_did(given: Input) -> Any:
    did = Did.parse(given["did"])
    return {"did": did.text, "default_key_id": did.key_id.text}


# --- signatures ----------------------------------------------------------------------------------------------------


@OPS.plays("signatures", "sign")
def sign(given: Input) -> Any:
    suite = {"ed25519": ED25519, "secp256k1": SECP256K1}[given["suite"]]
    secret = SecretKey(suite, bytes.fromhex(given["private_key_hex"]))
    message = bytes.fromhex(given["message_hex"])
    assert message == given["message_utf8"].encode()
    signature, public = secret.sign(message), secret.public_key()
    return {
        "public_key": public.text,
        "signature": signature.text,
        "valid": public.verify(message, Signature.parse(signature.text)),
    }


@OPS.plays("signatures", "secp_sign_der")
def secp_sign_der(given: Input) -> Any:
    secret, message = bytes.fromhex(given["private_key_hex"]), bytes.fromhex(given["message_hex"])
    return {
        "der_hex": secp256k1.sign_der(holding(secret), message).hex(),
        "multicipher": SecretKey(SECP256K1, secret).sign(message).text,
    }


@OPS.plays("signatures", "verify")
def verify(given: Input) -> Any:
    signature = Signature.parse(given["signature"])
    return PublicKey.parse(given["public_key"]).verify(bytes.fromhex(given["message_hex"]), signature)
