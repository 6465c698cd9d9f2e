"""``did add-key|revoke-key|add-right|revoke-right|tombstone``: before, after and cost; then a signature, and sending.

What it builds on is found in `basis`. Where nobody can be reached nothing is signed: the wanted change is kept, and
worked out anew when it can be sent (`wanted`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus.errors import Cancelled, NoConsent, NotUnderstood
from prometheus.identity.multicipher import PublicKey
from prometheus_morpheus.changing.last_key import last_update, loses_its_last
from prometheus_morpheus.changing.planning import Plan, Wanted
from prometheus_morpheus.changing.signing import signed_group, stand_in, who_signs
from prometheus_morpheus.verbs.did.basis import basis_of
from prometheus_morpheus.verbs.did.lines import RIGHTS, change_lines
from prometheus_morpheus.verbs.did.personas import did_meant, key_meant, names_of, owned
from prometheus_morpheus.verbs.offering import (
    Proposal,
    accept,
    cost_document,
    cost_lines,
    network_to_pay,
    offer,
    propose,
    tell_ending,
)
from prometheus_morpheus.verbs.under_way import refuse_second, under_way
from prometheus_morpheus.verbs.wanted.kept import WantedChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.api import Call, OpenVault, Persona
    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.jsontext import Json
    from prometheus.identity.multicipher import Authentication
    from prometheus_morpheus.verbs.did.basis import Basis


class _Change(NamedTuple):
    """What is wanted: the verb, the operations, the key that is changed, a question and a title."""

    act: str
    wanted: tuple[Wanted, ...]
    key: Authentication | None
    question: str
    title: str


def add_key(call: Call) -> int:
    """Let another key act for a DID, with rights where they are named."""
    rights, expires = call.many("right"), call.number("expires")
    unknown = [right for right in rights if right not in RIGHTS]
    if unknown:
        raise NotUnderstood(f"there is no right {unknown[0][:40]!r}", code="USAGE", remedy="impersonate or update")
    if expires is not None and not 0 <= expires < 1 << 32:
        raise NotUnderstood("a height is a number below 2^32", code="USAGE")
    with call.open_vault() as vault:
        key = key_meant(vault, call.text("key"))
        wanted = (
            Wanted("addKey", key.text, expires_at=expires),
            *(Wanted("addRight", key.text, right) for right in dict.fromkeys(rights)),
        )
        may = " and ".join(dict.fromkeys(rights)) or "nothing yet"
        name = _called(vault, key)
        question = f"let {name} act for this DID ({may})?"
        return _carry_out(call, vault, _Change("did.add-key", wanted, key, question, f"add key {name}"))


def revoke_key(call: Call) -> int:
    """Take a key off a DID."""
    with call.open_vault() as vault:
        key = key_meant(vault, call.text("key"))
        wanted, name = (Wanted("revokeKey", key.text),), _called(vault, key)
        question = f"take {name} off this DID?"
        return _carry_out(call, vault, _Change("did.revoke-key", wanted, key, question, f"revoke key {name}"))


def add_right(call: Call) -> int:
    """Give a key a right."""
    return _change_right(call, "addRight", "did.add-right", "give")


def revoke_right(call: Call) -> int:
    """Take a right from a key."""
    return _change_right(call, "revokeRight", "did.revoke-right", "take away")


def tombstone(call: Call) -> int:
    """Give a DID up for good."""
    with call.open_vault() as vault:
        question = "give this DID up for good? nobody can ever undo it"
        wanted = (Wanted("tombstoneDid"),)
        return _carry_out(call, vault, _Change("did.tombstone", wanted, None, question, "give the DID up"))


def _change_right(call: Call, change: str, act: str, word: str) -> int:
    with call.open_vault() as vault:
        key, right = key_meant(vault, call.text("key")), call.text("right")
        name = _called(vault, key)
        question = f"{word} the right to {right}, of {name}?"
        title = f"{word} {right} of {name}"
        return _carry_out(call, vault, _Change(act, (Wanted(change, key.text, right),), key, question, title))


def _called(vault: OpenVault, key: Authentication) -> str:
    """Return what the person calls a key: the name of its persona, else its text."""
    owner = owned(vault, key)
    return key.text if owner is None else owner.shown_name


def _carry_out(call: Call, vault: OpenVault, change: _Change) -> int:
    did, meant = did_meant(vault, call.maybe("did")), network_to_pay(call)
    names, earlier = names_of(vault), under_way(call, vault, did.text)
    basis = basis_of(call, vault, did)
    signer = _signer(call, vault, basis.document, change)
    planned = basis.plan(change.wanted, PublicKey.parse(signer.public_key), names)
    refuse_second(call, earlier)
    title = f"{names.get(did.key_id.text, did.text)}: {change.title}"
    stands_in = stand_in(planned.operations, signer)
    wanted = _wanted(change, planned, signer)
    made = offer(call, vault, meant, [stands_in], title, wanted.text, is_reached=basis.found is not None)
    shown = [f"did    {did.text}", *basis.said, *change_lines(planned.before, planned.after, names)]
    shown += [*end_lines(planned), f"signs  {signer.shown_name}", *cost_lines(made)]
    document = {**_document(planned, signer, basis), "cost": cost_document(made)}
    if not propose(call, Proposal(made, shown, document, change.question, "nothing was changed")):
        return 0
    if not _agrees_to_end(call, planned):
        raise Cancelled("nothing was changed")
    # Without a price nobody can be reached: then nothing is signed, and the change is worked out anew when it is sent.
    attempt = stands_in if made.preview is None else _signed(vault, change, planned, signer)
    tell_ending(call, document, title, accept(call, vault, made, [attempt]))
    return 0


def _signed(vault: OpenVault, change: _Change, planned: Plan, signer: Persona) -> dict[str, Json]:
    group = signed_group(planned.operations, signer, vault.signer)
    did = planned.before.did.text
    with vault.store.transaction() as transaction:
        transaction.audit(change.act, persona=did, signer=signer.did, operations=[one.change for one in change.wanted])
    return group


def _wanted(change: _Change, planned: Plan, signer: Persona) -> WantedChange:
    did = planned.before.did.text
    return WantedChange(change.act, did, signer.did, change.question, change.wanted, None, None).as_planned(planned)


def end_lines(planned: Plan) -> Iterator[str]:
    """Yield from when on nobody can change the DID, where that is so after the change."""
    height = last_update(planned.after)
    if height is not None:
        since = "the block that takes this" if height == planned.after.queried_at else f"height {height}"
        yield f"END    from {since} on no key can change this DID, for ever"


def _agrees_to_end(call: Call, planned: Plan) -> bool:
    """Return whether the person agrees that soon nobody can change the DID, where this change brings that about.

    Raises:
        NoConsent: When they cannot be asked and did not say so beforehand; ``--yes`` alone does not.
    """
    if loses_its_last(planned.before, planned.after) is None or call.flag("for_ever"):
        return True
    if not call.may_ask:
        raise NoConsent(
            "this takes away the last key that can change the DID",
            code="DID-LAST-KEY",
            meaning="you cannot be asked here, and nobody could ever undo it",
            remedy="give another key the right to update first, or agree beforehand with --for-ever",
        )
    return call.confirm("let nobody change this DID any more, for ever?", beyond_yes=True)


def _signer(call: Call, vault: OpenVault, document: DidDocument, change: _Change) -> Persona:
    named = call.maybe("sign_as")
    if named is not None:
        return vault.persona(named)
    return who_signs(_own_first(vault, document), document, change.key)


def _own_first(vault: OpenVault, document: DidDocument) -> Sequence[Persona]:
    """Return the personas of the vault, the one whose DID it is first."""
    return sorted(vault.personas(), key=lambda one: one.did != document.did.text)


def _document(planned: Plan, signer: Persona, basis: Basis) -> dict[str, Any]:
    from prometheus_morpheus.state.w3c import w3c_document

    operations = [one.as_json() for one in planned.operations]
    if basis.found is None:
        operations = [{**one, "lastTxId": None} for one in operations]
    return {
        "did": planned.before.did.text,
        "rests_on": basis.as_document(),
        "operations": operations,
        "signer": signer.did,
        "before": {"height": planned.before.queried_at, "document": w3c_document(planned.before)},
        "after": {"document": w3c_document(planned.after)},
        "unchangeable_from": last_update(planned.after),
    }
