"""Ana, whose DID has a history on a real ledger, and two endpoints before it: one honest, one that is to lie.

Ana gives her phone and her watch a key at once, the phone both rights, and the phone takes her first key off. Bob has
a tablet. A thief has tried to give himself a key of Ana's, in vain. A letter is registered, and so is another.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prometheus_morpheus.state.attempts import SignedGroup
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_simulators import bad_endpoint_lies as lies
from prometheus_simulators.bad_endpoint_world import PAYER, Event, bad_world
from prometheus_simulators.made_transactions import TESTNET, public_key, signed_by
from prometheus_simulators.second_layer import key_id, operation, register, signed
from prometheus_simulators.signed_world import did, public, secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pytest

    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.jsontext import Json
    from prometheus_simulators.bad_endpoint_world import World

ANA, BOB = did("ana"), did("bob")
LETTER, OTHER_LETTER = "cju-letter", "cju-other-letter"
LEASE = 500
"""Blocks after which the key of Ana's camera ends."""


class People:
    """The world with its history; `ids` names each transaction."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.honest = world.endpoint()
        self.liar = world.endpoint()
        self.ids: dict[str, str] = {}
        self.heights: dict[str, int] = {}
        self._live()

    def _live(self) -> None:
        phone, watch = operation("ana", "addKey", auth="phone"), operation("ana", "addKey", auth="watch")
        self._note("keys", signed("ana", phone), signed("ana", watch))
        self._do("may update", "ana", "ana", "addRight", auth="phone", right="update")
        self._do("may sign", "ana", "ana", "addRight", auth="phone", right="impersonate")
        self._do("thief", "thief", "ana", "addKey", auth="thief")
        self._do("camera", "phone", "ana", "addKey", auth="camera", expiresAtHeight=self.height() + LEASE)
        self._do("camera signs", "phone", "ana", "addRight", auth="camera", right="impersonate")
        self._do("tablet", "bob", "bob", "addKey", auth="tablet")
        self._do("tablet signs", "bob", "bob", "addRight", auth="tablet", right="impersonate")
        self._note("letter", register(LETTER))
        self._note("other letter", register(OTHER_LETTER))
        self.world.forge(2)
        self.before_revocation = self.world.frozen()
        self._do("revocation", "phone", "ana", "revokeKey", auth="ana")
        self._note("letter again", register(LETTER))
        self.world.forge(2)

    def height(self) -> int:
        """Return how high the ledger is."""
        return self.world.run(lambda ledger: ledger.tip.height)

    def _do(self, label: str, by: str, of: str, kind: str, **members: Any) -> None:
        last = self.world.run(lambda ledger: ledger.layer_two.last_transaction(did(of)))
        self._note(label, signed(by, operation(of, kind, last and last[0], **members)))

    def _note(self, label: str, *attempts: Json) -> None:
        self.ids[label] = self.world.change(*attempts)
        self.heights[label] = self.height()

    # --- lies that need the whole history ----------------------------------------------------------------------------

    def without(self, *labels: str) -> None:
        """Let the liar's second layer have never seen these transactions."""
        hidden = {self.ids[label] for label in labels}
        self.retold(lambda events: [event for event in events if event.id not in hidden])
        for name in hidden:
            self.liar.lie(lies.denying(f"/api/transactions/{name}", "Transaction not found"))

    def retold(self, change: Callable[[Sequence[Event]], Sequence[Event]]) -> None:
        """Let the liar's second layer have seen another history."""
        self.liar.layer_two_behind = self.world.layer_two(change)

    def altered(self, label: str, asset: Any) -> None:
        """Let the liar show a transaction with another asset, on both layers."""
        name = self.ids[label]
        self.retold(lambda events: [event._replace(asset=asset) if event.id == name else event for event in events])
        self.liar.lie(lies.transaction(name, asset=asset))

    def forged_operation(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the liar show an operation in Ana's name that a thief signed, in a well-made transaction."""
        last = self.ids["revocation"]
        thiefs = signed("thief", operation("ana", "addKey", last, auth="thief"))
        rights = signed("thief", operation("ana", "addRight", last, auth="thief", right="impersonate"))
        attempts = [{**group, "signerPublicKey": public("phone")} for group in (thiefs, rights)]
        made = signed_by(PAYER, making.morpheus(TESTNET, public_key(PAYER), 99, list(attempts)))
        posted = dict(transaction_json(made))
        top = self.height()
        template = self.world.run(lambda ledger: ledger.block(str(top)))
        assert template is not None
        shown = {**posted, "sender": lies_address(), "blockId": template.id, "confirmations": 1}
        shown |= {"signature": str(posted["signature"]), "timestamp": {"epoch": 0, "unix": 0, "human": ""}}
        self.liar.lie(lies.inventing(f"/api/transactions/{posted['id']}", {"data": shown}))
        with monkeypatch.context() as patched:
            patched.setattr(SignedGroup, "signer", believed_signer)
            self.retold(lambda events: [*events, Event(top, str(posted["id"]), posted["asset"])])


def believed_signer(group: SignedGroup) -> Any:
    """Return who a group of operations says that signed it."""
    from prometheus_morpheus.state import attempts

    return attempts._signer(group.public_key)[0]  # the check that is switched off is inside


def lies_address() -> str:
    from prometheus_simulators.made_transactions import address

    return address(PAYER)


def with_key(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what adds a person's key, which may sign, to a document."""

    def change(raw: dict[str, Any]) -> dict[str, Any]:
        index = len(raw["keys"])
        key = {"index": index, "auth": key_id(name), "validFromHeight": 5, "validUntilHeight": None, "valid": True}
        entry = {"keyLink": f"#{index}", "history": [{"height": 5, "valid": True}], "valid": True}
        rights = {**raw["rights"], "impersonate": [*raw["rights"]["impersonate"], entry]}
        return {**raw, "keys": [*raw["keys"], key], "rights": rights}

    return change


def never_revoked(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a document in which no key was ever taken off."""
    return {**raw, "keys": [{**key, "validUntilHeight": None, "valid": True} for key in raw["keys"]]}


def may_sign(document: DidDocument, name: str) -> bool:
    """Return whether a person's key may act for the DID at the document's height."""
    from prometheus.claims.did_document import IMPERSONATE, has_right_at

    return has_right_at(document, secret(name).public_key(), IMPERSONATE, document.queried_at)


@contextmanager
def people(folder: Path) -> Iterator[People]:
    """Open the world."""
    with bad_world(folder) as world:
        yield People(world)
