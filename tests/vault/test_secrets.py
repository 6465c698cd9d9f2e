"""Passphrases and recovery secrets: set, changed, refused, and never printed."""

from __future__ import annotations

import pytest
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place, header_of

from prometheus_vault import LIGHT, KdfParameters, Vault
from prometheus_vault.errors import (
    BadPassphrase,
    Conflict,
    KdfTooWeak,
    TooLarge,
    WrongPassphrase,
)


def test_the_passphrase_is_changed(full: Place) -> None:
    old_slots = full.open().slots()
    with full.open_by_passphrase() as vault:
        vault.change_passphrase("čerstvý".encode(), LIGHT)
        vault.change_passphrase(b"once more", KdfParameters(4, 65536, 4))
        assert vault.epoch == 4
        assert vault.verify().generation == 3
        new_slots = vault.slots()
    assert new_slots[1] == old_slots[1]
    assert new_slots[0].kdf == KdfParameters(4, 65536, 4)
    with pytest.raises(WrongPassphrase):
        full.open_by_passphrase()
    full.open_by_passphrase(b"once more").close()
    full.open().close()


def test_the_old_slot_is_gone_from_the_file(full: Place) -> None:
    old = header_of(full.file)[32:198]
    assert old in full.file.read_bytes()
    with full.open_by_passphrase() as vault:
        vault.change_passphrase(b"new", LIGHT)
        assert all(old not in path.read_bytes() for path in full.file.parent.iterdir())


def test_after_a_recovery_the_passphrase_slot_is_replaced(full: Place) -> None:
    with full.open() as vault:
        vault.change_passphrase(b"new", LIGHT)
        vault.change_passphrase(b"newer", LIGHT)
        assert [slot.kind for slot in vault.slots()] == ["passphrase", "recovery"]
    with full.open_by_passphrase(b"newer") as vault:
        assert vault.get(3, "claim-1") == b"body 1"


def test_a_vault_with_a_recovery_slot_alone_gets_a_passphrase_slot(full: Place) -> None:
    from prometheus_vault.header import build_header

    with full.open() as vault:
        session = vault._session
        with session.writing() as known:
            recovery = [slot for slot in known.header.slots if slot.is_recovery]
            session.commit({}, build_header(vault.vault_id, 2, recovery, session.unlocked.keys.header))
        with pytest.raises(Conflict, match="nothing left"):
            vault.set_recovery(None)
        vault.change_passphrase(b"new", LIGHT)
    full.open_by_passphrase(b"new").close()


def test_the_recovery_slot_is_replaced_and_removed(full: Place) -> None:
    other = bytes(32)
    with full.open_by_passphrase() as vault:
        vault.set_recovery(other)
    with pytest.raises(WrongPassphrase):
        full.open()
    with Vault.open_with_recovery(full.file, full.anchors, recovery_secret=other) as vault:
        vault.set_recovery(None)
        assert [slot.kind for slot in vault.slots()] == ["passphrase"]
    with full.open_by_passphrase() as vault:
        vault.set_recovery(SECRET)
    full.open().close()


@pytest.mark.parametrize("secret", [bytes(32), None], ids=["replaced", "removed"])
def test_a_vault_opened_by_the_recovery_slot_that_went_takes_a_new_passphrase_all_the_same(
    full: Place, secret: bytes | None
) -> None:
    with full.open() as vault:
        vault.set_recovery(secret)
        vault.change_passphrase(b"another", LIGHT)
        assert len(vault.slots()) == (1 if secret is None else 2)
    with full.open_by_passphrase(b"another") as vault:
        assert vault.get(3, "claim-1") == b"body 1"


def test_a_change_of_secrets_and_what_is_noted_of_it_are_one_commit(full: Place) -> None:
    with full.open() as vault:
        before = vault.verify()
        with vault.changing_passphrase(b"new", LIGHT) as change:
            change.put(10, "note", b"the passphrase was changed")
        with vault.changing_recovery(None) as change:
            change.put(10, "note", b"the recovery slot went")
        after = vault.verify(deep=True)
        assert (after.epoch, after.generation) == (before.epoch + 2, before.generation + 2)
        assert after.journal_is_whole
    with full.open_by_passphrase(b"new") as vault:
        assert vault.get(10, "note") == b"the recovery slot went"
        assert [slot.kind for slot in vault.slots()] == ["passphrase"]


def test_a_change_of_secrets_whose_note_fails_did_not_happen(full: Place) -> None:
    with full.open() as vault:
        before = vault.verify()
        with pytest.raises(TooLarge), vault.changing_passphrase(b"new", LIGHT) as change:
            change.put(10, "", b"")
        with pytest.raises(TooLarge), vault.changing_recovery(None) as change:
            change.put(10, "", b"")
        assert vault.verify() == before
    full.open_by_passphrase().close()


