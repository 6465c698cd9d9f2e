"""How each operation of the identity vectors is played against `prometheus.identity`.

An operation takes the ``input`` of a vector and returns what is compared with its ``output``, or raises the error whose
text is compared with its ``error``. Where the reference drew random bytes it takes the ``output`` as well (None when
an error is expected): our own random box has to open, and then the work is redone with the nonce of the output.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prometheus.identity import bip32, bip39, hydra_keys, morpheus_keys, secp256k1
from prometheus.identity.did import DID_PREFIX, Did
from prometheus.identity.hydra_keys import account_key, spending_key, watching_key
from prometheus.identity.iop_vault import IopVault
from prometheus.identity.multibase import decode, encode_b64u
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
from prometheus.identity.password_box import NONCE_SIZE, decrypt, encrypt

if TYPE_CHECKING:
    from collections.abc import Callable

Input = dict[str, Any]
OPS: dict[tuple[str, str], Callable[..., Any]] = {}
KIND_NAMES = ("persona", "device", "group", "resource")


def plays(category: str, operation: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter the decorated function under a category and an operation."""

    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        OPS[category, operation] = function
        return function

    return enter


# --- bip39 ---------------------------------------------------------------------------------------------------------


@plays("bip39", "phrase_to_seed")
def phrase_to_seed(given: Input) -> Any:
    seed = bip39.phrase_to_seed(given["phrase"], given["password"], given["lang"])
    return {"seed_hex": seed.hex(), "phrase_as_stored": bip39.normal_phrase(given["phrase"])}


@plays("bip39", "short_phrase_to_seed")
def short_phrase_to_seed(given: Input) -> Any:
    seed = bip39.short_phrase_to_seed(given["phrase"], given["password"], given["lang"])
    return {"seed_hex": seed.hex(), "phrase_as_stored": bip39.normal_phrase(given["phrase"])}


@plays("bip39", "validate_phrase")
def validate_phrase(given: Input) -> Any:
    bip39.validate_phrase(given["phrase"], given["lang"])


@plays("bip39", "entropy_to_phrase")
def entropy_to_phrase(given: Input) -> Any:
    return {"phrase": bip39.entropy_to_phrase(bytes.fromhex(given["entropy_hex"]), given["lang"])}


@plays("bip39", "short_entropy_to_phrase")
def short_entropy_to_phrase(given: Input) -> Any:
    return {"phrase": bip39.short_entropy_to_phrase(bytes.fromhex(given["entropy_hex"]), given["lang"])}


@plays("bip39", "list_words")
def list_words(given: Input) -> Any:
    return {"words": bip39.words_with_prefix(given["prefix"], given["lang"])}


@plays("bip39", "seed_from_bytes")
def seed_from_bytes(given: Input) -> Any:
    return {"seed_hex": bip39.seed_from_bytes(bytes.fromhex(given["seed_hex"])).hex()}


# --- morpheus_keys -------------------------------------------------------------------------------------------------


def _seed(given: Input) -> bytes:
    return bip39.phrase_to_seed(given["phrase"], given["password"])


@plays("morpheus_keys", "morpheus_root_path")
def morpheus_root_path(given: Input) -> Any:
    return {"path": morpheus_keys.root_path(), "seed_hex": _seed(given).hex()}


@plays("morpheus_keys", "morpheus_kind")
def morpheus_kind(given: Input) -> Any:
    _seed(given)
    kind = morpheus_keys.kind_named(given["kind"])
    return {"path": morpheus_keys.kind_path(given["kind"]), "kind": kind.name.capitalize()}


@plays("morpheus_keys", "morpheus_key")
def morpheus_key(given: Input) -> Any:
    extended = morpheus_keys.derive_extended(_seed(given), given["kind"], given["idx"])
    public = morpheus_keys.derive_secret(_seed(given), given["kind"], given["idx"]).public_key()
    return {
        "path": morpheus_keys.key_path(given["kind"], given["idx"]),
        "kind": morpheus_keys.kind_named(given["kind"]).name.capitalize(),
        "idx": given["idx"],
        "private_seed_hex": extended.secret.hex(),
        "chain_code_hex": extended.chain_code.hex(),
        "public_key_hex": public.raw.hex(),
        "public_key": public.text,
        "key_id": public.key_id().text,
        "did": Did(public.key_id()).text,
    }


