"""What is wanted of the second layer while nobody can be asked, as it is kept: the wish, and what was agreed to.

    {"kind": "timestamp", "id": "cju…"}
    {"kind": "change", "act": "did.add-key", "did": "…", "signer": "…", "question": "…",
     "operations": [{"change": "addKey", "auth": "iez…", "right": "", "expires_at": null}], "before": {…}, "after": {…}}

Rules: of a change nothing is signed, because it rests on the last transaction of its DID, which only nodes know. The
two documents are what is in force before and after; whoever agreed to them has not agreed to others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.claims.jsontext import compact, parse
from prometheus_morpheus.changing.planning import Wanted
from prometheus_morpheus.changing.remembered import in_force

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.changing.planning import Plan

TIMESTAMP: Final = "timestamp"
CHANGE: Final = "change"


class WantedChange(NamedTuple):
    """A change of a DID as it was agreed to; ``before`` and ``after`` as `in_force`."""

    act: str
    did: str
    signer: str
    question: str
    operations: tuple[Wanted, ...]
    before: Json
    after: Json

    def as_planned(self, planned: Plan) -> WantedChange:
        """Return it as agreed to on another plan."""
        return self._replace(before=in_force(planned.before), after=in_force(planned.after))

    @property
    def text(self) -> str:
        """As it is kept."""
        operations: list[Json] = [one._asdict() for one in self.operations]
        return compact({**self._asdict(), "kind": CHANGE, "operations": operations})


def wanted_timestamp(content_id: str) -> str:
    """Return what is kept of a content id to be registered."""
    return compact({"kind": TIMESTAMP, "id": content_id})


def read_wanted(text: str) -> str | WantedChange:
    """Return what is wanted: a content id to register, or a change of a DID.

    Raises:
        ValueError: When it is neither, for a newer program wrote it.
    """
    value: Any = parse(text)
    if value.get("kind") == TIMESTAMP:
        return str(value["id"])
    if value.get("kind") != CHANGE:
        raise ValueError("kind")
    operations = tuple(Wanted(**one) for one in value["operations"])
    members = {name: value[name] for name in WantedChange._fields if name != "operations"}
    return WantedChange(**members, operations=operations)
