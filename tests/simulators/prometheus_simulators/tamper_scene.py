"""A vault with a past, and the judge who says what became of an attack on it.

The past has what attackers keep: the older file with its header, root and rows, a foreign vault, and a copy that went
its own way. What the judge says is the class of the refusal, or which state opened and how.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_simulators.vault_lab import PASSPHRASE, Place, bodies_of, filled
from prometheus_vault import LIGHT, Vault, kdf
from prometheus_vault.errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prometheus_memory import LockedBytes
    from prometheus_vault.kdf import KdfParameters

NEW = b"a passphrase of later days"
Contents = dict[tuple[int, str], bytes]
COLLECTIONS = (1, 3)


class Scene(NamedTuple):
    """The vault under attack at its newest state, what was kept of its past, and others."""

    place: Place
    old: Place
    """The same vault two commits and one passphrase ago, with the anchor of that time."""
    fork: Place
    """A copy of the newest state that was written on another machine since, as was the first."""
    foreign: Place
    states: dict[str, Contents]
    """Contents by name: newest, older, fork."""


class Verdict(NamedTuple):
    """What an attack came to, as text, and whether a key derivation ran."""

    text: str
    derived: bool


def build(folder: Path, *, others: int = 0) -> Scene:
    """Play the past of a vault, with so many other records in a collection that nobody looks at."""
    place = filled(Place(folder / "here"))
    if others:
        with place.open_by_passphrase(PASSPHRASE) as vault, vault.transaction() as change:
            for number in range(others):
                change.put(7, f"other-{number}", b"")
    foreign = filled(Place(folder / "foreign"))
    older = _contents(place, PASSPHRASE)
    old = _copied(place, folder / "old")
    with place.open_by_passphrase() as vault:
        vault.change_passphrase(NEW, LIGHT)
        _put(vault, "claim-1", b"body !")
    fork = _copied(place, folder / "fork")
    for copy, bodies in ((place, (b"here 1", b"here 2")), (fork, (b"afar 1", b"afar 2"))):
        for body in bodies:
            with copy.open_by_passphrase(NEW) as vault:
                _put(vault, "claim-2", body)
    states = {"newest": _contents(place, NEW), "older": older, "fork": _contents(fork, NEW)}
    return Scene(place, old, fork, foreign, states)


def judge(scene: Scene, attack: Callable[[Scene], None], *, typed: bytes, behind: bool) -> Verdict:
    """Attack, open, read everything, and say what came of it.

    Args:
        scene: The vault and its past.
        attack: What is done to the files.
        typed: The passphrase that the owner types.
        behind: True when it happens while the vault is open.
    """
    derivations = 0

    def counting(passphrase: LockedBytes, salt: bytes, parameters: KdfParameters) -> LockedBytes:
        nonlocal derivations
        derivations += 1
        return quick_argon2id(passphrase, salt, parameters)

    ordinary, kdf.argon2id = kdf.argon2id, counting
    try:
        text = (_behind if behind else _at_opening)(scene, attack, typed)
    finally:
        kdf.argon2id = ordinary
    return Verdict(text, derivations > 0)


def _at_opening(scene: Scene, attack: Callable[[Scene], None], passphrase: bytes) -> str:
    attack(scene)
    before = scene.place.file.read_bytes()
    try:
        vault = scene.place.open_by_passphrase(passphrase)
    except VaultError as error:
        is_same = scene.place.file.read_bytes() == before
        return f"{error.exit_code} {type(error).__name__}" + ("" if is_same else ", written before")
    with vault:
        warned = ", warned" if vault.warnings else ""
        try:
            return _state_of(scene, vault) + warned
        except VaultError as error:
            return f"{error.exit_code} {type(error).__name__} after opening"


def _behind(scene: Scene, attack: Callable[[Scene], None], passphrase: bytes) -> str:
    with scene.place.open_by_passphrase(passphrase) as vault:
        vault.get(3, "claim-0")
        attack(scene)
        for look in (lambda: _contents_of(vault), vault.verify):
            try:
                look()
            except VaultError as error:
                return f"{error.exit_code} {type(error).__name__}"
        return _state_of(scene, vault)


def _state_of(scene: Scene, vault: Vault) -> str:
    found = _contents_of(vault)
    name = next((name for name, state in scene.states.items() if state == found), "WRONG DATA")
    report = vault.verify(deep=True)
    return f"opens, {name}" + ("" if report.journal_is_whole else ", journal broken")


def _contents_of(vault: Vault) -> Contents:
    return {(kind, name): body for kind in COLLECTIONS for name, body in bodies_of(vault, kind)}


def _contents(place: Place, passphrase: bytes) -> Contents:
    with place.open_by_passphrase(passphrase) as vault:
        return _contents_of(vault)


def _put(vault: Vault, name: str, body: bytes) -> None:
    with vault.transaction() as change:
        change.put(3, name, body)


def _copied(place: Place, folder: Path) -> Place:
    copy = Place(folder)
    shutil.copytree(place.file.parent, copy.file.parent)
    shutil.copytree(place.anchors, copy.anchors)
    return copy