# --- hydra_keys ----------------------------------------------------------------------------------------------------


@plays("hydra_keys", "all_network_names")
def all_network_names(given: Input) -> Any:
    return [network.name for network in NETWORKS]


@plays("hydra_keys", "bip32_master")
def bip32_master(given: Input) -> Any:
    network = network_named(given["network"])
    root = bip32.master(_seed(given))
    return {
        "path": "m",
        "network": network.name,
        "xprv": root.text(network),
        "xpub": root.public().text(network),
    }


@plays("hydra_keys", "bip44_key")
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


@plays("hydra_keys", "ark_passphrase")
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


@plays("hydra_keys", "parse_address")
def parse_address(given: Input) -> Any:
    return {"multicipher_key_id": network_named(given["network"]).parse_address(given["address"]).text}


@plays("hydra_keys", "parse_wif")
def parse_wif(given: Input) -> Any:
    secret = network_named(given["network"]).parse_wif(given["wif"])
    return {"public_key_hex": secret.public_key().raw.hex()}


@plays("hydra_keys", "bip44_network")
def bip44_network(given: Input) -> Any:
    network_named(given["network"])


@plays("hydra_keys", "bip44_account")
def bip44_account(given: Input) -> Any:
    account = account_key(bytes(64), network_named(given["network"]), given["account"])
    spending_key(account, given["idx"])


@plays("hydra_keys", "from_xprv")
def from_xprv(given: Input) -> Any:
    network = network_named(given["network"])
    return {"xprv": bip32.ExtendedSecretKey.parse(given["xprv"], network).text(network)}


@plays("hydra_keys", "from_xpub")
def from_xpub(given: Input) -> Any:
    network = network_named(given["network"])
    return {"xpub": bip32.ExtendedPublicKey.parse(given["xpub"], network).text(network)}


@plays("hydra_keys", "parse_secp_public_key")
def parse_secp_public_key(given: Input) -> Any:
    return {"public_key_hex": secp256k1.public_key_from_hex(given["hex"]).hex()}


# --- multicipher, did ----------------------------------------------------------------------------------------------


@plays("multicipher", "prefixes")
def prefixes(given: Input) -> Any:
    return {
        "key_id": KEY_ID_PREFIX,
        "public_key": PUBLIC_KEY_PREFIX,
        "signature": SIGNATURE_PREFIX,
        "did": DID_PREFIX,
    }


@plays("multicipher", "parse_public_key")
def parse_public_key(given: Input) -> Any:
    key = PublicKey.parse(given["text"])
    return {"canonical": key.text, "key_id": key.key_id().text}


@plays("multicipher", "parse_key_id")
def parse_key_id(given: Input) -> Any:
    return KeyId.parse(given["text"]).text


@plays("multicipher", "parse_signature")
def parse_signature(given: Input) -> Any:
    return Signature.parse(given["text"]).text


@plays("multicipher", "validate_key_id")
def validate_key_id(given: Input) -> Any:
    return PublicKey.parse(given["public_key"]).matches(KeyId.parse(given["key_id"]))


@plays("did", "did_from_key_id")
def did_from_key_id(given: Input) -> Any:
    return Did(KeyId.parse(given["key_id"])).text


@plays("did", "parse_did")
def parse_did(given: Input) -> Any:
    did = Did.parse(given["did"])
    return {"did": did.text, "default_key_id": did.key_id.text}


# --- signatures ----------------------------------------------------------------------------------------------------


@plays("signatures", "sign")
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


@plays("signatures", "secp_sign_der")
def secp_sign_der(given: Input) -> Any:
    secret, message = bytes.fromhex(given["private_key_hex"]), bytes.fromhex(given["message_hex"])
    return {
        "der_hex": secp256k1.sign_der(secret, message).hex(),
        "multicipher": SecretKey(SECP256K1, secret).sign(message).text,
    }


