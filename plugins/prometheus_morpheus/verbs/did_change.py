"""``did add-key|revoke-key|add-right|revoke-right|tombstone``: before, after and cost; then a signature, and sending.

Nobody is believed about the DID as it is now: its document is worked out from signed transactions, and where sources
contradict each other nothing is changed at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus.errors import Cancelled, NoConsent, NotTrusted, NotUnderstood
from prometheus.identity.multicipher import PublicKey
from prometheus_morpheus.changing.last_key import last_update, loses_its_last
from prometheus_morpheus.changing.planning import Plan, Wanted, plan
from prometheus_morpheus.changing.signing import signed_group, stand_in, who_signs
from prometheus_morpheus.sending.outcomes import in_words
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.did_lines import RIGHTS, change_lines, disagreement_lines
from prometheus_morpheus.verbs.keeping_found import keep_found
from prometheus_morpheus.verbs.offering import (
    accept,
    agrees,
    cost_document,
    cost_lines,
    offer,
    refuse_problem,
    refuse_second,
    under_way,
)
from prometheus_morpheus.verbs.personas import did_meant, key_meant, names_of, owned
from prometheus_morpheus.verbs.wallet_place import network_meant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.api import Call, OpenVault, Persona
    from prometheus.identity.multicipher import Authentication
    from prometheus_morpheus.resolving.asking import Resolved
    from prometheus_morpheus.resolving.recomputing import Checked
    from prometheus_morpheus.sending.action import Action


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
    did, meant = did_meant(vault, call.maybe("did")), network_meant(call)
    names, earlier = names_of(vault), under_way(call, vault, did.text)
    found = _present_state(call, vault, did.text)
    signer = _signer(call, vault, found, change)
    planned = plan(found, change.wanted, PublicKey.parse(signer.public_key), names)
    refuse_second(call, earlier)
    title = f"{names.get(did.key_id.text, did.text)}: {change.title}"
    made = offer(call, vault, meant, [stand_in(planned.operations, signer)], title)
    shown = [f"did    {did.text}", *change_lines(planned.before, planned.after, names), *_end_lines(planned)]
    shown += [f"signs  {signer.shown_name}", *cost_lines(made)]
    document: dict[str, Any] = {**_document(planned, signer), "cost": cost_document(made)}
    if call.flag("dry_run"):
        refuse_problem(made)
        call.output.result({**document, "sent": False}, [*map(call.safe, shown), "nothing was signed or sent"])
        return 0
    call.show(map(call.safe, shown))
    refuse_problem(made)
    if not agrees(call, made, change.question) or not _agrees_to_end(call, planned):
        raise Cancelled("nothing was changed")
    group = signed_group(planned.operations, signer, vault.signer)
    with vault.store.transaction() as transaction:
        transaction.audit(change.act, persona=did.text, signer=signer.did, operations=_words(planned))
    action = accept(call, vault, made, [group])
    call.output.result({**document, "sent": True, **_outcome(action)}, [call.safe(f"{title}: {in_words(action)}")])
    return 0


def _end_lines(planned: Plan) -> Iterator[str]:
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


def _present_state(call: Call, vault: OpenVault, did: str) -> Checked:
    """Return the DID as it is now; kept in the vault, as contradictions are.

    Raises:
        NotTrusted: When sources contradict each other, or show what cannot be read.
    """
    from prometheus_morpheus.resolving.asking import resolve

    with call.progress("fetching transactions") as told:
        found = asked(call, lambda nodes: resolve(nodes, did, call.clock, told=told))
    keep_found(call, vault, found)
    for note in found.notes:
        call.note(call.safe(note))
    if found.best is None:
        raise _contradicted(call, found)
    return found.best


def _contradicted(call: Call, found: Resolved) -> NotTrusted:
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


def _signer(call: Call, vault: OpenVault, found: Checked, change: _Change) -> Persona:
    named = call.maybe("sign_as")
    if named is not None:
        return vault.persona(named)
    return who_signs(_own_first(vault, found), found.document, change.key)


def _own_first(vault: OpenVault, found: Checked) -> Sequence[Persona]:
    """Return the personas of the vault, the one whose DID it is first."""
    return sorted(vault.personas(), key=lambda one: one.did != found.collected.did)


def _words(planned: Plan) -> list[str]:
    return [str(operation.as_json()["operation"]) for operation in planned.operations]


def _document(planned: Plan, signer: Persona) -> dict[str, Any]:
    from prometheus_morpheus.state.w3c import w3c_document

    return {
        "did": planned.before.did.text,
        "operations": [operation.as_json() for operation in planned.operations],
        "signer": signer.did,
        "before": {"height": planned.before.queried_at, "document": w3c_document(planned.before)},
        "after": {"document": w3c_document(planned.after)},
        "unchangeable_from": last_update(planned.after),
    }


def _outcome(action: Action) -> dict[str, Any]:
    return {
        "action": action.id,
        "state": action.state,
        "done": action.is_done,
        "transaction": action.forged_id or (action.signings[-1].id if action.signings else ""),
        "height": action.height or None,
    }
