"""Addresses by name, in the plugin's own part of the vault: whom one pays is nobody's business.

    address/<address byte>/<name without case>    {"name": "Ana", "address": "h…", "added": "2026-11-22T18:00:00Z"}

Rules:
* A name may have one address on each network, and is found in any spelling of the same letters (Unicode NFKC, no case).
* A name is no address and holds nothing that hides or steers a terminal, so that it is taken for nothing else.
* An address that is saved was whole when it was: its checksum is checked before anything else.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.errors import NotFound, NotUnderstood
from prometheus.identity.base58check import decode_checked
from prometheus_morpheus.transactions.addresses import is_address
from prometheus_morpheus.transactions.networks import NETWORKS, network_of

if TYPE_CHECKING:
    from prometheus.api import Store, StoreTransaction
    from prometheus_morpheus.transactions.networks import HydraNetwork

LONGEST_NAME: Final = 64
_PREFIX: Final = "address/"
_ADDRESS_LENGTH: Final = 34


class Saved(NamedTuple):
    """A saved address: the name as it was written, the network's address byte, when it was added (RFC 3339)."""

    name: str
    address: str
    address_byte: int
    added: str

    @property
    def network(self) -> HydraNetwork:
        """The network that the address belongs to."""
        return network_of(self.address_byte)


class AddressBook:
    """The saved addresses of one vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all_saved(self) -> tuple[Saved, ...]:
        """Return every saved address, by network and name."""
        return tuple(_saved(name, fields) for name, fields in self._store.scan(_PREFIX))

    def find(self, name: str, address_byte: int) -> Saved | None:
        """Return what is saved under a name for a network, or None."""
        record = _record_name(checked_name(name), address_byte)
        fields = self._store.get(record)
        return None if fields is None else _saved(record, fields)

    def name_of(self, address: str) -> str:
        """Return the name of an address; empty where it has none."""
        return self.names().get(address, "")

    def names(self) -> dict[str, str]:
        """Return the names of all saved addresses, by address."""
        return {each.address: each.name for each in self.all_saved()}

    def resolve(self, text: str, network: HydraNetwork) -> tuple[str, str]:
        """Return the address that a text is or names on a network, and its name, empty for a bare address.

        Raises:
            NotFound: When nothing is saved under that name for the network.
            NotUnderstood: When it is an address of another network, or a mistyped one.
        """
        if is_address(text):
            _refuse_other(text, network)
            return text, self.name_of(text)
        found = self.find(text, network.address_byte)
        if found is None:
            raise self._not_saved(text, network)
        return found.address, found.name

    def _not_saved(self, text: str, network: HydraNetwork) -> NotFound | NotUnderstood:
        """Return why a text that is no address names none: mistyped, known elsewhere, or never saved."""
        others = {each.network.name for each in self.all_saved() if self.find(text, each.address_byte) == each}
        if others:
            return NotFound(
                f"{text[:LONGEST_NAME]!r} is saved for {' and '.join(sorted(others))} only",
                code="ADDRESS-NOT-SAVED",
                meaning=f"this is about {network.name}",
                remedy="`prometheus wallet address add NAME ADDRESS` saves one for each network",
            )
        if _looks_like_address(text):
            return _mistyped()
        return NotFound(
            f"no address on {network.name} is saved for {text[:LONGEST_NAME]!r}",
            code="ADDRESS-NOT-SAVED",
            meaning="and it is no address either",
            remedy="save it first: `prometheus wallet address add NAME ADDRESS`",
        )


def save(commit: StoreTransaction, saved: Saved) -> None:
    """Write an address into the book, replacing what had its name on its network."""
    fields = {"name": saved.name, "address": saved.address, "added": saved.added}
    commit.put(_record_name(saved.name, saved.address_byte), fields)
    commit.audit("wallet.address.add", name=saved.name, address=saved.address)


def remove(commit: StoreTransaction, saved: Saved) -> None:
    """Take an address out of the book."""
    commit.delete(_record_name(saved.name, saved.address_byte))
    commit.audit("wallet.address.remove", name=saved.name, address=saved.address)


def address_byte_of(address: str) -> int:
    """Return the byte that says which network an address belongs to.

    Raises:
        NotUnderstood: When it is no whole address of a Hydra network.
    """
    if not is_address(address):
        if _looks_like_address(address):
            raise _mistyped()
        raise NotUnderstood("this is no address of a Hydra network", code="ADDRESS", meaning=address[:LONGEST_NAME])
    return network_of(decode_checked(address)[0]).address_byte


def checked_name(text: str) -> str:
    """Return a name fit to be saved, without the spaces around it.

    Raises:
        NotUnderstood: When it is empty, too long, an address, or holds what cannot be seen.
    """
    name = unicodedata.normalize("NFC", text.strip())
    if not name or len(name) > LONGEST_NAME:
        raise NotUnderstood(f"a name has 1 to {LONGEST_NAME} characters", code="ADDRESS-NAME")
    if not name.isprintable():
        raise NotUnderstood("a name holds only what can be seen", code="ADDRESS-NAME")
    if is_address(name):
        raise NotUnderstood("a name is not an address", code="ADDRESS-NAME", meaning="it could be taken for one")
    return name


def _refuse_other(address: str, network: HydraNetwork) -> None:
    """Refuse an address of another network than the one that is meant."""
    byte = decode_checked(address)[0]
    if byte == network.address_byte:
        return
    raise NotUnderstood(
        f"this is an address of {_network_name(byte)}, and {network.name} is meant here",
        code="NETWORK-PREFIX",
        meaning=address,
        remedy=f"ask for one of {network.name}, or name the other with --network and --ledger",
    )


def _network_name(address_byte: int) -> str:
    named = [each.name for each in NETWORKS if each.address_byte == address_byte]
    return named[0] if named else "no Hydra network"


def _looks_like_address(text: str) -> bool:
    return text.isascii() and text.isalnum() and abs(len(text) - _ADDRESS_LENGTH) <= 2  # a slip or two


def _mistyped() -> NotUnderstood:
    return NotUnderstood(
        "this address is mistyped: its checksum does not fit", code="CHECKSUM", remedy="copy the whole address again"
    )


def _record_name(name: str, address_byte: int) -> str:
    return f"{_PREFIX}{address_byte}/{unicodedata.normalize('NFKC', name).casefold()}"


def _saved(record: str, fields: dict[str, str]) -> Saved:
    byte = int(record.removeprefix(_PREFIX).partition("/")[0])
    return Saved(fields["name"], fields["address"], byte, fields["added"])
