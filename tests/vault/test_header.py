"""Hostile and wrong headers: told apart before any key derivation where that is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.vault_lab import (
    PASSPHRASE,
    SECRET,
    Place,
    filled,
    flipped,
    header_of,
    put_header,
    with_check,
)

from prometheus_memory import holding
from prometheus_vault import LIGHT, KdfParameters, Vault, blake2, inspect, slot_parameters, slots
from prometheus_vault.errors import Damaged, KdfTooWeak, Tampered, VaultError, WrongPassphrase
from prometheus_vault.header import parse_header
from prometheus_vault.slot_parameters import PassphraseParameters

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_SLOT = 32
PASSPHRASE_SLOT_LENGTH = 124 + 42
CHECK = 48
MAC = 32


def assemble(*raw_slots: bytes, count: int | None = None, front: bytes = b"PROMVLT1\x01\x01\x01") -> bytes:
    """Put a header together with a right unkeyed check and no right MAC."""
    number = len(raw_slots) if count is None else count
    fixed = front + bytes([number]) + bytes(16) + (1).to_bytes(4, "little")
    return with_check(fixed + b"".join(raw_slots) + bytes(CHECK))


def raw_slot(kind: int, parameters: bytes = b"", *, flags: int = 0, number: int = 0) -> bytes:
    front = bytes([kind, flags]) + len(parameters).to_bytes(2, "little") + bytes([number]) * 16
    return front + bytes(124 - len(front)) + parameters


def passphrase_parameters(passes: int = 3, memory_kib: int = 65536, lanes: int = 4) -> bytes:
    cost = KdfParameters(passes, memory_kib, lanes)
    return slot_parameters.build_passphrase(PassphraseParameters(cost, bytes(32)))


@pytest.mark.usefixtures("no_kdf")
class TestBeforeTheDerivation:
    def test_a_right_header_does_reach_the_derivation(self, full: Place) -> None:
        with pytest.raises(AssertionError, match="was reached"):
            full.open_by_passphrase()

    def test_every_flipped_bit_before_the_mac_is_damage(self, full: Place) -> None:
        header = header_of(full.file)
        for bit in range((len(header) - MAC) * 8):
            with pytest.raises(Damaged):
                parse_header(flipped(header, bit))
        put_header(full.file, flipped(header, 100))
        with pytest.raises(Damaged) as caught:
            full.open_by_passphrase()
        assert caught.value.exit_code == 7

    @pytest.mark.parametrize("length", [0, 1, 203, 18449])
    def test_a_header_of_a_wrong_length_is_damage(self, length: int) -> None:
        with pytest.raises(Damaged, match=f"{length} bytes"):
            parse_header(bytes(length))

    @pytest.mark.parametrize(
        "header",
        [
            assemble(raw_slot(2), front=b"PROMVLT2\x01\x01\x01"),
            assemble(raw_slot(2), front=b"PROMVLT1\x02\x01\x01"),
            assemble(raw_slot(2), front=b"PROMVLT1\x01\x02\x01"),
            assemble(raw_slot(2), front=b"PROMVLT1\x01\x01\x02"),
            assemble(raw_slot(2), count=0),
            assemble(raw_slot(2), count=17),
            assemble(raw_slot(2), count=2),
            assemble(raw_slot(2), raw_slot(2, number=1), count=1),
            assemble(raw_slot(2) + b"\0"),
            assemble(raw_slot(2), raw_slot(3)),
            assemble(raw_slot(0)),
            assemble(raw_slot(7)),
            assemble(raw_slot(2, flags=1)),
            assemble(raw_slot(1, passphrase_parameters(), flags=2)),
            assemble(raw_slot(2, b"x")),
            assemble(raw_slot(3, b"x")),
            assemble(raw_slot(6, bytes(63))),
            assemble(raw_slot(4)),
            assemble(raw_slot(4, b"\x05abcde")),
            assemble(raw_slot(4, b"\x02ab\x01\x00" + bytes(33))),
            assemble(raw_slot(5, bytes(1025))),
            assemble(raw_slot(2)[:2] + b"\xff\x03" + raw_slot(2)[4:]),
            assemble(raw_slot(1)),
            assemble(raw_slot(1, b"\x10" + passphrase_parameters()[1:])),
            assemble(raw_slot(1, passphrase_parameters() + b"\0")),
            assemble(raw_slot(1, passphrase_parameters(), flags=1)),
            assemble(raw_slot(1, passphrase_parameters() + b"\x02\0\0", flags=1)),
            assemble(raw_slot(1, passphrase_parameters() + b"\x03\x01\0", flags=1)),
            assemble(raw_slot(1, passphrase_parameters() + b"\x03\x01\0x", flags=1)),
            assemble(*(raw_slot(1, passphrase_parameters(), number=number) for number in range(5))),
        ],
    )
    def test_a_header_of_another_form_is_damage(self, full: Place, header: bytes) -> None:
        put_header(full.file, header)
        with pytest.raises(Damaged):
            full.open_by_passphrase()
        with pytest.raises(Damaged):
            inspect(full.file)

    def test_a_header_without_a_generation_is_damage(self) -> None:
        header = bytearray(assemble(raw_slot(2)))
        header[28:32] = bytes(4)
        with pytest.raises(Damaged):
            parse_header(with_check(bytes(header)))

    @pytest.mark.parametrize(
        ("passes", "memory_kib", "lanes"),
        [
            (0, 65536, 4),
            (65, 65536, 4),
            (3, 65536, 0),
            (3, 65536, 17),
            (1, 2097153, 4),
            (9, 2097152, 4),
            (3, 31, 4),
            (2**32 - 1, 2**32 - 1, 255),
        ],
    )
    def test_a_cost_outside_the_limits_is_damage(self, full: Place, passes: int, memory_kib: int, lanes: int) -> None:
        put_header(full.file, assemble(raw_slot(1, passphrase_parameters(passes, memory_kib, lanes))))
        with pytest.raises(Damaged) as caught:
            full.open_by_passphrase()
        assert caught.value.exit_code == 7

    @pytest.mark.parametrize(("passes", "memory_kib"), [(3, 65535), (2, 65536), (1, 131072), (64, 32768), (1, 32)])
    def test_a_cost_below_the_floor_is_too_weak(self, full: Place, passes: int, memory_kib: int) -> None:
        put_header(full.file, assemble(raw_slot(1, passphrase_parameters(passes, memory_kib))))
        with pytest.raises(KdfTooWeak) as caught:
            full.open_by_passphrase()
        assert caught.value.exit_code == 7

    def test_a_weak_slot_beside_a_good_one_is_too_weak(self, full: Place) -> None:
        weak = raw_slot(1, passphrase_parameters(1, 65536), number=1)
        put_header(full.file, assemble(raw_slot(1, passphrase_parameters()), weak))
        with pytest.raises(KdfTooWeak):
            full.open_by_passphrase()

    @given(st.binary(max_size=600))
    def test_any_bytes_give_an_error_of_ours(self, data: bytes) -> None:
        with pytest.raises(Damaged):
            parse_header(data)

    @given(st.binary(min_size=1, max_size=600), st.integers(0, 20))
    def test_any_slots_under_a_right_check_give_a_header_or_an_error_of_ours(self, data: bytes, count: int) -> None:
        try:
            header = parse_header(assemble(data, count=count))
        except (Damaged, KdfTooWeak):
            return
        assert b"".join(slot.raw for slot in header.slots) == data

    def test_limits_of_a_header_fit_together(self) -> None:
        longest = assemble(*(raw_slot(5, bytes(1024), number=number) for number in range(16)))
        assert len(longest) == 18448
        assert len(parse_header(longest).slots) == 16
        assert len(assemble(raw_slot(2))) == 204


def test_a_flipped_bit_of_the_mac_is_forgery(full: Place) -> None:
    header = header_of(full.file)
    for bit in range((len(header) - MAC) * 8, len(header) * 8, 7):
        put_header(full.file, flipped(header, bit))
        with pytest.raises(Tampered):
            full.open_by_passphrase()


def test_an_edited_slot_under_a_right_check_makes_the_right_passphrase_look_wrong(full: Place) -> None:
    header = header_of(full.file)
    for position in range(FIRST_SLOT + 4, FIRST_SLOT + 124, 3):
        put_header(full.file, with_check(flipped(header, position * 8)))
        with pytest.raises(WrongPassphrase, match="opens no slot") as caught:
            full.open_by_passphrase()
        assert "edited" in caught.value.meaning
        assert caught.value.exit_code == 6


def test_any_edit_beside_the_slot_in_use_is_forgery(full: Place) -> None:
    header = header_of(full.file)
    outside = [28 * 8 + 1, *range((FIRST_SLOT + PASSPHRASE_SLOT_LENGTH + 4) * 8, (len(header) - CHECK) * 8, 61)]
    for bit in outside:
        put_header(full.file, with_check(flipped(header, bit)))
        with pytest.raises(Tampered):
            full.open_by_passphrase()


def test_another_vault_id_makes_every_passphrase_wrong(full: Place) -> None:
    put_header(full.file, with_check(flipped(header_of(full.file), 12 * 8)))
    with pytest.raises(WrongPassphrase):
        full.open_by_passphrase()


def edited(header: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    slots_after = change([slot.raw for slot in parse_header(header).slots])
    return with_check(header[:11] + bytes([len(slots_after)]) + header[12:32] + b"".join(slots_after) + header[-CHECK:])


def test_slots_added_dropped_or_swapped_are_forgery(full: Place) -> None:
    header = header_of(full.file)
    foreign = parse_header(header_of(filled(Place(full.folder / "other")).file)).slots[1].raw
    for change in (
        lambda found: [*found, foreign],
        lambda found: found[:1],
        lambda found: found[::-1],
        lambda found: [found[0], foreign],
    ):
        put_header(full.file, edited(header, change))
        with pytest.raises(Tampered):
            full.open_by_passphrase()


def test_without_the_slot_in_use_the_passphrase_looks_wrong(full: Place) -> None:
    header = header_of(full.file)
    foreign = parse_header(header_of(filled(Place(full.folder / "other")).file)).slots[0].raw
    for change in (lambda found: found[1:], lambda found: [foreign, found[1]]):
        put_header(full.file, edited(header, change))
        with pytest.raises(WrongPassphrase):
            full.open_by_passphrase()


def test_a_whole_header_of_another_vault_opens_nothing(full: Place) -> None:
    put_header(full.file, header_of(filled(Place(full.folder / "other")).file))
    with pytest.raises(Tampered):
        full.open()


def test_a_header_with_a_revoked_passphrase_is_refused(full: Place) -> None:
    old = header_of(full.file)
    with full.open_by_passphrase() as vault:
        vault.change_passphrase(b"a new one", LIGHT)
    put_header(full.file, old)
    with pytest.raises(Tampered, match="not the one that belongs"):
        full.open_by_passphrase()
    with pytest.raises(WrongPassphrase):
        full.open_by_passphrase(b"a new one")


def test_a_wrong_passphrase_or_recovery_secret_opens_nothing(full: Place) -> None:
    with pytest.raises(WrongPassphrase) as caught:
        full.open_by_passphrase(b"Correct horse battery staple")
    assert caught.value.exit_code == 6
    assert "horse" not in str(caught.value) + caught.value.meaning + caught.value.remedy
    with pytest.raises(WrongPassphrase):
        Vault.open_with_recovery(full.file, full.anchors, recovery_secret=bytes(32))
    full.open_by_passphrase().close()
    full.open().close()


@pytest.mark.parametrize("secret", [b"", bytes(31), bytes(33)])
def test_a_recovery_secret_has_32_bytes(full: Place, secret: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault.open_with_recovery(full.file, full.anchors, recovery_secret=secret)
    with full.open() as vault, pytest.raises(ValueError, match="32 bytes"):
        vault.set_recovery(secret)
    with pytest.raises(ValueError, match="64 bytes"):
        slots.recovery_secret(secret)


def test_slots_that_cannot_be_used_here_are_kept_byte_for_byte(full: Place) -> None:
    from prometheus_vault.header import build_header

    strange = [
        raw_slot(3, number=3),
        raw_slot(4, b"\x02ab\x03\x00key" + bytes(33), number=4),
        raw_slot(5, b"anything", number=5),
        raw_slot(6, bytes(64), number=6),
        raw_slot(1, passphrase_parameters() + b"\x03\0\0", flags=1, number=7),
    ]
    with full.open() as vault:
        session = vault._session
        with session.writing() as known:
            parsed = [slots.parse_slot(raw, 0) for raw in strange]
            header = build_header(vault.vault_id, 2, [*parsed, *known.header.slots], session.unlocked.keys.header)
            session.commit({}, header)
    with full.open_by_passphrase() as vault:
        vault.change_passphrase(b"a new one", LIGHT)
        vault.set_recovery(bytes(32))
        kinds = [slot.kind for slot in vault.slots()]
    assert kinds == ["keyring", "fido2", "tpm2", "device", "passphrase", "passphrase", "recovery"]
    assert [slot.raw for slot in parse_header(header_of(full.file)).slots][:5] == strange
    assert inspect(full.file).slots[4].needs_second_factor
    with pytest.raises(WrongPassphrase):
        full.open_by_passphrase()


def test_a_forged_key_behind_a_right_commitment_is_forgery(full: Place) -> None:
    """Whoever knows the passphrase of a slot, and no more, cannot put a master key of their own there."""
    header = header_of(full.file)
    slot = parse_header(header).slots[1]
    kek = slots.key_encryption_key(holding(SECRET), header[12:28], slot.slot_id)
    broken = slot.raw[:44] + flipped(slot.raw[44:92], 5)
    commitment = blake2.digest(kek, b"prom-commit-v1", broken + slot.raw[124:])
    put_header(full.file, edited(header, lambda found: [found[0], broken + commitment]))
    with pytest.raises(Tampered, match="wrapped key"):
        full.open()
    with pytest.raises(VaultError):
        full.open_by_passphrase(PASSPHRASE)
