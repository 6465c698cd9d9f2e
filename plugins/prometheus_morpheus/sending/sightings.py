"""What nodes together say of an action's transactions, drawn from the answers of each.

Rules:

* A node that gives a transaction of our id with other contents lies; its answer counts as a contradiction.
* All that answered have to agree before something counts as confirmed, applied or rejected; one word against it leaves
  the matter open, with both sides named. Nodes that do not answer have no say.
* Not being seen says nothing by itself: that another transaction has the nonce needs that transaction as evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.client.hosts import count_sources

if TYPE_CHECKING:
    from collections.abc import Sequence


class Glance(NamedTuple):
    """What one node says: where a transaction of ours is, at which tip, and who else used its nonce.

    Ids and blocks are empty and heights 0 where nothing was found. ``rival`` is another forged transaction of the same
    sender with the same nonce, whose id and signature were checked. ``layer_two`` is None where it has not said.
    ``lie`` describes an impossible answer.
    """

    endpoint: str
    tip: int
    forged_id: str = ""
    block: str = ""
    height: int = 0
    pooled_id: str = ""
    layer_two: bool | None = None
    rival: str = ""
    rival_height: int = 0
    lie: str = ""


class Sighting(NamedTuple):
    """What the nodes that answered say together; members as in `Glance`.

    ``confirmations`` is the smallest number that any of them gives. ``is_agreed`` means that all of them see it in the
    same block. ``quarrel`` says who contradicts whom. ``answers`` is how many answered,
    ``said_by`` who did when it was one host alone.
    """

    answers: int
    tip: int
    forged_id: str = ""
    block: str = ""
    height: int = 0
    confirmations: int = 0
    is_agreed: bool = False
    pooled_id: str = ""
    layer_two: bool | None = None
    rival: str = ""
    rival_depth: int = 0
    quarrel: str = ""
    said_by: str = ""


def together(glances: Sequence[Glance]) -> Sighting:
    """Return what several nodes say together; nothing is known when none answered."""
    honest = [glance for glance in glances if not glance.lie]
    lies = "; ".join(glance.lie for glance in glances if glance.lie)
    if not honest:
        return Sighting(0, 0, quarrel=lies)
    tip = min(glance.tip for glance in honest)
    pooled = next((glance.pooled_id for glance in honest if glance.pooled_id), "")
    alone = honest[0].endpoint if count_sources(each.endpoint for each in honest) == 1 else ""
    seen = Sighting(len(honest), tip, pooled_id=pooled, quarrel=lies, said_by=alone)
    forged = [glance for glance in honest if glance.forged_id]
    if forged:
        return _in_a_block(seen, forged, honest)
    return _with_rival(seen, [glance for glance in honest if glance.rival])


def _in_a_block(seen: Sighting, forged: Sequence[Glance], honest: Sequence[Glance]) -> Sighting:
    first = forged[0]
    depth = min(max(0, glance.tip - glance.height + 1) for glance in forged)
    found = seen._replace(forged_id=first.forged_id, block=first.block, height=first.height, confirmations=depth)
    if {(each.forged_id, each.block) for each in forged} != {(first.forged_id, first.block)}:
        return found._replace(quarrel=_joined(seen.quarrel, f"{_names(forged)} name different blocks"))
    if len(forged) < len(honest):
        others = [glance for glance in honest if not glance.forged_id]
        return found._replace(quarrel=_joined(seen.quarrel, f"{_names(others)} has not seen it"))
    judged = _judged(found, forged)
    return judged._replace(is_agreed=not judged.quarrel)


def _judged(found: Sighting, forged: Sequence[Glance]) -> Sighting:
    said = {glance.layer_two for glance in forged}
    if len(said) == 1:
        return found._replace(layer_two=said.pop())
    if None in said:
        return found
    against = _names([glance for glance in forged if glance.layer_two is False])
    return found._replace(quarrel=_joined(found.quarrel, f"{against} alone says that layer 2 rejected it"))


def _with_rival(seen: Sighting, rivals: Sequence[Glance]) -> Sighting:
    if not rivals or len(rivals) < seen.answers:
        return seen
    first = rivals[0]
    depth = min(max(0, glance.tip - glance.rival_height + 1) for glance in rivals)
    return seen._replace(rival=first.rival, rival_depth=depth)


def _names(glances: Sequence[Glance]) -> str:
    return ", ".join(glance.endpoint for glance in glances)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
