"""Work out anew what was wanted while nobody could be asked, right before it is signed; see `sending.renewal`.

    desk.renew = renewing(call, vault)

Rules:
* What something earlier of this vault is about waits for that one: of two only one can have an effect.
* A content id that is registered by now is refused, and so is a change that the rules forbid on the document as it is.
* A change that would do something else than what was agreed to asks; nodes that cannot be asked, or contradict each
  other, make it wait. Nothing is signed in any of these cases.
* Nobody is asked here, for a person must not be waited for between two questions to nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import PrometheusError, RefusedError
from prometheus.identity.multicipher import PublicKey
from prometheus_morpheus.sending.renewal import Renewal, changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.api import Call, OpenVault, Persona
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.renewal import Renew
    from prometheus_morpheus.verbs.wanted.kept import WantedChange


def renewing(call: Call, vault: OpenVault) -> Renew:
    """Return who works out anew what waits in a vault."""
    signed: dict[str, str] = {}
    """Drafts by what their operations say: what has to be tried again is signed, and logged, once."""

    async def renew(action: Action, nodes: Sequence[LedgerNode]) -> Renewal:
        from prometheus_morpheus.verbs.wanted.kept import read_wanted

        try:
            wanted = read_wanted(action.wanted)
        except (KeyError, TypeError, ValueError, AttributeError, PrometheusError):
            return Renewal(waits="a newer version of this program wanted it")
        name = wanted if isinstance(wanted, str) else wanted.did
        earlier = _earlier(call, vault, action, name)
        if earlier is not None:
            return Renewal(waits=f"{earlier.id[:8]} about the same comes first: {earlier.title}")
        try:
            if isinstance(wanted, str):
                return await _timestamp(action, wanted, nodes)
            return await _change(call, vault, action, wanted, nodes, signed)
        except PrometheusError as error:
            return Renewal(waits=error.what)

    return renew


def _earlier(call: Call, vault: OpenVault, action: Action, name: str) -> Action | None:
    from prometheus_morpheus.sending.desk import Desk

    pending = Desk(vault.store, vault, call.clock).pending()
    return next((each for each in pending if each.place < action.place and f'"{name}"' in each.draft), None)


async def _timestamp(action: Action, content_id: str, nodes: Sequence[LedgerNode]) -> Renewal:
    from prometheus_morpheus.resolving.proofs import registered
    from prometheus_morpheus.transactions.operations import before_proof

    found = await registered(nodes, content_id)
    if found.height is not None:
        return Renewal(refused=f"it is registered since height {found.height}, by transaction {found.transaction_id}")
    return Renewal(draft=_draft(action, before_proof(content_id)))


async def _change(  # noqa: PLR0917 - the call and its vault; what is wanted, of whom; what was signed before
    call: Call,
    vault: OpenVault,
    action: Action,
    wanted: WantedChange,
    nodes: Sequence[LedgerNode],
    signed: dict[str, str],
) -> Renewal:
    from prometheus.claims.jsontext import compact
    from prometheus_morpheus.changing.planning import plan
    from prometheus_morpheus.changing.signing import signed_group
    from prometheus_morpheus.resolving.asking import resolve
    from prometheus_morpheus.verbs.did.keeping_found import keep_found
    from prometheus_morpheus.verbs.did.personas import names_of

    signer = persona_of(vault, wanted.signer)
    if signer is None:
        return Renewal(waits=f"the persona that is to sign is not in this vault: {wanted.signer}")
    found = await resolve(nodes, wanted.did, call.clock)
    keep_found(call, vault, found)
    if found.best is None:
        return Renewal(waits="the sources contradict each other about this DID: see `prometheus did disagreements`")
    try:
        planned = plan(found.best, wanted.operations, PublicKey.parse(signer.public_key), names_of(vault))
    except RefusedError as refused:
        forbids = refused.code == "DID-RULES"
        return Renewal(refused=f"{refused.what} ({refused.meaning})") if forbids else Renewal(waits=refused.what)
    if wanted.as_planned(planned) != wanted:
        return changed(action)
    name = compact([action.id, *(one.as_json() for one in planned.operations)])
    if name not in signed:
        signed[name] = _draft(action, signed_group(planned.operations, signer, vault.signer))
        with vault.store.transaction() as transaction:
            words = [one.change for one in wanted.operations]
            transaction.audit(wanted.act, persona=wanted.did, signer=signer.did, operations=words)
    return Renewal(draft=signed[name])


def persona_of(vault: OpenVault, did: str) -> Persona | None:
    """Return the persona of a vault whose DID it is."""
    return next((one for one in vault.personas() if one.did == did), None)


def _draft(action: Action, attempt: Json) -> str:
    from prometheus_morpheus.sending.maker import draft_of, draft_text
    from prometheus_morpheus.transactions import making

    stand_in = draft_of(action)
    return draft_text(making.morpheus(stand_in.network, stand_in.sender, stand_in.nonce, [attempt]))
