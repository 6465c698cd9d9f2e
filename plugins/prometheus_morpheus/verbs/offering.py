"""What operations on the second layer cost, shown before anybody agrees; and their way to the ledger afterwards.

Rules: the spend limit counts here too, and a fee above the usual one is asked about. The price is asked for with a
stand-in where something has to be signed, so that no signed operation leaves before the person agreed. Afterwards the
node that is asked to take it checks the signed one first; what it has against it is told, and nothing is sent. Where
nobody can be reached, what is wanted is kept instead of what would be sent, and worked out anew later (`wanted`); the
price is then the usual one, as the most that is paid. Whatever is shown fits 80 columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.errors import Cancelled, Offline, RefusedError, TimedOut
from prometheus.model.laid_out import laid
from prometheus_morpheus.sending import wishes
from prometheus_morpheus.sending.outcomes import ending_of, in_words
from prometheus_morpheus.transactions.fees import default_fee
from prometheus_morpheus.verbs.asking import named_endpoints
from prometheus_morpheus.verbs.at_desk import at_desk, carried_out
from prometheus_morpheus.verbs.laid_out import noted
from prometheus_morpheus.verbs.linking import link_lines, linked
from prometheus_morpheus.verbs.wallet.place import network_meant, purse_of
from prometheus_morpheus.verbs.wallet.spending import fee_given
from prometheus_morpheus.wallet.coins import shown
from prometheus_morpheus.wallet.limits import agreed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.api import Call, OpenVault
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.previews import Preview
    from prometheus_morpheus.sending.wishes import Wish
    from prometheus_morpheus.transactions.networks import HydraNetwork
    from prometheus_morpheus.wallet.purse import Purse

_INDENT: Final = len("cost   ")
"""Where the words of a line begin that has its own beginning."""
_STAND_IN_SEEN: Final = "Invalid signature"
"""What a node says of a stand-in, and of nothing that it was asked about here before."""


class Offer(NamedTuple):
    """Who would pay, what it would cost, and what it is called.

    ``preview`` is None where nobody could be reached. ``fee`` is the one that the person named, None where nodes did;
    ``usual_fee`` what such a thing usually costs, in flakes. ``linked`` has the DIDs that everybody could link with it,
    with names in ``names`` for those of this vault. ``doubt`` is of `network_meant`. ``wanted`` is JSON text of what to
    keep where it cannot be sent now, see `wanted.kept`.
    """

    purse: Purse
    preview: Preview | None
    title: str
    fee: int | None
    usual_fee: int
    doubt: str
    linked: tuple[str, ...]
    names: dict[str, str]
    goes_to: list[str]
    wanted: str

    @property
    def total(self) -> int:
        """What leaves at most, in flakes."""
        return (self.fee or self.usual_fee) if self.preview is None else self.preview.total


class Proposal(NamedTuple):
    """What a verb shows and asks: an offer, lines and document of it, the question, and what it says after a no."""

    made: Offer
    lines: list[str]
    document: dict[str, Any]
    question: str
    refused: str


def network_to_pay(call: Call) -> tuple[HydraNetwork, str]:
    """Return what `network_meant` does, with what to do where only a node could tell.

    Raises:
        NetworkError: When no node can tell.
    """
    try:
        return network_meant(call)
    except (Offline, TimedOut) as error:
        error.meaning = f"{error.meaning}; which network it serves is not known yet"
        error.remedy = "say which network you mean with --network: then it is kept here, and sent later"
        raise


def offer(  # noqa: PLR0917 - who, where, what, its name; and the two that say what is done without an answer
    call: Call,
    vault: OpenVault,
    meant: tuple[HydraNetwork, str],
    attempts: list[Json],
    title: str,
    wanted: str,
    *,
    is_reached: bool,
) -> Offer:
    """Return what operation attempts would cost.

    Args:
        call: Names the endpoints and the account that pays.
        vault: Holds the wallet.
        meant: The network and what speaks against it, from `network_meant` before any endpoint was asked anything.
        attempts: As they would be made, signed groups by a stand-in.
        title: What the person will read in lists.
        wanted: What to keep where it cannot be sent.
        is_reached: Whether somebody answered before; else nobody is asked for the price.

    Raises:
        NetworkError: When what answers cannot be used, or none answers to a ``--dry-run``.
    """
    network, doubt = meant
    purse, fee = purse_of(call, vault, network), fee_given(call)
    wish = _wish(purse, attempts, title, fee)
    preview = _preview(call, vault, wish) if is_reached else None
    if preview is not None and _STAND_IN_SEEN in preview.problem:
        preview = preview._replace(problem="")
    dids, names = linked(call, vault, purse, attempts), {each.did: each.shown_name for each in vault.personas()}
    usual, goes_to = default_fee(wish.draft), named_endpoints(call)
    return Offer(purse, preview, title, fee, usual, doubt, dids, names, goes_to, wanted)


def _preview(call: Call, vault: OpenVault, wish: Wish) -> Preview | None:
    try:
        return at_desk(call, vault, lambda desk: desk.preview(wish))
    except (Offline, TimedOut) as error:
        if call.flag("dry_run"):
            raise
        noted(call, f"{error.what}: it will be kept here, and sent with `prometheus ledger pending`")
        return None


def agrees(call: Call, made: Offer, question: str) -> bool:
    """Return whether the person agrees to what an offer costs.

    Raises:
        NoConsent: When it needs the person, and nobody can be asked.
    """
    preview, token = made.preview, made.purse.network.token
    fee = preview.fee if preview is not None and made.fee is None else 0
    return agreed(call, question, made.total, token, fee=fee, usual_fee=made.usual_fee, doubt=made.doubt)


def cost_lines(made: Offer) -> Iterator[str]:
    """Yield what it costs, and what remains."""
    token, preview = made.purse.network.token, made.preview
    place = f"{made.purse.place}, {made.purse.network.name}"
    if preview is None:
        yield f"cost   {shown(made.total, token)}{' at most' if made.fee is None else ''}, paid by"
        yield f"       {made.purse.address} ({place})"
        yield from [f"goes   to {', '.join(made.goes_to)}, once it can be reached"] if made.goes_to else []
        yield from link_lines(made.linked, made.names)
        return
    yield f"cost   {shown(preview.fee, token)}, paid by {made.purse.address} ({place})"
    after = "which is not enough" if preview.is_short else f"{shown(preview.after, token)} after"
    yield f"       {shown(preview.before, token)} before, {after}"
    yield f"goes   to {', '.join(made.goes_to)}"
    yield from link_lines(made.linked, made.names)


def cost_document(made: Offer) -> dict[str, Any]:
    """Return the same for ``--json``: flakes as texts, for numbers there end at 2^53."""
    preview = made.preview
    return {
        "address": made.purse.address,
        "network": made.purse.network.name,
        "fee": None if preview is None else str(preview.fee),
        "balance_before": None if preview is None else str(preview.before),
        "balance_after": None if preview is None else str(preview.after),
        "linked": list(made.linked),
        "goes_to": made.goes_to,
    }


def refuse_problem(made: Offer) -> None:
    """Refuse what nodes would not take.

    Raises:
        RefusedError: With their reason.
    """
    if made.preview is not None and made.preview.problem:
        raise RefusedError(
            "nodes would refuse this now",
            code="LEDGER-WOULD-REFUSE",
            meaning=made.preview.problem,
            remedy="nothing was sent and nothing was paid; `prometheus wallet balance` shows what there is",
        )


def propose(call: Call, proposal: Proposal) -> bool:
    """Show an offer and ask; return whether it is to be carried out, which with ``--dry-run`` it never is.

    Raises:
        RefusedError: When nodes would not take it.
        Cancelled: When the person does not agree.
    """
    made = proposal.made
    shown_ = [line for text in proposal.lines for line in laid(call.safe(text), _INDENT)]
    if call.flag("dry_run"):
        refuse_problem(made)
        call.output.result({**proposal.document, "sent": False}, [*shown_, "nothing was signed or sent"])
        return False
    call.show(shown_)
    refuse_problem(made)
    if not agrees(call, made, proposal.question):
        raise Cancelled(proposal.refused)
    return True


def tell_ending(call: Call, document: dict[str, Any], title: str, action: Action) -> None:
    """Tell what became of what was carried out."""
    lines = list(laid(call.safe(f"{title}: {in_words(action)}")))
    if action.is_pending:
        lines.append("`prometheus ledger pending` shows how far it is, and sends what waits")
    call.output.result({**document, **ending_of(action)}, lines)


def accept(call: Call, vault: OpenVault, made: Offer, attempts: list[Json]) -> Action:
    """Return the action of operation attempts that the person agreed to, done or kept for later.

    What was offered while nobody could be reached, or cannot be checked now for that reason, is kept as what is wanted.

    Raises:
        RefusedError: When a node has something against them; nothing was sent.
        RemoteRefused: When nodes refused them later, or layer 2 rejected them.
    """
    wish = _wish(made.purse, attempts, made.title, made.fee)
    checked = None if made.preview is None else _preview(call, vault, wish)
    refuse_problem(made._replace(preview=checked))
    if checked is None:
        wish = wish._replace(wanted=made.wanted)
    return carried_out(call, vault, wish, made.preview)


def _wish(purse: Purse, attempts: list[Json], title: str, fee: int | None) -> Wish:
    byte = purse.network.address_byte
    return wishes.operations(purse.payer, purse.public_key, byte, attempts, title=title, fee=fee)