@plays("signatures", "verify")
def verify(given: Input) -> Any:
    signature = Signature.parse(given["signature"])
    return PublicKey.parse(given["public_key"]).verify(bytes.fromhex(given["message_hex"]), signature)


# --- encryption ----------------------------------------------------------------------------------------------------


def _sealed_again(password: str, box: bytes, other_box: bytes) -> bytes:
    """Return what is in a box of ours, sealed with the nonce of the other box."""
    return encrypt(password, decrypt(password, box), other_box[:NONCE_SIZE])


@plays("encryption", "encrypt")
def play_encrypt(given: Input, output: Input | None) -> Any:
    # The reference's vectors were made by going there and back, so what cannot be read back is an error of this one.
    ours = encrypt(given["password"], bytes.fromhex(given["plaintext_hex"]))
    nonce = bytes.fromhex(output["nonce_hex"]) if output else bytes(NONCE_SIZE)
    box = _sealed_again(given["password"], ours, nonce)
    return {"nonce_hex": nonce.hex(), "ciphertext_hex": box.hex(), "multibase": encode_b64u(box)}


@plays("encryption", "decrypt")
def play_decrypt(given: Input) -> Any:
    return {"plaintext_hex": decrypt(given["password"], bytes.fromhex(given["ciphertext_hex"])).hex()}


# --- vault ---------------------------------------------------------------------------------------------------------


def _saved(vault: IopVault, password: str, output: Input | None) -> Any:
    """Return the vault's JSON, with its seed sealed again under the nonce of the expected one."""
    document = json.loads(vault.save())
    expected = output["vault"]["encryptedSeed"] if output else document["encryptedSeed"]
    box = _sealed_again(password, decode(document["encryptedSeed"]), decode(expected))
    return {**document, "encryptedSeed": encode_b64u(box)}


def _create(given: Input) -> IopVault:
    language = given.get("language") or "en"
    return IopVault.create(given["phrase"], given["bip39_password"], given["unlock_password"], language)


@plays("vault", "create_empty")
def create_empty(given: Input, output: Input | None) -> Any:
    vault = _create(given)
    before = vault.is_dirty
    saved = _saved(vault, given["unlock_password"], output)
    return {
        "vault": saved,
        "dirty_after_create": before,
        "dirty_after_save": vault.is_dirty,
        "seed_hex": vault.unlock(given["unlock_password"]).hex(),
    }


ACTIONS = [
    "Morpheus.init",
    "personas.key(0..2)",
    "devices.key(0)",
    "groups.key(0..1)",
    "Hydra.init(HYD testnet,0)",
    "hydra.key(2)",
    "Hydra.init(HYD mainnet,1)",
]


@plays("vault", "create_full")
def create_full(given: Input, output: Input | None) -> Any:
    assert given["actions"] == ACTIONS
    password = given["unlock_password"]
    vault = _create(given)
    vault.add_morpheus(password)
    secrets = vault.unlock_morpheus(password)
    for kind, count in (("persona", 3), ("device", 1), ("group", 2)):
        for index in range(count):
            secrets.key(kind, index)
    vault.add_hydra(password, "HYD testnet", 0)
    address = vault.hydra("HYD testnet", 0).address(2)
    vault.add_hydra(password, "HYD mainnet", 1)
    morpheus = vault.morpheus()
    return {
        "vault": _saved(vault, password, output),
        "seed_hex": vault.unlock(password).hex(),
        "first_did": Did(morpheus.key("persona", 0).key_id()).text,
        "hydra_testnet_key2_address": address,
        "morpheus_counts": {f"{kind}s": morpheus.count(kind) for kind in KIND_NAMES},
    }


@plays("vault", "load")
def load(given: Input) -> Any:
    vault = IopVault.load(json.dumps(given["vault"]))
    dirty = vault.is_dirty
    if "unlock_password" not in given:
        return {"resaved": json.loads(vault.save())}
    seed = vault.unlock(given["unlock_password"])
    account = vault.hydra("HYD testnet", 0)
    return {
        "dirty": dirty,
        "seed_hex": seed.hex(),
        "persona1": vault.morpheus().key("persona", 1).text,
        "hydra_receive_keys": account.receive_keys,
        "hydra_change_keys": account.change_keys,
        "hydra_key0": account.address(0),
        "xpub": account.xpub,
        "resaved": json.loads(vault.save()),
    }