def test_a_header_with_sixteen_slots_takes_no_more(full: Place) -> None:
    from prometheus_vault import slots
    from prometheus_vault.header import build_header

    with full.open() as vault:
        session = vault._session
        with session.writing() as known:
            opaque = [slots.parse_slot(bytes([5, 0, 0, 0, number]) + bytes(119), 0) for number in range(15)]
            recovery = [slot for slot in known.header.slots if slot.is_recovery]
            session.commit({}, build_header(vault.vault_id, 2, opaque + recovery, session.unlocked.keys.header))
        with pytest.raises(Conflict, match="no room"):
            vault.change_passphrase(b"new", LIGHT)
        assert vault.epoch == 3


def test_a_passphrase_changed_meanwhile_by_another_is_a_conflict(full: Place) -> None:
    with full.open_by_passphrase() as one, full.open_by_passphrase() as other:
        one.change_passphrase(b"of one", LIGHT)
        with pytest.raises(Conflict, match="another process"):
            other.change_passphrase(b"of the other", LIGHT)
        with other.transaction() as change:
            change.put(3, "claim-1", b"written all the same")
    full.open_by_passphrase(b"of one").close()


def test_a_passphrase_changed_while_it_is_derived_is_a_conflict(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from prometheus_vault import unlocking

    with full.open() as vault:
        unlock = unlocking.with_passphrase

        def slow(header: object, secret: bytes, find_factor: object) -> object:
            unlocked = unlock(header, secret)  # type: ignore[arg-type] # handed through
            vault.change_passphrase(b"new", LIGHT)
            return unlocked

        monkeypatch.setattr(unlocking, "with_passphrase", slow)
        with pytest.raises(Conflict, match="just now"):
            full.open_by_passphrase()


@pytest.mark.parametrize(
    "passphrase", [b"", b"x" * 1025, b"x" * 5000, b"\xff", b"a\tb", b"a\nb", b"\xc2\x85", b"a\x7f"]
)
def test_a_new_passphrase_of_a_bad_form_is_refused(place: Place, passphrase: bytes) -> None:
    with pytest.raises(BadPassphrase) as caught:
        Vault.create(place.file, place.anchors, passphrase=passphrase, recovery_secret=None, kdf=LIGHT)
    assert caught.value.exit_code == 2
    assert caught.value.__cause__ is None
    assert not place.file.exists()
    with place.create() as vault, pytest.raises(BadPassphrase):
        vault.change_passphrase(passphrase, LIGHT)


@pytest.mark.parametrize("passphrase", [b"", b"x" * 1025, b"\xff", ("\u0958" * 342).encode()])
def test_a_typed_passphrase_of_a_bad_form_is_refused(full: Place, passphrase: bytes) -> None:
    with pytest.raises(BadPassphrase):
        full.open_by_passphrase(passphrase)


def test_an_existing_passphrase_may_hold_control_characters(full: Place) -> None:
    with pytest.raises(WrongPassphrase):
        full.open_by_passphrase(b"a\tb")


def test_a_passphrase_is_the_same_however_its_accents_were_typed(place: Place) -> None:
    composed, apart = "Zürich".encode(), "Zu\u0308rich".encode()
    assert composed != apart
    Vault.create(place.file, place.anchors, passphrase=apart, recovery_secret=None, kdf=LIGHT).close()
    place.open_by_passphrase(composed).close()
    place.open_by_passphrase(apart).close()


@pytest.mark.parametrize(
    ("data", "passphrase"),
    [
        (b"a\n", b"a"),
        (b"a\r\n", b"a"),
        (b"a\n\n", b"a\n"),
        (b"a \n", b"a "),
        (b"a\r", b"a\r"),
        (b"\n", b""),
        (b"a", b"a"),
    ],
)
def test_one_line_end_of_a_passphrase_file_is_dropped(data: bytes, passphrase: bytes) -> None:
    from prometheus_vault.passphrase import without_line_end

    assert without_line_end(data) == passphrase


def test_a_vault_is_never_made_with_a_weak_derivation(place: Place) -> None:
    weak = KdfParameters(passes=2, memory_kib=65536, lanes=4)
    with pytest.raises(KdfTooWeak):
        Vault.create(place.file, place.anchors, passphrase=PASSPHRASE, recovery_secret=None, kdf=weak)
    with place.create() as vault, pytest.raises(KdfTooWeak):
        vault.change_passphrase(b"new", weak)


def test_nothing_secret_is_printed(full: Place) -> None:
    from prometheus_vault.records import Record

    with full.open() as vault:
        unlocked = vault._session.unlocked
        texts = (repr(vault), repr(unlocked), repr(unlocked.keys), repr(Record(3, "name", b"body")), str(unlocked))
    for text in texts:
        assert "\\x" not in text
        assert "body" not in text
        assert "name" not in text
