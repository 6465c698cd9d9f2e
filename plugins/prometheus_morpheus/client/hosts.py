"""One host under its many names, and how many sources several endpoints are.

Rules:
* Case, a dot at the end, and every way to write an address are the same name: 127.1, 0x7f.1, ::ffff:127.0.0.1.
* All that stays on this machine is one host: localhost and what ends in it, loopback addresses, 0.0.0.0 and ::, the
  name that the machine gives itself.
* One host is one source, whatever port and scheme it is asked by: whoever runs it can answer at all of them alike. On
  this machine each port is one, for that is how several ledgers or tunnels stand beside each other.

What this is not: proof of independence. Two names of one host that only its operator knows to be one, and two hosts of
one operator, are two sources here; that is for the person who names them. Nobody is asked, no name is looked up.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.hosts import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable

THIS_MACHINE = "this machine"
_LOCAL = "localhost"
_NUMERIC = frozenset("0123456789abcdefx.")


def port_of(base_url: str) -> int:
    """Return the port of a base URL, the one of its scheme where it names none."""
    scheme, _, rest = base_url.rstrip("/").partition("://")
    port = rest.rpartition(":")[2]
    if rest.endswith("]") or not port.isdigit():
        return 443 if scheme.lower() == "https" else 80
    return int(port)


def one_name(host: str) -> str:
    """Return what is the same for every spelling of a host that can be told without asking anybody."""
    name = host.lower().removesuffix(".")
    if name == _LOCAL or name.endswith(f".{_LOCAL}"):
        return THIS_MACHINE
    if ":" in name or (name[:1].isdigit() and _NUMERIC.issuperset(name)):
        return _address(name)
    return THIS_MACHINE if name == _own_name() else name


def source_of(base_url: str) -> str:
    """Return what is the same for all endpoints that one and the same host answers."""
    host = one_name(host_of(base_url))
    return f"{host} {port_of(base_url)}" if host == THIS_MACHINE else host


def count_sources(base_urls: Iterable[str]) -> int:
    """Return how many of these endpoints can be independent of each other."""
    return len({source_of(url) for url in base_urls})


def _address(name: str) -> str:
    """Return an address in its one spelling, the text itself where it is none."""
    import socket
    from ipaddress import IPv6Address, ip_address

    try:
        address = ip_address(name.partition("%")[0] if ":" in name else socket.inet_aton(name))
    except (OSError, ValueError):
        return name
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return THIS_MACHINE if address.is_loopback or address.is_unspecified else str(address)


def _own_name() -> str:
    import socket

    return socket.gethostname().lower()
