"""The keys behind DIDs: ``m / 128164' / kind' / index'`` in the SLIP-0010 tree of a seed.

Rules:
* There are four kinds: people show themselves as personas, their machines are devices, several people share a group,
  and things are resources. A kind is named by its singular, in any case.
* Every key of this tree is a possible DID. It needs the seed: a locked vault knows only the public keys it kept.
* One phrase gives the same keys in every wallet of the Internet of People.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity import slip10
from prometheus.identity.multicipher import ED25519, SecretKey
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus_memory import SecretBytes

MORPHEUS_PURPOSE = 128164
"""0x1F4A4, the code point of the sleeping symbol; the first step of the path."""


class Kind(NamedTuple):
    """A kind of DID: its number in the path, and its names for one and for many."""

    number: int
    name: str
    plural: str


KINDS = (
    Kind(0, "persona", "personas"),
    Kind(1, "device", "devices"),
    Kind(2, "group", "groups"),
    Kind(3, "resource", "resources"),
)


def kind_named(name: str) -> Kind:
    """Return the kind of a singular name.

    Raises:
        NotUnderstood: ``Unknown DID kind <name>``.
    """
    for kind in KINDS:
        if kind.name == name.lower():
            return kind
    raise NotUnderstood(f"Unknown DID kind {name}", code="DID-KIND", remedy="use persona, device, group or resource")


def kind_number(name: str) -> int:
    """Return the number of a kind in derivation paths; NotUnderstood ``Unknown DID kind <name>``."""
    return kind_named(name).number


def root_path() -> str:
    """Return the path of the subtree of all DIDs."""
    return f"m/{MORPHEUS_PURPOSE}'"


def kind_path(kind: str) -> str:
    """Return the path of the subtree of a kind."""
    return f"{root_path()}/{kind_number(kind)}'"


def key_path(kind: str, index: int) -> str:
    """Return the path of one key; NotUnderstood ``Derivation index cannot be negative``."""
    return f"{kind_path(kind)}/{slip10.checked_index(index)}'"


def derive_extended(seed: SecretBytes, kind: str, index: int) -> slip10.ExtendedKey:
    """Return secret and chain code of the index-th key of a kind."""
    return slip10.derive(seed, key_path(kind, index))


def derive_secret(seed: SecretBytes, kind: str, index: int) -> SecretKey:
    """Return the index-th key of a kind.

    Raises:
        NotUnderstood: ``Unknown DID kind <name>`` or ``Derivation index cannot be negative``.
    """
    extended = derive_extended(seed, kind, index)
    extended.chain_code.wipe()
    return SecretKey(ED25519, extended.secret)
