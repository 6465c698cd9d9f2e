"""What names a chain: the one notion of it for everything that is pinned, signed, remembered or compared.

    <nethash>                    of a network that is known here, or of a chain that has no second block yet
    <nethash>:<second block>     of any other: development ledgers share hash and first block

Rules:
* The second block's id follows from the first one's, so both are in the name.
* A chain without a second block has nothing in it that could be mixed up. Its name is the hash alone and it may yet
  become any chain of that hash: see `one_chain`.
* Nothing is used for, compared to or mixed with anything of a chain of another name.

What this is not: proof of a chain. A liar may repeat a name; it keeps chains apart, not liars.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NewType

    ChainName = NewType("ChainName", str)
else:
    ChainName = str


def chain_name(nethash: str, second_block: str = "") -> ChainName:
    """Return the name of the chain with that hash and second block, which is empty where it does not count."""
    return ChainName(f"{nethash}:{second_block}" if second_block else nethash)


def parts_of(name: str) -> tuple[str, str]:
    """Return hash and second block of a name; the second is empty where there is none in it."""
    nethash, _, second_block = name.partition(":")
    return nethash, second_block


def one_chain(names: Iterable[ChainName]) -> ChainName | None:
    """Return the fullest name of the chain that all these name, None where they are of several or there are none."""
    hashes, seconds = set(), set()
    for name in names:
        nethash, second_block = parts_of(name)
        hashes.add(nethash)
        seconds.add(second_block)
    seconds.discard("")
    if len(hashes) != 1 or len(seconds) > 1:
        return None
    return chain_name(hashes.pop(), seconds.pop() if seconds else "")
