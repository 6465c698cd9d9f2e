"""``wallet address add|list|remove``: the address book in the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus.errors import Ambiguous, NoConsent, NotFound
from prometheus.model.laid_out import laid
from prometheus_morpheus.transactions.networks import network_keyed
from prometheus_morpheus.wallet import address_book
from prometheus_morpheus.wallet.address_book import AddressBook, Saved

if TYPE_CHECKING:
    from prometheus.api import Call


_NAME = 49
"""Columns before a name in the list."""


def add(call: Call) -> int:
    """Save an address under a name."""
    address = call.text("address").strip()
    byte = address_book.address_byte_of(address)
    at = call.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    saved = Saved(address_book.checked_name(call.text("name")), address, byte, at)
    with call.open_vault() as vault:
        before = AddressBook(vault.store).find(saved.name, byte)
        if before is not None and before.address != address:
            call.show([f"{call.safe(before.name)} is {before.address} on {before.network.name}"])
            if not call.confirm(f"replace it by {address}?"):
                raise NoConsent("the address book stays as it is")
        with vault.store.transaction() as commit:
            address_book.save(commit, saved)
    said = f"{call.safe(saved.name)} is {address} on {saved.network.name}"
    call.output.result(_document(saved), [said])
    return 0


def show_all(call: Call) -> int:
    """List saved addresses."""
    named = call.maybe("network")
    byte = None if named is None else network_keyed(named).address_byte
    with call.open_vault() as vault:
        found = [each for each in AddressBook(vault.store).all_saved() if byte in {None, each.address_byte}]
    rows = [f"{each.address}  {each.network.name:<11}  {each.name}" for each in found]
    lines = [line for row in rows for line in laid(call.safe(row), _NAME)]
    empty = ["no address is saved yet; save one with", "`prometheus wallet address add NAME ADDRESS`"]
    call.output.result({"addresses": [_document(each) for each in found]}, lines or empty)
    return 0


def remove(call: Call) -> int:
    """Take a name out of the address book."""
    with call.open_vault() as vault:
        saved = _the_one(call, AddressBook(vault.store))
        with vault.store.transaction() as commit:
            address_book.remove(commit, saved)
    call.output.result({"removed": _document(saved)}, [f"{call.safe(saved.name)} ({saved.address}) is out"])
    return 0


def _the_one(call: Call, book: AddressBook) -> Saved:
    name, named = call.text("name"), call.maybe("network")
    bytes_ = {each.address_byte for each in book.all_saved()} if named is None else {network_keyed(named).address_byte}
    found = [saved for byte in sorted(bytes_) if (saved := book.find(name, byte)) is not None]
    if not found:
        raise NotFound("no address is saved under that name", code="ADDRESS-NOT-SAVED")
    if len(found) > 1:
        networks = ", ".join(each.network.name for each in found)
        raise Ambiguous("that name has addresses on several networks", meaning=networks, remedy="give --network")
    return found[0]


def _document(saved: Saved) -> dict[str, Any]:
    return {"name": saved.name, "address": saved.address, "network": saved.network.name, "added": saved.added}
