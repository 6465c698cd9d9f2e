"""Where a node is: a base URL, or the name of a network as a shortcut for one.

Rules:
* ``https://host:port`` or ``http://host:port``, nothing behind it but a slash: the paths are ours.
* Plain http is taken for this machine, and elsewhere only because the person wrote ``http://``; then
  `Endpoint.is_open_to_eavesdroppers` is true and whoever shows the endpoint warns.
* A name is one of `prometheus_morpheus.transactions.networks`: mainnet, devnet, testnet, local.
* User names, passwords, queries and fragments in a URL are refused: they would end in logs.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.model.frozen import NamedTuple
from prometheus.model.hosts import host_of, is_loopback
from prometheus_morpheus.client.hosts import one_name, port_of

_MAX_URL = 300
_MAX_ENDPOINTS = 16


class Endpoint(NamedTuple):
    """A node's base URL without a slash at the end, and the key of the network it is expected to serve, if known."""

    base_url: str
    network: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is asked without encryption."""
        return self.base_url.startswith("http://")

    @property
    def host(self) -> str:
        """The host name or address, without port."""
        return host_of(self.base_url)

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(self.host)

    @property
    def is_open_to_eavesdroppers(self) -> bool:
        """Whether what is asked and answered can be read and changed on the way."""
        return self.is_plain and not self.is_loopback


def parse_endpoint(text: str) -> Endpoint:
    """Return the endpoint of a base URL or of a network's name.

    Raises:
        NotUnderstood: When it is neither, or the URL has more than scheme, host and port.
    """
    text = text.strip()
    if len(text) > _MAX_URL:
        raise _refusal("an endpoint is longer than a URL may be")
    if "://" not in text:
        return _of_network(text)
    return Endpoint(_checked_url(text))


def parse_endpoints(text: str) -> tuple[Endpoint, ...]:
    """Return the endpoints of a list separated by commas or spaces, each once, in the order given.

    One node has several names (`hosts`); as two it would seem to confirm itself.

    Raises:
        NotUnderstood: As `parse_endpoint`, and above 16 endpoints.
    """
    by_place: dict[str, Endpoint] = {}
    for part in text.replace(",", " ").split():
        endpoint = parse_endpoint(part)
        by_place.setdefault(_place(endpoint), endpoint)
    found = tuple(by_place.values())
    if len(found) > _MAX_ENDPOINTS:
        raise _refusal(f"more than {_MAX_ENDPOINTS} endpoints")
    return found


def _place(endpoint: Endpoint) -> str:
    """Return what is the same for every spelling of an endpoint."""
    host = one_name(endpoint.host)
    return f"{endpoint.is_plain} {host} {port_of(endpoint.base_url)}"


def _of_network(name: str) -> Endpoint:
    from prometheus_morpheus.transactions.networks import NETWORKS

    for network in NETWORKS:
        if network.key == name.lower():
            return Endpoint(network.base_url, network.key)
    known = ", ".join(network.key for network in NETWORKS)
    given = _meant_url(name) or "a URL such as https://host:4705"
    raise _refusal("no network has that name", remedy=f"give one of {known}, or {given}")


def _meant_url(text: str) -> str:
    """Return the URL that a host and port without a scheme may have meant; empty where it is none."""
    try:
        meant = Endpoint(_checked_url(f"http://{text}"))
    except NotUnderstood:
        return ""
    if meant.is_loopback:
        return meant.base_url
    return meant.base_url.replace("http:", "https:", 1) if ":" in text or "." in text else ""


def _checked_url(text: str) -> str:
    from urllib.parse import urlsplit

    if not text.isascii():
        raise _refusal(
            "the URL of an endpoint has letters beyond ASCII",
            remedy="write the host as the network does, with xn-- before such a part: one name has one spelling",
        )
    if not text.isprintable() or " " in text or "\\" in text:
        raise _refusal("the URL of an endpoint has characters that no URL has")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _refusal("the URL of an endpoint cannot be read") from error
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or ("%" in host and ":" not in host):
        raise _refusal("an endpoint is an http or https URL")
    if parts.username is not None or parts.password is not None:
        raise _refusal("the URL of an endpoint has a user name", remedy="nodes ask for none; leave it out")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "?" in text or "#" in text:
        raise _refusal("the URL of an endpoint goes on after host and port")
    shown_host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown_host}" + (f":{port}" if port is not None else "")


def _refusal(what: str, *, remedy: str = "") -> NotUnderstood:
    return NotUnderstood(
        what, code="ENDPOINT", remedy=remedy or "give a network name, or scheme, host and port: https://host:4705"
    )
