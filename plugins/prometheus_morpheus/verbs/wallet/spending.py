"""What every verb that spends does alike: show before, after and cost, ask, carry it out or hand it out.

Rules:
* Nothing is signed before the person agreed to what was shown; above the spend limit ``--yes`` is no agreement.
* Where no node can be reached, what is not known is said to be unknown, and the wish is kept to be sent later. A node
  that cannot be trusted is another matter: then nothing is done.
* Nothing is asked while a lock of the vault is held.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus import files
from prometheus.errors import Conflict, NoConsent, NotUnderstood, Offline, TimedOut
from prometheus.model.laid_out import laid
from prometheus_morpheus.sending.costs import amount_of, leaving
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.sending.maker import draft_text
from prometheus_morpheus.sending.outcomes import as_document, in_words
from prometheus_morpheus.sending.wishes import LIFETIME_SECONDS
from prometheus_morpheus.transactions.fees import default_fee
from prometheus_morpheus.transactions.kinds import TRANSFER
from prometheus_morpheus.verbs.asking import named_endpoints
from prometheus_morpheus.verbs.at_desk import at_desk, carried_out
from prometheus_morpheus.verbs.laid_out import noted
from prometheus_morpheus.verbs.wallet.last_known import before_lines
from prometheus_morpheus.wallet.coins import payment_of, shown
from prometheus_morpheus.wallet.limits import agreed
from prometheus_morpheus.wallet.remembered import remember

if TYPE_CHECKING:
    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.sending.action import Action, Signing
    from prometheus_morpheus.sending.previews import Preview
    from prometheus_morpheus.sending.wishes import Wish
    from prometheus_morpheus.wallet.purse import Purse


_INDENT: Final = 8
_SIGNATURE_ROOM: Final = 512
"""Bytes that an id and a signature add to the text of a draft."""
_ISO_LIFETIME: Final = f"PT{LIFETIME_SECONDS // 3600}H"


class Payment(NamedTuple):
    """One payment: an address, its name where it has one, and flakes."""

    address: str
    name: str
    amount: int

    @property
    def whom(self) -> str:
        """The name, else the address."""
        return self.name or self.address


class Spending(NamedTuple):
    """What is to be done: from which purse, which wish, what to show of it, and what to ask."""

    purse: Purse
    wish: Wish
    lines: tuple[str, ...]
    question: str
    doubt: str = ""
    """What speaks against the network being the one that the person means."""
    payments: tuple[Payment, ...] = ()


def fee_given(call: Call) -> int | None:
    """Return the fee that the person wants to pay, in flakes, or None for the lowest."""
    text = call.maybe("fee")
    return None if text is None else payment_of(text)


def spend(call: Call, vault: OpenVault, spending: Spending) -> int:
    """Show, ask, and carry it out.

    Raises:
        NoConsent: When the person does not agree.
        Conflict: When it would be refused as things are now.
    """
    by_hand = _by_hand(call)
    preview = None if by_hand else _preview(call, vault, spending)
    if preview is not None:
        _keep_known(call, vault, spending, preview.balance)
    standing = before_lines(call, vault, spending.purse, _total(spending, preview)) if preview is None else []
    call.show(_shown(call, spending, preview, standing))
    if preview is not None and preview.problem:
        raise _refusal(call, spending, preview)
    if call.flag("dry_run"):
        call.output.result(_document(call, spending, preview), ["nothing was signed"])
        return 0
    if not _agreed(call, spending, preview):
        raise NoConsent("nothing was signed")
    if call.flag("sign_only"):
        return _handed_out(call, vault, spending, preview)
    action = carried_out(call, vault, spending.wish, preview)
    if preview is not None and action.is_done and not preview.waiting:
        _keep_known(call, vault, spending, preview.balance - leaving(spending.wish.draft) - action.fee)
    return _told(call, spending, preview, action)


def _keep_known(call: Call, vault: OpenVault, spending: Spending, balance: int) -> None:
    """Keep what the wallet holds, for when nobody can be asked."""
    if not call.flag("dry_run"):
        remember(vault.store, [(spending.purse.address, balance)], named_endpoints(call), call.clock.now())


def _agreed(call: Call, spending: Spending, preview: Preview | None) -> bool:
    total, token = _total(spending, preview), spending.purse.network.token
    fee = preview.fee if preview is not None and spending.wish.fee is None else 0
    usual = default_fee(spending.wish.draft)
    return agreed(call, spending.question, total, token, fee=fee, usual_fee=usual, doubt=spending.doubt)


def _by_hand(call: Call) -> bool:
    """Return whether the person says everything that nodes would.

    Raises:
        NotUnderstood: When only a part of it is said.
    """
    nonce = call.number("nonce")
    if nonce is None:
        return False
    if not call.flag("sign_only") or call.maybe("fee") is None:
        raise NotUnderstood("--nonce goes with --sign-only and --fee", code="USAGE", meaning="then nobody is asked")
    if nonce < 1:
        raise NotUnderstood("the first nonce of a wallet is 1", code="USAGE")
    return True


def _preview(call: Call, vault: OpenVault, spending: Spending) -> Preview | None:
    try:
        return at_desk(call, vault, lambda desk: _looked_ahead(desk, spending.wish))
    except (Offline, TimedOut) as error:
        if call.flag("sign_only") or call.flag("dry_run"):
            raise
        why = error.what if call.setting("offline") is None else "nobody is asked"
        noted(call, f"{why}: it will be kept here, and sent with `prometheus ledger pending`")
        return None


async def _looked_ahead(desk: Desk, wish: Wish) -> Preview:
    """Return the preview of a wish, once what waited was looked at: coins that have left are not taken off twice."""
    await desk.refresh()
    return await desk.preview(wish)


def _shown(call: Call, spending: Spending, preview: Preview | None, standing: list[str]) -> list[str]:
    """Return what the person sees before they agree, within 80 columns; addresses and keys are whole."""
    lines = _facts(call, spending, preview, standing)
    return [line for text in lines for line in laid(call.safe(text), _INDENT)]


def _facts(call: Call, spending: Spending, preview: Preview | None, standing: list[str]) -> list[str]:
    purse = spending.purse
    token = purse.network.token
    lines = [f"{'from':<8}{purse.address}  {purse.place}, {purse.network.name}", *spending.lines]
    lines += [f"{'ends':<8}{_end(call, spending, preview)}"] if spending.payments else []
    goes_to = [] if call.flag("sign_only") else named_endpoints(call)
    if preview is None:
        most = "" if spending.wish.fee is not None else " at most"
        lines += [f"{'fee':<8}{shown(_fee(spending), token)}{most}", *standing]
        return lines + ([f"goes to {', '.join(goes_to)}, once it can be reached"] if goes_to else [])
    missing = shown(preview.total - preview.before, token)
    lines += [
        f"{'fee':<8}{shown(preview.fee, token)}",
        f"{'before':<8}{shown(preview.before, token)}",
        f"{'after':<8}" + (f"not possible: {missing} are missing" if preview.is_short else shown(preview.after, token)),
    ]
    if preview.waiting:
        lines.append(f"{'':<8}of which what waits here already is taken off")
    return lines + ([f"goes to {', '.join(goes_to)}"] if goes_to else [])


def _end(call: Call, spending: Spending, preview: Preview | None) -> str:
    """Return until when a payment can happen: only the bytes of one to a single payee have room for an end."""
    if not _has_end(call, spending):
        return "never by itself: once it is signed, it can be sent at any time"
    if preview is None:
        return "two hours after it is sent; unsent for two hours, it asks again"
    return "within two hours, or never happens"


def _has_end(call: Call, spending: Spending) -> bool:
    return spending.wish.lifetime > 0 and spending.wish.draft.kind is TRANSFER and call.number("nonce") is None


def _refusal(call: Call, spending: Spending, preview: Preview) -> Conflict:
    token = spending.purse.network.token
    if preview.is_short:
        return Conflict(
            "the wallet does not hold that much",
            code="WALLET-EMPTY",
            meaning=f"it has {shown(preview.before, token)}, and this needs {shown(preview.total, token)}",
            remedy="`prometheus wallet receive` shows where it can be paid",
        )
    return Conflict("this would be refused", code="WALLET-REFUSED", meaning=call.safe(preview.problem))


def _fee(spending: Spending) -> int:
    return spending.wish.draft.fee if spending.wish.fee is None else spending.wish.fee


def _total(spending: Spending, preview: Preview | None) -> int:
    return preview.total if preview is not None else amount_of(spending.wish.draft) + _fee(spending)


def _handed_out(call: Call, vault: OpenVault, spending: Spending, preview: Preview | None) -> int:
    """Sign it and write it to a file, or to standard output."""
    out = call.text("out")
    if out == files.STANDARD_STREAM:
        signed = _signed(call, vault, spending, preview)
        told = {"id": signed.id, "fee_flakes": str(signed.fee), "transaction": signed.text}
        call.output.result({**_document(call, spending, preview), **told}, [signed.text])
        return 0
    if os.path.exists(out):
        raise Conflict("that file is there already", code="FILE-EXISTS", meaning="nothing was signed")
    with files.reserved(out, len(draft_text(spending.wish.draft)) + _SIGNATURE_ROOM, replace=False) as place:
        signed = _signed(call, vault, spending, preview)
        place.fill((signed.text + "\n").encode())
    document = {**_document(call, spending, preview), "id": signed.id, "fee_flakes": str(signed.fee), "out": out}
    lines = [f"signed    {signed.id}", f"written   {call.safe(out)}", "send it with `prometheus ledger broadcast FILE`"]
    call.output.result(document, lines)
    return 0


def _signed(call: Call, vault: OpenVault, spending: Spending, preview: Preview | None) -> Signing:
    """Return what the person agreed to, signed: as the preview said, or as they wrote where there is none."""
    if preview is not None:
        action = at_desk(call, vault, lambda desk: desk.sign_only(spending.wish, preview))
    else:
        nonce = call.number("nonce") or 0
        action = Desk(vault.store, vault, call.clock).sign_by_hand(spending.wish, nonce=nonce, fee=_fee(spending))
    return action.signings[-1]


def _told(call: Call, spending: Spending, preview: Preview | None, action: Action) -> int:
    token = spending.purse.network.token
    lines = list(laid(call.safe(f"{action.title}: {in_words(action)}")))
    if action.transaction_id:
        lines.append(f"transaction  {action.transaction_id}")
    if action.fee:
        lines.append(f"fee          {shown(action.fee, token)}")
    if action.is_pending:
        lines.append("`prometheus ledger pending` shows how far it is, and sends what waits")
    call.output.result({**_document(call, spending, preview), "action": as_document(action)}, lines)
    return 0


def _document(call: Call, spending: Spending, preview: Preview | None) -> dict[str, Any]:
    purse = spending.purse
    return {
        "title": spending.wish.title,
        "network": purse.network.name,
        "token": purse.network.token,
        "from": purse.address,
        "account": purse.account,
        "key": purse.key,
        "amount_flakes": str(amount_of(spending.wish.draft)),
        "payments": [_payment_document(each) for each in spending.payments],
        "note": spending.wish.draft.vendor_field,
        "ends_within": _ISO_LIFETIME if _has_end(call, spending) else None,
        "goes_to": [] if call.flag("sign_only") else named_endpoints(call),
        "fee_flakes": None if preview is None else str(preview.fee),
        "before_flakes": None if preview is None else str(preview.before),
        "after_flakes": None if preview is None else str(preview.after),
        "height": None if preview is None else preview.height,
        "id": None,
        "transaction": None,
        "out": None,
        "action": None,
    }


def _payment_document(payment: Payment) -> dict[str, str | None]:
    return {"to": payment.address, "name": payment.name or None, "amount_flakes": str(payment.amount)}
