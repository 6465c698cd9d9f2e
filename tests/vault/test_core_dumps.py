from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from prometheus_simulators.vault_lab import filled

from prometheus_vault import kdf, unlocking

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from prometheus_simulators.vault_lab import Place

FORBIDDEN = (resource.RLIMIT_CORE, (0, 0))


def watched(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What happens from now on, in order: limits that are set, and secrets that are used."""
    seen: list[object] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *asked: seen.append(asked))
    for module, name in ((kdf, "argon2id"), (unlocking, "with_recovery")):
        monkeypatch.setattr(module, name, noting(seen, name, getattr(module, name)))
    return seen


def noting(seen: list[object], name: str, real: Callable[..., object]) -> Callable[..., object]:
    def call(*given: object) -> object:
        seen.append(name)
        return real(*given)

    return call


def test_core_files_are_forbidden_before_a_secret_opens_a_vault(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(place)
    seen = watched(monkeypatch)
    place.open(read_only=True).close()
    assert seen == [FORBIDDEN, "with_recovery"]


def test_and_before_a_vault_is_made(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watched(monkeypatch)
    place.create().close()
    assert seen[:2] == [FORBIDDEN, "argon2id"]


def test_a_limit_that_cannot_be_set_keeps_no_vault_closed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    filled(place)
    monkeypatch.setattr(resource, "setrlimit", refuse)
    place.open(read_only=True).close()
