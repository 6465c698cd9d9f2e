"""Wycheproof against the very functions that the house calls; counts and our answers to "acceptable" are fixed here."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from nacl import bindings
from nacl.exceptions import CryptoError

from prometheus.identity import ed25519, ed25519_bindings, ed25519_direct
from prometheus_memory import holding
from prometheus_vault import aead, aead_bindings, aead_sodium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

FOLDER = Path(__file__).parent / "wycheproof"


def cases(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield group and case of every case in a file."""
    document = json.loads((FOLDER / f"{name}_test.json").read_text(encoding="utf-8"))
    found = [(group, case) for group in document["testGroups"] for case in group["tests"]]
    assert len(found) == document["numberOfTests"]
    yield from found


def unhex(case: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(case[name]) for name in names]


def aead_answer(backend: ModuleType, case: dict[str, Any]) -> str:
    """Return valid or invalid, as decryption says; valid only if encryption and the locked way say the same."""
    key, nonce, associated, message, ciphertext, tag = unhex(case, "key", "iv", "aad", "msg", "ct", "tag")
    with holding(key) as locked, holding(message) as locked_message:
        try:
            opened = backend.decrypt(locked, nonce, ciphertext + tag, associated)
            opened_locked = backend.decrypt_locked(locked, nonce, ciphertext + tag, associated)
        except ValueError:
            with pytest.raises(ValueError, match="32 bytes"):
                backend.encrypt(locked, nonce, message, associated)
            return "invalid"
        if opened is None:
            assert opened_locked is None
            return "invalid"
        assert opened == message == bytes(opened_locked.view)
        assert backend.encrypt(locked, nonce, message, associated) == ciphertext + tag
        assert backend.encrypt(locked, nonce, locked_message, associated) == ciphertext + tag
        assert aead.unseal(locked, nonce + ciphertext + tag, associated) == message
    return "valid"


@pytest.mark.parametrize("backend", [aead_sodium, aead_bindings])
def test_the_aead_of_the_vault(backend: ModuleType) -> None:
    answers = Counter[str]()
    for _, case in cases("xchacha20_poly1305"):
        assert aead_answer(backend, case) == case["result"], case["tcId"]
        answers[case["result"]] += 1
    assert answers == {"valid": 246, "invalid": 69}


OURS_ON_ACCEPTABLE = {"SmallOrderPublicKey": False, "MixedOrderPublicKey": True}
"""A key of small order verifies for nobody. One with a part of small order does, in libsodium as in every verifier that
checks without cofactor; whoever made such a key owns it, and can sign with it whatever we answer."""


@pytest.mark.parametrize("way", [ed25519, ed25519_direct, ed25519_bindings])
def test_the_signatures_of_the_house(way: ModuleType) -> None:
    answers, sources = Counter[str](), Counter[bool]()
    for group, case in cases("ed25519"):
        message, signature = unhex(case, "msg", "sig")
        expected = case["result"] == "valid" or OURS_ON_ACCEPTABLE.get(case["flags"][0], False)
        expected = expected and case["result"] != "invalid"
        # Callers have checked the length: the type of a signature takes 64 bytes and nothing else.
        answer = len(signature) == 64 and way.verify(bytes.fromhex(group["publicKey"]["pk"]), message, signature)
        assert answer is expected, case["tcId"]
        answers[case["result"]] += 1
        sources["sodium_compat" in group["source"]["name"]] += 1
    assert answers == {"valid": 117, "invalid": 64, "acceptable": 29}
    assert sources == {False: 151, True: 59}


def test_signatures_of_another_length_do_not_become_signatures() -> None:
    from prometheus.errors import PrometheusError
    from prometheus.identity import multibase
    from prometheus.identity.multicipher import Signature

    lengths = {len(signature) for _, case in cases("ed25519") for signature in unhex(case, "sig")}
    assert len(lengths) > 3
    for length in lengths:
        text = "sez" + multibase.encode_b58(b"\x01" + bytes(length))[1:] if length else "se"
        if length == 64:
            assert Signature.parse(text).text == text
            continue
        with pytest.raises(PrometheusError):
            Signature.parse(text)


def test_the_key_agreement_that_slots_for_devices_will_use() -> None:
    answers = Counter[str]()
    for _, case in cases("x25519"):
        public, private, shared = unhex(case, "public", "private", "shared")
        # The one rule of ours: a secret of zeros is no secret, so a public key of small order is refused.
        assert ("ZeroSharedSecret" in case["flags"]) is not any(shared)
        if not any(shared):
            with pytest.raises(RuntimeError):
                bindings.crypto_scalarmult(private, public)
            answers["refused"] += 1
            continue
        assert bindings.crypto_scalarmult(private, public) == shared, case["tcId"]
        answers[case["result"]] += 1
    assert answers == {"valid": 264, "acceptable": 223, "refused": 31}


def test_the_aead_inside_of_age_files() -> None:
    answers = Counter[str]()
    for _, case in cases("chacha20_poly1305"):
        key, nonce, associated, message, ciphertext, tag = unhex(case, "key", "iv", "aad", "msg", "ct", "tag")
        try:
            opened = bindings.crypto_aead_chacha20poly1305_ietf_decrypt(ciphertext + tag, associated, nonce, key)
        except (CryptoError, ValueError, TypeError):
            answer = "invalid"
        else:
            assert opened == message
            sealed = bindings.crypto_aead_chacha20poly1305_ietf_encrypt(message, associated, nonce, key)
            assert sealed == ciphertext + tag
            answer = "valid"
        assert answer == case["result"], case["tcId"]
        answers[answer] += 1
    assert answers == {"valid": 256, "invalid": 69}
