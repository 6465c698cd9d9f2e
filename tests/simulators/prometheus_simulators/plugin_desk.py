"""A plugin's verb called by hand: values, two streams that are remembered, a vault in memory, nodes in memory."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from prometheus.cli.output import safe
from prometheus.errors import NoConsent
from prometheus.model.places import Places
from prometheus_simulators.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pytest

    from prometheus.api import Persona, Signer
    from prometheus_simulators.sending_world import Keys, MemoryStore


class HandVault:
    """The open vault of a plugin: a store and the keys of one wallet."""

    def __init__(self, store: MemoryStore, keys: Keys) -> None:
        self.store = store
        self._keys = keys

    @property
    def signer(self) -> Signer:
        raise NotImplementedError

    def personas(self) -> Sequence[Persona]:
        return ()

    def persona(self, text: str) -> Persona:
        raise NotImplementedError

    def active_persona(self) -> Persona:
        raise NotImplementedError

    def wallet_public_key(self, network: str, account: int, index: int) -> bytes:
        return self._keys.wallet_public_key(network, account, index)

    def wallet_sign(self, network: str, account: int, index: int, message: bytes) -> bytes:
        return self._keys.wallet_sign(network, account, index, message)


class HandCall:
    """The `Call` of a verb; `document` and `lines` are its result, `notes` what it said besides."""

    is_json = False

    def __init__(self, folder: Path, store: MemoryStore, keys: Keys, values: Mapping[str, Any]) -> None:
        self.clock = FakeClock()
        self.places = Places(*[str(folder / name) for name in Places._fields])
        self.values = dict(values)
        self.document: dict[str, Any] = {}
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.agrees = True
        self.may_ask = True
        self._vault = HandVault(store, keys)

    @property
    def output(self) -> HandCall:
        return self

    def result(self, document: Mapping[str, Any], lines: Iterable[str]) -> None:
        self.document, self.lines = dict(document), list(lines)

    def text(self, name: str) -> str:
        return str(self.values[name])

    def maybe(self, name: str) -> str | None:
        found = self.values.get(name)
        return None if found is None else str(found)

    def flag(self, name: str) -> bool:
        return bool(self.values.get(name))

    def number(self, name: str) -> int | None:
        return self.values.get(name)

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(self.values.get(name) or ())

    def setting(self, name: str) -> str | None:
        found = self.values.get(name)
        return " ".join(found) if isinstance(found, tuple) else found

    def safe(self, text: str) -> str:
        return safe(text)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def warn(self, text: str) -> None:
        self.notes.append(f"warning: {text}")

    def show(self, lines: Iterable[str]) -> None:
        self.notes += lines

    def confirm(self, question: str, *, default: bool = False, beyond_yes: bool = False) -> bool:
        if not self.may_ask:
            raise NoConsent("nobody can be asked")
        return self.agrees

    @contextmanager
    def progress(self, doing: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda done, total: None

    @contextmanager
    def open_vault(self) -> Iterator[HandVault]:
        yield self._vault


def nodes_in_memory(monkeypatch: pytest.MonkeyPatch, nodes: Sequence[Any]) -> str:
    """Let verbs that connect to endpoints get these nodes; return what to give as ``--ledger``."""
    by_url = {node.endpoint.base_url: node for node in nodes}

    @asynccontextmanager
    async def connected(endpoints: Any, pins: Any, clock: Any, **options: Any) -> AsyncIterator[tuple[Any, ...]]:
        yield tuple(by_url[endpoint.base_url] for endpoint in endpoints)

    for module in ("client.connecting", "verbs.at_desk"):
        monkeypatch.setattr(f"prometheus_morpheus.{module}.connected", connected)
    return " ".join(by_url)
