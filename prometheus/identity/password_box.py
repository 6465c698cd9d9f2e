"""The password box of the Internet of People: a secret sealed under a password.

    key = Argon2i(password, salt = nonce, version 1.3, 15 passes, 1 MiB, 1 lane, 32 bytes)
    box = nonce (24 random bytes) ‖ XChaCha20-Poly1305(key, nonce, plaintext)

Rules:
* The password is not empty; that is checked before any work.
* Whatever is wrong with a box that is long enough is one error: a wrong password cannot be told from tampering.
* An empty plaintext can be sealed and never opened; the reference behaves so, and its readers have to agree with ours.
* One mebibyte of memory is little today. This box is for exchange with other wallets; our vault does not rely on it.

As text a box is multibase ``u``. Secrets stay out of all errors.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood, WrongPassphrase
from prometheus.identity.secret_text import secret_bytes

NONCE_SIZE = 24
_TAG_SIZE = 16
_PASSES = 15
_MEMORY_KIB = 1024


def encrypt(password: str, plaintext: bytes, nonce: bytes | None = None) -> bytes:
    """Return a box with the plaintext.

    Args:
        password: Not empty.
        plaintext: What to seal.
        nonce: 24 bytes, never used twice with one password; random when left out, as it should be outside of tests.

    Raises:
        NotUnderstood: ``Password is too short``.
    """
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt, randombytes

    secret = _checked(password)
    used = randombytes(NONCE_SIZE) if nonce is None else nonce
    if len(used) != NONCE_SIZE:
        raise NotUnderstood("a nonce has 24 bytes", code="NONCE")
    return used + crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, None, used, _key(secret, used))


def decrypt(password: str, box: bytes) -> bytes:
    """Return what a box holds.

    Raises:
        NotUnderstood: ``Password is too short`` or ``Ciphertext is too short``.
        WrongPassphrase: ``Ciphertext was tampered with``.
    """
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
    from nacl.exceptions import CryptoError

    secret = _checked(password)
    nonce, ciphertext = box[:NONCE_SIZE], box[NONCE_SIZE:]
    if not ciphertext:
        raise NotUnderstood("Ciphertext is too short", code="PASSWORD-BOX")
    if len(ciphertext) <= _TAG_SIZE:
        raise _tampered()
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, None, nonce, _key(secret, nonce))
    except CryptoError:
        raise _tampered() from None


def _checked(password: str) -> bytes:
    if not password:
        raise NotUnderstood("Password is too short", code="PASSWORD-SHORT")
    return secret_bytes(password)


def _tampered() -> WrongPassphrase:
    return WrongPassphrase(
        "Ciphertext was tampered with",
        meaning="either the password is wrong or the text was changed",
        remedy="try the password again, or take the file from a backup",
    )


def _key(secret: bytes, salt: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        secret, salt, time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1, hash_len=32, type=Type.I, version=0x13
    )
