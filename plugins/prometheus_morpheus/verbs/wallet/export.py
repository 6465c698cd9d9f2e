"""``wallet export``: the whole history of an address as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus import files
from prometheus.model.laid_out import laid
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.laid_out import noted
from prometheus_morpheus.verbs.replacing import agree_to_replace
from prometheus_morpheus.verbs.wallet.compared import compared_past, delegate_names
from prometheus_morpheus.verbs.wallet.history import tell_doubts
from prometheus_morpheus.verbs.wallet.past import page_of
from prometheus_morpheus.verbs.wallet.place import network_for, purse_of
from prometheus_morpheus.wallet.address_book import AddressBook
from prometheus_morpheus.wallet.exported import as_csv, as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.api import Call
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.verbs.wallet.compared import Past
    from prometheus_morpheus.wallet.movements import Movement
    from prometheus_morpheus.wallet.purse import Purse

_PAGE: Final = 100
_MOST_PAGES: Final = 1_000
"""A node that always has one more page ends somewhere."""


def run(call: Call) -> int:
    """Write the whole history of an address to a file."""
    network, out = network_for(call), call.text("out")
    agree_to_replace(call, out)
    with call.open_vault() as vault:
        purse, names = purse_of(call, vault, network), AddressBook(vault.store).names()
        with call.progress("reading the history") as told:
            past, movements, delegates = asked(call, lambda nodes: _whole(nodes, purse, told))
        with vault.store.transaction() as commit:
            commit.audit("wallet.export", address=purse.address)
    tell_doubts(call, past)
    names |= delegates
    about = {"address": purse.address, "network": network.name, "token": network.token}
    content = as_csv(movements, names) if call.text("form") == "csv" else as_json(movements, names, **about)
    if out == files.STANDARD_STREAM:
        lines = content.decode().rstrip().replace("\r\n", "\n").split("\n")
        call.output.result({**about, **past.as_document(), "export": content.decode()}, map(call.safe, lines))
        noted(call, past.whose_word())
        return 0
    files.write(out, content)
    document = {**about, **past.as_document(), "out": out, "movements": len(movements)}
    said = f"{_counted(len(movements)).format(purse.address)} in {out}", past.whose_word()
    call.output.result(document, [line for text in said for line in laid(call.safe(text))])
    return 0


def _counted(movements: int) -> str:
    return "1 movement of {} is" if movements == 1 else f"{movements} movements of {{}} are"


async def _whole(
    nodes: Sequence[LedgerNode], purse: Purse, told: Callable[[int, int], None]
) -> tuple[Past, tuple[Movement, ...], dict[str, str]]:
    """Return every movement, newest first, each once however the pages shift while they are read.

    With them whose word they are, and the names of the delegates in them.
    """
    past = await compared_past(nodes, purse, 1, _PAGE)
    first = past.page
    node = next(each for each in nodes if each.endpoint.base_url == first.source)
    found = {each.id: each for each in first.movements}
    pages = min(first.pages, _MOST_PAGES)
    for page in range(2, pages + 1):
        told(page - 1, pages)
        found |= {each.id: each for each in (await page_of(node, purse, page, _PAGE)).movements}
    movements = tuple(found.values())
    return past, movements, await delegate_names(nodes, first.source, movements)
