"""The past of an address as one node tells it, held against what the others tell of its newest page.

Rules: the first node that answers tells the page. Others are asked for the newest page alone, since older pages shift
while blocks are made. Two are compared between the lowest block that both pages reach and the highest that both nodes
have; what lies outside is no contradiction. Nothing is settled: the person is told who says what.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.errors import NetworkError
from prometheus_morpheus.client.hosts import count_sources
from prometheus_morpheus.verbs.wallet.past import page_of, past_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.verbs.wallet.past import PastPage
    from prometheus_morpheus.wallet.movements import Movement
    from prometheus_morpheus.wallet.purse import Purse

_MOST_DELEGATES: Final = 20
"""Names that are asked for with one page; other delegates are shown by their keys."""


class Told(NamedTuple):
    """A page as one node tells it, and the height that the node had when it was asked."""

    page: PastPage
    tip: int


class Past(NamedTuple):
    """A page, which endpoints tell the same, in what others differ, and who could not be asked, each in words."""

    page: PastPage
    agreed_by: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    def whose_word(self) -> str:
        """Return in one line whose word the page is."""
        said = f"as {self.page.source} tells it"
        if self.differing:
            return f"{said}; not all endpoints tell the same"
        if self.agreed_by and count_sources((self.page.source, *self.agreed_by)) == 1:
            return f"{said}: one host's word, by {len(self.agreed_by) + 1} names"
        if self.agreed_by:
            return f"{said}; {', '.join(self.agreed_by)} tells the same of the newest page"
        return f"{said}: one endpoint's word"

    def as_document(self) -> dict[str, Any]:
        """Return whose word it is as members of JSON."""
        return {
            "source": self.page.source,
            "agreed_by": list(self.agreed_by),
            "differing": list(self.differing),
            "silent": list(self.silent),
        }


async def compared_past(nodes: Sequence[LedgerNode], purse: Purse, page: int, limit: int) -> Past:
    """Return a page of the past of a purse, the newest one compared; errors as `past_page`."""
    if page > 1 or len(nodes) == 1:
        return Past(await past_page(nodes, purse, page, limit))
    answers = await asyncio.gather(*(_told(node, purse, limit) for node in nodes))
    there = [answer for answer in answers if isinstance(answer, Told)]
    silent = [answer for answer in answers if not isinstance(answer, Told)]
    if not there:
        raise silent[-1]
    first, others = there[0], there[1:]
    found = [(other.page.source, difference(first, other)) for other in others]
    return Past(
        first.page,
        tuple(source for source, differs in found if not differs),
        tuple(differs for _, differs in found if differs),
        tuple(error.what for error in silent),
    )


def difference(first: Told, other: Told) -> str:
    """Return in what the second contradicts the first, empty where it does not."""
    low = max(_lowest(first.page), _lowest(other.page))
    high = min(first.tip, other.tip)
    ours, theirs = _between(first.page.movements, low, high), _between(other.page.movements, low, high)
    both = ours.keys() & theirs.keys()
    counted = (
        (len(ours.keys() - both), "missing there"),
        (len(theirs.keys() - both), "there alone"),
        (sum(ours[name] != theirs[name] for name in both), "told otherwise"),
    )
    if not any(count for count, _ in counted):
        return ""
    said = ", ".join(f"{count} {'is' if count == 1 else 'are'} {words}" for count, words in counted if count)
    return f"{other.page.source} contradicts {first.page.source} about what came and went: {said}"


async def delegate_names(nodes: Sequence[LedgerNode], source: str, movements: Iterable[Movement]) -> dict[str, str]:
    """Return the names of the delegates that votes are about, by public key in hex, as the node that told them says."""
    node = next(each for each in nodes if each.endpoint.base_url == source)
    return await names_by_key(node, dict.fromkeys(key for each in movements for key in each.delegates))


async def names_by_key(node: LedgerNode, keys: Iterable[str]) -> dict[str, str]:
    """Return the names of delegates by public key in hex, as a node tells them; none for those without one."""
    asked_for = list(keys)[:_MOST_DELEGATES]
    found = await asyncio.gather(*(_name(node, key) for key in asked_for))
    return {key: name for key, name in zip(asked_for, found, strict=True) if name}


async def _name(node: LedgerNode, key: str) -> str:
    try:
        return (await node.wallet(key)).username or ""
    except NetworkError:
        return ""


async def _told(node: LedgerNode, purse: Purse, limit: int) -> Told | NetworkError:
    try:
        tip = (await node.tip()).height
        return Told(await page_of(node, purse, 1, limit), tip)
    except NetworkError as error:
        return error


def _lowest(page: PastPage) -> int:
    """Return the height down to which a page has everything: 0 where it is the whole past."""
    return min((each.height for each in page.movements), default=0) + 1 if page.pages > 1 else 0


def _between(movements: Iterable[Movement], low: int, high: int) -> dict[str, tuple[int, int, int]]:
    return {each.id: (each.height, each.amount, each.fee) for each in movements if low <= each.height <= high}
