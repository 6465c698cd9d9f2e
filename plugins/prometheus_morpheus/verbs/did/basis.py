"""What a change of a DID builds on: its document now, else the one that is remembered, else the one it implies.

Rules:
* Nobody is believed about the DID as it is now: it is worked out from signed transactions, and where sources contradict
  each other there is no basis at all.
* Where nobody can be reached, the newest remembered document is taken, with its height and age; where none is
  remembered, the implicit one, said to be an assumption. Either is safe, for the change is worked out anew before it is
  signed, and asked about again where it would do something else than what was shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.claims.did_document import implicit_document
from prometheus.errors import NotTrusted
from prometheus_morpheus.changing.planning import plan, plan_remembered
from prometheus_morpheus.verbs.asking import asked_if_reachable
from prometheus_morpheus.verbs.did.keeping_found import keep_found
from prometheus_morpheus.verbs.did.lines import age, disagreement_lines, wrapped
from prometheus_morpheus.verbs.did.recalling import recalled
from prometheus_morpheus.verbs.laid_out import noted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.api import Call, OpenVault
    from prometheus.claims.did_document import DidDocument
    from prometheus.identity.did import Did
    from prometheus.identity.multicipher import PublicKey
    from prometheus_morpheus.changing.planning import Plan, Wanted
    from prometheus_morpheus.resolving.asking import Resolved
    from prometheus_morpheus.resolving.recomputing import Checked

_NO_HEIGHT: Final = 1
"""The height at which an implied document is shown: nobody knows which it is."""


class Basis(NamedTuple):
    """A document with where it is from: ``ledger``, ``memory`` or ``implicit``; ``found`` only for the first.

    ``said`` has lines that tell what it rests on, empty for the first; ``age_s`` seconds for the second.
    """

    document: DidDocument
    source: str
    found: Checked | None = None
    said: tuple[str, ...] = ()
    age_s: int | None = None

    def plan(self, wanted: tuple[Wanted, ...], signer: PublicKey, names: Mapping[str, str]) -> Plan:
        """Return what operations would make of it; errors as `plan`."""
        if self.found is not None:
            return plan(self.found, wanted, signer, names)
        return plan_remembered(self.document, wanted, signer, names)

    def as_document(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        height = None if self.source == "implicit" else self.document.queried_at
        return {"source": self.source, "height": height, "age_s": self.age_s}


def basis_of(call: Call, vault: OpenVault, did: Did) -> Basis:
    """Return what a change of a DID builds on.

    Raises:
        NotTrusted: When sources contradict each other, or show what cannot be read.
    """
    from prometheus_morpheus.resolving.asking import resolve

    with call.progress("fetching transactions") as told:
        found = asked_if_reachable(call, lambda nodes: resolve(nodes, did.text, call.clock, told=told))
    if found is None:
        return _from_memory(call, vault, did)
    keep_found(call, vault, found)
    for note in found.notes:
        noted(call, note)
    if found.best is None:
        raise contradicted(call, found)
    return Basis(found.best.document, "ledger", found.best)


def _from_memory(call: Call, vault: OpenVault, did: Did) -> Basis:
    known = recalled(call, vault, did.text)
    if known is None:
        said = "nothing is remembered of this DID: assumed is what it implies by itself, no other key and no change yet"
        return Basis(implicit_document(did, _NO_HEIGHT), "implicit", said=_lines(said))
    seconds = known.age_s(call.clock.now())
    said = f"as remembered from height {known.height}, asked {age(seconds)}"
    return Basis(known.document, "memory", said=_lines(said), age_s=seconds)


def _lines(said: str) -> tuple[str, ...]:
    return (*wrapped("rests  ", said), *wrapped("       ", _LATER))


_LATER: Final = (
    "nothing is signed now: it is worked out anew once a ledger can be reached, and asked about again where it would "
    "do something else than this"
)


def contradicted(call: Call, found: Resolved) -> NotTrusted:
    """Show both sides of every contradiction; return the error."""
    for one in found.disagreements:
        call.show(map(call.safe, disagreement_lines(one)))
    if not found.disagreements:
        return NotTrusted(
            "the DID cannot be worked out as it is now",
            code="LEDGER-DOUBT",
            meaning="; ".join(found.doubts)[:300],
            remedy="nothing was signed; ask another endpoint, or run a node of your own",
        )
    return NotTrusted(
        "the sources contradict each other about this DID",
        code="LEDGER-FORK",
        meaning="nothing was signed: a change builds on the document as it is now",
        remedy="`prometheus did disagreements` shows both sides; ask another endpoint",
    )
