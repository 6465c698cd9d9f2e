"""How each operation of the encryption and vault vectors is played against `prometheus.identity`.

Same rules as `identity_ops`: an operation takes the ``input``, and the ``output`` too where the reference drew random
bytes.
"""

from __future__ import annotations

import json
from typing import Any

from iop_player.operations import Input, Operations
from prometheus.identity.did import Did
from prometheus.identity.iop_vault import IopVault
from prometheus.identity.multibase import decode, encode_b64u
from prometheus.identity.multicipher import PublicKey
from prometheus.identity.password_box import NONCE_SIZE, decrypt, encrypt

OPS = Operations()
KIND_NAMES = ("persona", "device", "group", "resource")


# --- encryption ----------------------------------------------------------------------------------------------------


def _sealed_again(password: str, box: bytes, other_box: bytes) -> bytes:
    """Return what is in a box of ours, sealed with the nonce of the other box."""
    return encrypt(password, decrypt(password, box), other_box[:NONCE_SIZE])


@OPS.plays("encryption", "encrypt")
def play_encrypt(given: Input, output: Input | None) -> Any:
    # The reference's vectors were made by going there and back, so what cannot be read back is an error of this one.
    ours = encrypt(given["password"], bytes.fromhex(given["plaintext_hex"]))
    nonce = bytes.fromhex(output["nonce_hex"]) if output else bytes(NONCE_SIZE)
    box = _sealed_again(given["password"], ours, nonce)
    return {"nonce_hex": nonce.hex(), "ciphertext_hex": box.hex(), "multibase": encode_b64u(box)}


@OPS.plays("encryption", "decrypt")
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


@OPS.plays("vault", "create_empty")
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


@OPS.plays("vault", "create_full")
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


@OPS.plays("vault", "load")
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


@OPS.plays("vault", "morpheus_init_twice")
def morpheus_init_twice(given: Input) -> Any:
    vault = _create(given)
    vault.add_morpheus(given["unlock_password"])
    vault.add_morpheus(given["unlock_password"])


@OPS.plays("vault", "morpheus_get_missing")
def morpheus_get_missing(given: Input) -> Any:
    _create(given).morpheus()


@OPS.plays("vault", "hydra_init_twice")
def hydra_init_twice(given: Input) -> Any:
    vault = _create(given)
    vault.add_hydra(given["unlock_password"], "HYD testnet", 0)
    vault.add_hydra(given["unlock_password"], "HYD testnet", 0)


@OPS.plays("vault", "hydra_get_missing")
def hydra_get_missing(given: Input) -> Any:
    _create(given).hydra("HYD testnet", 0)


@OPS.plays("vault", "hydra_bad_network")
def hydra_bad_network(given: Input) -> Any:
    _create(given).add_hydra(given["unlock_password"], "HYD moonnet", 0)


@OPS.plays("vault", "hydra_init_negative_account")
def hydra_init_negative_account(given: Input) -> Any:
    _create(given).add_hydra(given["unlock_password"], "HYD testnet", -1)


def _with_personas(given: Input) -> IopVault:
    vault = _create(given)
    vault.add_morpheus(given["unlock_password"])
    return vault


@OPS.plays("vault", "pub_key_beyond_count")
def pub_key_beyond_count(given: Input) -> Any:
    _with_personas(given).morpheus().key("persona", 5)


@OPS.plays("vault", "priv_key_grows")
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


@OPS.plays("vault", "priv_negative")
def priv_negative(given: Input) -> Any:
    _with_personas(given).unlock_morpheus(given["unlock_password"]).key("persona", -1)


@OPS.plays("vault", "priv_wrong_password")
def priv_wrong_password(given: Input) -> Any:
    _with_personas(given).unlock_morpheus(given["unlock_password"] + "?")


@OPS.plays("vault", "key_by_unknown_pk")
def key_by_unknown_pk(given: Input) -> Any:
    unknown = PublicKey.parse("pez5ZTtL9GQRPhCfj3e75rDo9edwRdq4zzEAWU87Lt1QTNo")
    _with_personas(given).unlock_morpheus(given["unlock_password"]).key_by_public_key(unknown)


@OPS.plays("vault", "hydra_pub_key_grows")
def hydra_pub_key_grows(given: Input) -> Any:
    account = _create(given).add_hydra(given["unlock_password"], "HYD testnet", 0)
    return {"address": account.address(4), "receiveKeys": account.receive_keys}


@OPS.plays("vault", "hydra_key_by_unknown_address")
def hydra_key_by_unknown_address(given: Input) -> Any:
    account = _create(given).add_hydra(given["unlock_password"], "HYD testnet", 0)
    account.key_by_address("tjseecxRmob5qBS2T3qc8frXDKz3YUGB8J")


@OPS.plays("vault", "create_wrong_phrase")
def create_wrong_phrase(given: Input) -> Any:
    _create({**given, "phrase": " ".join(given["phrase"].split(" ")[:12])})


@OPS.plays("vault", "create_empty_unlock_password")
def create_empty_unlock_password(given: Input) -> Any:
    _create({**given, "unlock_password": ""})


@OPS.plays("vault", "create_bad_language")
def create_bad_language(given: Input) -> Any:
    _create({**given, "language": "xx"})


@OPS.plays("vault", "unlock_bad_seed_text")
@OPS.plays("vault", "unlock_short_seed_text")
def unlock_odd_seed_text(given: Input) -> Any:
    IopVault.load(json.dumps(given["vault"])).unlock("correct horse battery staple")
