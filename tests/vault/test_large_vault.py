"""A vault with so many records that they are checked in a thread after it opens: nothing gets past that check."""

from __future__ import annotations

import shutil
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators import tamper_scene
from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_simulators.tamper_cases import CASES, Case
from prometheus_simulators.tamper_scene import Scene
from prometheus_simulators.vault_lab import Place, rows, run_sql

from prometheus_vault import kdf, record_set, set_check
from prometheus_vault.errors import Tampered, VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prometheus_vault import Vault

OTHERS = 25_000


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kdf, "argon2id", quick_argon2id)
        return tamper_scene.build(tmp_path_factory.mktemp("original"), others=OTHERS)


@pytest.fixture
def scene(original: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(kdf, "argon2id", quick_argon2id)
    folder = tmp_path / "scene"
    shutil.copytree(original.place.folder.parent, folder)
    here, old, fork, foreign = (Place(folder / place.folder.name) for place in original[:4])
    yield Scene(here, old, fork, foreign, original.states)
    shutil.rmtree(folder)


def opened(scene: Scene) -> Vault:
    return scene.place.open_by_passphrase(tamper_scene.NEW)


class Gate:
    """Holds the check of the rows back until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._event = threading.Event()
        real = record_set.check_rows

        def held(*arguments: object) -> object:
            assert self._event.wait(30)
            return real(*arguments)  # type: ignore[arg-type]  # passed on as they came

        monkeypatch.setattr(record_set, "check_rows", held)

    def open(self) -> None:
        self._event.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(monkeypatch)
    yield made
    made.open()


def judged(case: Case, scene: Scene) -> tuple[str, dict[str, bytes | None]]:
    """Attack, open, read some claims at once, wait for the check; return what came of it and what was read."""
    case.attack(scene)
    before = scene.place.file.read_bytes()
    early: dict[str, bytes | None] = {}
    try:
        with scene.place.open_by_passphrase(case.passphrase) as vault:
            for number in range(5):
                early[f"claim-{number}"] = vault.get(3, f"claim-{number}")
            vault.verified()
            state = next((name for name, state in scene.states.items() if _claims(state) == early), "WRONG DATA")
            return f"opens, {state}" + (", warned" if vault.warnings else ""), early
    except VaultError as error:
        is_same = scene.place.file.read_bytes() == before
        return f"{error.exit_code} {type(error).__name__}" + ("" if is_same else ", written before"), early


def _claims(state: tamper_scene.Contents) -> dict[str, bytes]:
    return {name: body for (kind, name), body in state.items() if kind == 3}


OTHERWISE = {"13: the log of another vault": "7 Tampered"}
"""Where it matters how many pages the file has: what the log yields is another mixture then."""
SHOWS_AT_THE_CHECK_ALONE = {
    "6: rows of the other branch", "7: another body under the same tag, with the data key",
}  # fmt: skip
"""Rows of the right version, sealed by the right key: nothing of them leaves the program before the check."""


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.behind], ids=lambda case: f"{case.row}: {case.name}"
)
def test_each_attack_has_the_outcome_of_its_row(case: Case, scene: Scene) -> None:
    name = f"{case.row}: {case.name}"
    outcome, early = judged(case, scene)
    assert outcome == OTHERWISE.get(name, case.outcome.removesuffix(", journal broken"))
    if name not in SHOWS_AT_THE_CHECK_ALONE and not outcome.startswith("opens"):
        newest = _claims(scene.states["newest"])
        assert early == {name: newest[name] for name in early}


def is_checked(vault: Vault) -> bool:
    return vault._session.is_verified


def spoil(scene: Scene) -> None:
    run_sql(scene.place.file, "UPDATE rec SET ct = zeroblob(104) WHERE id = (SELECT max(id) FROM rec)")


def test_it_opens_before_all_is_checked_and_reads_by_the_index(scene: Scene, gate: Gate) -> None:
    with opened(scene) as vault:
        assert not is_checked(vault)
        assert vault.get(3, "claim-1") == b"body !"
        assert vault.get(3, "no such claim") is None
        assert vault.find(3, newest_first=False, limit=1) == ["claim-0"]
        assert vault.count(7) == OTHERS
        assert len(dict(vault.scan(3))) == 5
        assert not is_checked(vault)
        gate.open()
        vault.verified()
        assert is_checked(vault)
        assert vault.get(3, "claim-1") == b"body !"


def test_twenty_thousand_records_are_checked_before_it_opens(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_check, "AT_ONCE", OTHERS + 100)
    with opened(scene) as vault:
        assert is_checked(vault)
    spoil(scene)
    with pytest.raises(Tampered):
        opened(scene)


def test_where_the_system_gives_no_thread_it_is_checked_before_it_opens(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    with opened(scene) as vault:
        assert is_checked(vault)
    spoil(scene)
    with pytest.raises(Tampered):
        opened(scene)


@pytest.mark.parametrize(
    "act",
    [
        lambda vault: vault.transaction().__enter__(),
        lambda vault: vault.secret("seed"),
        lambda vault: list(vault.secrets()),
        lambda vault: vault.change_passphrase(b"another one", kdf.LIGHT),
        lambda vault: vault.verify(),
        lambda vault: vault.verified(),
        lambda vault: vault.close(),
    ],
    ids=["transaction", "key", "keys", "passphrase", "verify", "wait", "close"],
)
def test_what_must_not_go_wrong_waits_and_is_refused(scene: Scene, gate: Gate, act: Callable[[Vault], object]) -> None:
    spoil(scene)
    before = {path: path.read_bytes() for path in (scene.place.file, *scene.place.anchors.iterdir())}
    vault = opened(scene)
    caught: list[VaultError] = []

    def play() -> None:
        try:
            act(vault)
        except VaultError as error:
            caught.append(error)

    thread = threading.Thread(target=play)
    thread.start()
    thread.join(0.2)
    assert thread.is_alive(), "it did not wait"
    gate.open()
    thread.join(30)
    assert [type(error) for error in caught] == [Tampered]
    with pytest.raises(Tampered):
        vault.verified()
    with suppress(Tampered):  # raised already, where it was `close` that found it
        vault.close()
    vault.close()
    assert {path: path.read_bytes() for path in before} == before


def test_without_an_index_reading_waits(scene: Scene, gate: Gate) -> None:
    next(scene.place.anchors.glob("*.idx")).unlink()
    spoil(scene)
    vault = opened(scene)
    threading.Timer(0.2, gate.open).start()
    with pytest.raises(Tampered):
        vault.get(3, "claim-0")
    with pytest.raises(Tampered):
        vault.find(3)
    with pytest.raises(Tampered):
        list(vault.scan(3))
    with pytest.raises(Tampered):
        vault.close()


def test_a_missing_anchor_is_written_only_after_the_check(scene: Scene, gate: Gate) -> None:
    scene.place.anchor_file().unlink()
    vault = opened(scene)
    assert not list(scene.place.anchors.glob("*.anchor"))
    gate.open()
    vault.close()
    assert scene.place.anchor_file().exists()


def test_what_another_process_writes_meanwhile_is_checked_too(scene: Scene, gate: Gate) -> None:
    with opened(scene) as vault:
        assert vault.get(3, "claim-1") == b"body !"
        gate.open()
        with opened(scene) as other, other.transaction() as change:
            change.put(3, "claim-1", b"from elsewhere")
        assert vault.get(3, "claim-1") == b"from elsewhere"
        assert vault.find(3, limit=1) == ["claim-4"]
        assert is_checked(vault)


def test_a_row_that_vanishes_before_the_check_is_not_just_absent(scene: Scene, gate: Gate) -> None:
    with opened(scene) as vault:
        vault.count(3)
        run_sql(scene.place.file, "PRAGMA wal_checkpoint", "DELETE FROM rec")
        with pytest.raises(Tampered):
            vault.get(3, "claim-1")
        gate.open()
        vault.verified()  # it sees the state in which it began
    assert rows(scene.place.file, "SELECT count(*) FROM rec") == [(0,)]


def test_an_interrupted_close_lets_go_of_all(scene: Scene, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = opened(scene)

    def interrupted(_: object) -> None:
        gate.open()
        raise KeyboardInterrupt

    monkeypatch.setattr(set_check.SetCheck, "result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        vault.close()
    assert vault._session._connection is None
    assert not any(thread.name == "vault check" for thread in threading.enumerate())
