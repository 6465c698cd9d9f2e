"""What each type of slot keeps beside its wrapped key, checked before any key derivation.

1  u8 0x13 | u32 passes | u32 memory in KiB | u8 lanes | salt[32]; with a second factor then u8 its type (3, 4) |
   u16 n | its parameters[n]
2, 3  nothing
4  u8 n | relying party[n] | u16 n | credential[n] | salt[32] | u8 user verification
5  opaque
6  ephemeral public key[32] | device public key[32]
"""

from __future__ import annotations

from typing import Final, NamedTuple

from prometheus_vault import kdf
from prometheus_vault.errors import Damaged
from prometheus_vault.kdf import KdfParameters
from prometheus_vault.limits import ARGON2_VERSION

PASSPHRASE: Final = 1
RECOVERY: Final = 2
KEYRING: Final = 3
FIDO2: Final = 4
TPM2: Final = 5
DEVICE: Final = 6
KIND_NAMES: Final = {
    PASSPHRASE: "passphrase",
    RECOVERY: "recovery",
    KEYRING: "keyring",
    FIDO2: "fido2",
    TPM2: "tpm2",
    DEVICE: "device",
}
_PASSPHRASE_LENGTH: Final = 42
_KEYRING_FACTOR: Final = bytes([KEYRING, 0, 0])
_DEVICE_LENGTH: Final = 64


class PassphraseParameters(NamedTuple):
    """Cost and salt of a passphrase slot."""

    cost: KdfParameters
    salt: bytes


def parse(kind: int, data: bytes, *, has_second_factor: bool) -> PassphraseParameters | None:
    """Check the parameters of a slot; return those of a passphrase slot, None for other known types.

    Raises:
        Damaged: When the type is unknown or the parameters do not have its form or limits.
        KdfTooWeak: When the derivation cost lies below the floor.
    """
    if kind == PASSPHRASE:
        return _parse_passphrase(data, has_second_factor=has_second_factor)
    _check_form(kind, data)
    return None


def build_passphrase(parameters: PassphraseParameters, *, with_keyring: bool = False) -> bytes:
    """Return the 42 bytes of a passphrase slot, and 3 more where a secret in the keyring is its second factor."""
    passes, memory_kib, lanes = parameters.cost
    numbers = bytes([ARGON2_VERSION]) + passes.to_bytes(4, "little") + memory_kib.to_bytes(4, "little")
    return numbers + bytes([lanes]) + parameters.salt + (_KEYRING_FACTOR if with_keyring else b"")


def second_factor(data: bytes) -> int:
    """Return the type of the second factor that checked parameters of a passphrase slot name."""
    return data[_PASSPHRASE_LENGTH]


def _parse_passphrase(data: bytes, *, has_second_factor: bool) -> PassphraseParameters:
    if len(data) < _PASSPHRASE_LENGTH or data[0] != ARGON2_VERSION:
        raise Damaged("a passphrase slot is not of the form known here")
    _check_factor(data[_PASSPHRASE_LENGTH:], expected=has_second_factor)
    cost = KdfParameters(int.from_bytes(data[1:5], "little"), int.from_bytes(data[5:9], "little"), data[9])
    kdf.check(cost)
    return PassphraseParameters(cost, data[10:_PASSPHRASE_LENGTH])


def _check_factor(data: bytes, *, expected: bool) -> None:
    if not expected and not data:
        return
    if not expected or len(data) < 3 or data[0] not in {KEYRING, FIDO2}:
        raise Damaged("a passphrase slot has bytes that do not belong to it")
    if len(data) != 3 + int.from_bytes(data[1:3], "little"):
        raise Damaged("the second factor of a slot has the wrong length")
    _check_form(data[0], data[3:])


def _check_form(kind: int, data: bytes) -> None:
    if kind not in KIND_NAMES:
        raise Damaged(f"a slot has a type that is not known: {kind}")
    fits = {
        RECOVERY: not data,
        KEYRING: not data,
        FIDO2: _is_fido2(data),
        TPM2: True,
        DEVICE: len(data) == _DEVICE_LENGTH,
    }
    if not fits[kind]:
        raise Damaged(f"a {KIND_NAMES[kind]} slot is not of the form known here")


def _is_fido2(data: bytes) -> bool:
    if not data:
        return False
    credential = 1 + data[0]
    length = data[credential : credential + 2]
    return len(length) == 2 and len(data) == credential + 2 + int.from_bytes(length, "little") + 33
