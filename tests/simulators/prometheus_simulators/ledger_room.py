"""Two nodes of one chain in memory, one vault, and the verbs of the ledger to call by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_morpheus.sending import wishes
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.verbs.at_desk import at_desk, carried_out
from prometheus_simulators.plugin_desk import HandCall, nodes_in_memory
from prometheus_simulators.sending_world import PAYER, Keys, MemoryStore, StrictNode

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from prometheus_morpheus.sending.wishes import Wish

KEYS = Keys()
OTHER = Keys(b"\x07" * 32)


class Room:
    """Two nodes of one chain, one vault, and verbs to call."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.store = MemoryStore()
        self.nodes = [StrictNode("http://127.0.0.1:4703"), StrictNode("http://127.0.0.1:4704")]
        self.node = self.nodes[0]
        self.node.fund(KEYS.address, 10**12)
        self.ledger = nodes_in_memory(monkeypatch, self.nodes).split()[0]
        self.call = self.with_values()

        async def pause(_seconds: float) -> None:
            self.node.forge(*self.node.waiting)

        class QuickDesk(Desk):
            def __init__(self, *arguments: Any) -> None:
                super().__init__(*arguments, pause=pause)

        monkeypatch.setattr("prometheus_morpheus.verbs.at_desk.Desk", QuickDesk)

    def with_values(self, **values: Any) -> HandCall:
        self.call = HandCall(self.folder, self.store, KEYS, {"ledger": getattr(self, "ledger", ""), **values})
        return self.call

    def pay(self, tag: str = "rent", amount: int = 5) -> Wish:
        return wishes.transfer(PAYER, KEYS.public_key, 128, OTHER.address, amount, title=tag, vendor_field=tag)

    def carried_out(self, wish: Wish, **values: Any) -> Any:
        call = self.with_values(**values)
        with call.open_vault() as vault:
            return carried_out(call, vault, wish, at_desk(call, vault, lambda desk: desk.preview(wish)))
