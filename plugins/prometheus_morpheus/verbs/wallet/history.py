"""``wallet history``: what came and went, page by page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from prometheus.errors import NotUnderstood
from prometheus.model.laid_out import laid
from prometheus.model.written_time import local
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.laid_out import noted, short, warned
from prometheus_morpheus.verbs.wallet.compared import compared_past, delegate_names
from prometheus_morpheus.verbs.wallet.place import network_for, purse_of
from prometheus_morpheus.wallet.address_book import AddressBook
from prometheus_morpheus.wallet.coins import coins_of
from prometheus_morpheus.wallet.exported import LAST_SECOND, as_document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prometheus.api import Call
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.verbs.wallet.compared import Past
    from prometheus_morpheus.wallet.movements import Movement

LARGEST_PAGE: Final = 100
_SHOWN: Final = 2
"""Names or addresses in one line; the others are in the export."""
_LONGEST_NAME: Final = 64
_HEAD: Final = ("block", "time", "coins", "fee", "with, or for")
_GAP: Final = "  "


def run(call: Call) -> int:
    """Show one page of what came and went."""
    page, limit = call.number("page") or 0, call.number("limit") or 0
    if page < 1 or not 1 <= limit <= LARGEST_PAGE:
        raise NotUnderstood(f"pages count from 1 and have 1 to {LARGEST_PAGE} lines", code="USAGE")
    network = network_for(call)
    with call.open_vault() as vault:
        purse, names = purse_of(call, vault, network), AddressBook(vault.store).names()
        personas = {each.did: each.shown_name for each in vault.personas()}

    async def ask(nodes: tuple[LedgerNode, ...]) -> tuple[Past, dict[str, str]]:
        past = await compared_past(nodes, purse, page, limit)
        return past, await delegate_names(nodes, past.page.source, past.page.movements)

    past, delegates = asked(call, ask)
    tell_doubts(call, past)
    document = {
        "address": purse.address,
        "network": network.name,
        **past.as_document(),
        "page": page,
        "pages": past.page.pages,
        "movements": [as_document(each, names | delegates) for each in past.page.movements],
    }
    lines = _table(past.page.movements, names | personas | delegates, call.safe)
    if past.page.pages > page:
        lines.append(f"page {page} of {past.page.pages}; older ones: --page {page + 1}")
    empty = [
        "nothing came or went yet",
        f"`prometheus wallet receive` shows the address of {purse.place}",
    ]
    call.output.result(document, [*(lines if past.page.movements else empty), *laid(call.safe(past.whose_word()))])
    return 0


def tell_doubts(call: Call, past: Past) -> None:
    """Say who could not be asked, and warn of what endpoints contradict each other about."""
    for line in past.silent:
        noted(call, line)
    for line in past.differing:
        warned(call, line)


def _table(movements: Sequence[Movement], names: Mapping[str, str], safe: Callable[[str], str]) -> list[str]:
    rows = [_HEAD, *(_row(each, names) for each in movements)]
    block, at, coins, fee = (max(len(row[place]) for row in rows) for place in range(len(_HEAD) - 1))
    indent = block + at + coins + fee + 4 * len(_GAP)
    lines: list[str] = []
    for number, row in enumerate(rows):
        start = _GAP.join((row[0].rjust(block), row[1].ljust(at), row[2].rjust(coins), row[3].rjust(fee), ""))
        lines += laid(start + safe(row[4]), indent)
        note = movements[number - 1].note if number else ""
        lines += laid(" " * indent + f"note: {safe(note)}", indent) if note else ()
    return lines


def _row(each: Movement, names: Mapping[str, str]) -> tuple[str, ...]:
    at = local(datetime.fromtimestamp(min(max(each.unix, 0), LAST_SECOND), UTC))
    sign = "+" if each.amount > 0 else ""
    fee = coins_of(each.fee) if each.fee else ""
    return str(each.height), at, sign + coins_of(each.amount), fee, _what(each, names)


def _what(each: Movement, names: Mapping[str, str]) -> str:
    """Return with whom it was, or what it was for."""
    if each.kind in {"transfer", "multi-payment"} and each.others:
        return _some(each.others, names)
    if each.votes:
        return ", ".join(
            ("vote for " if vote[0] == "+" else "unvote ") + _some((vote[1:],), names) for vote in each.votes
        )
    dated = len(each.content_ids)
    about = [f"DID {_some(each.dids, names)}"] if each.dids else []
    about += ["a timestamp" if dated == 1 else f"{dated} timestamps"] if dated else []
    return " and ".join(about) or each.kind


def _some(texts: Sequence[str], names: Mapping[str, str]) -> str:
    named = [names.get(text, short(text))[:_LONGEST_NAME] for text in texts[:_SHOWN]]
    further = len(texts) - len(named)
    return ", ".join(named) + (f" and {further} more" if further else "")