@plays("vault", "morpheus_init_twice")
def morpheus_init_twice(given: Input) -> Any:
    vault = _create(given)
    vault.add_morpheus(given["unlock_password"])
    vault.add_morpheus(given["unlock_password"])


@plays("vault", "morpheus_get_missing")
def morpheus_get_missing(given: Input) -> Any:
    _create(given).morpheus()


@plays("vault", "hydra_init_twice")
def hydra_init_twice(given: Input) -> Any:
    vault = _create(given)
    vault.add_hydra(given["unlock_password"], "HYD testnet", 0)
    vault.add_hydra(given["unlock_password"], "HYD testnet", 0)


@plays("vault", "hydra_get_missing")
def hydra_get_missing(given: Input) -> Any:
    _create(given).hydra("HYD testnet", 0)


@plays("vault", "hydra_bad_network")
def hydra_bad_network(given: Input) -> Any:
    _create(given).add_hydra(given["unlock_password"], "HYD moonnet", 0)


@plays("vault", "hydra_init_negative_account")
def hydra_init_negative_account(given: Input) -> Any:
    _create(given).add_hydra(given["unlock_password"], "HYD testnet", -1)


def _with_personas(given: Input) -> IopVault:
    vault = _create(given)
    vault.add_morpheus(given["unlock_password"])
    return vault


@plays("vault", "pub_key_beyond_count")
def pub_key_beyond_count(given: Input) -> Any:
    _with_personas(given).morpheus().key("persona", 5)


@plays("vault", "priv_key_grows")
def priv_key_grows(given: Input) -> Any:
    vault = _with_personas(given)
    vault.save()
    secrets = vault.unlock_morpheus(given["unlock_password"])
    secrets.key("persona", 3)
    return {
        "count": secrets.public.count("persona"),
        "pub_count": vault.morpheus().count("persona"),
        "dirty": vault.is_dirty,
    }


@plays("vault", "priv_negative")
def priv_negative(given: Input) -> Any:
    _with_personas(given).unlock_morpheus(given["unlock_password"]).key("persona", -1)


@plays("vault", "priv_wrong_password")
def priv_wrong_password(given: Input) -> Any:
    _with_personas(given).unlock_morpheus(given["unlock_password"] + "?")


@plays("vault", "key_by_unknown_pk")
def key_by_unknown_pk(given: Input) -> Any:
    unknown = PublicKey.parse("pez5ZTtL9GQRPhCfj3e75rDo9edwRdq4zzEAWU87Lt1QTNo")
    _with_personas(given).unlock_morpheus(given["unlock_password"]).key_by_public_key(unknown)


@plays("vault", "hydra_pub_key_grows")
def hydra_pub_key_grows(given: Input) -> Any:
    account = _create(given).add_hydra(given["unlock_password"], "HYD testnet", 0)
    return {"address": account.address(4), "receiveKeys": account.receive_keys}


@plays("vault", "hydra_key_by_unknown_address")
def hydra_key_by_unknown_address(given: Input) -> Any:
    account = _create(given).add_hydra(given["unlock_password"], "HYD testnet", 0)
    account.key_by_address("tjseecxRmob5qBS2T3qc8frXDKz3YUGB8J")


@plays("vault", "create_wrong_phrase")
def create_wrong_phrase(given: Input) -> Any:
    _create({**given, "phrase": " ".join(given["phrase"].split(" ")[:12])})


@plays("vault", "create_empty_unlock_password")
def create_empty_unlock_password(given: Input) -> Any:
    _create({**given, "unlock_password": ""})


@plays("vault", "create_bad_language")
def create_bad_language(given: Input) -> Any:
    _create({**given, "language": "xx"})


@plays("vault", "unlock_bad_seed_text")
@plays("vault", "unlock_short_seed_text")
def unlock_odd_seed_text(given: Input) -> Any:
    IopVault.load(json.dumps(given["vault"])).unlock("correct horse battery staple")
