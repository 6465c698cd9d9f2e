"""Where an authority, an inspector or a verifier is: the base URL that a person wrote.

Rules:
* ``https://host[:port][/path]`` or ``http://…``, without a slash at the end; the paths of the interface come behind it.
* Plain http is taken for this machine. Elsewhere personal data would be readable on the way, so the person has to
  agree to that with `service_address(…, allow_http=True)`.
* User names, passwords, queries and fragments are refused: they would end in logs and in the vault.
"""

from __future__ import annotations

import re

from prometheus.errors import NotUnderstood, PolicyForbids
from prometheus.model.frozen import Final, NamedTuple
from prometheus.model.hosts import host_of, is_loopback

LONGEST: Final = 300
_THIS_MACHINE: Final = "localhost"
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_SCHEMES: Final = tuple(_USUAL_PORTS)
_HIGHEST_PORT: Final = 65535
_LONGEST_LABEL: Final = 63
"""Characters between two dots of a name (RFC 1035, 2.3.4)."""
_PORT: Final = re.compile(r"(?:[^\[\]:]+|\[[^\[\]]+\]):[0-9]{1,5}")
_NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?")
_BRACKETS: Final = re.compile(r"\[(?=[^\]]*:)[0-9A-Fa-f:.]{2,45}\]")


class ServiceAddress(NamedTuple):
    """A base URL as the person wrote it, normalised: lower-case scheme and host, no slash at the end."""

    url: str

    @property
    def host(self) -> str:
        """The host name or address, without port."""
        return host_of(self.url)

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(self.host)

    @property
    def place(self) -> str:
        """The same text for each way to write one place: usual ports written out, this machine under one name."""
        scheme, _, rest = self.url.partition("://")
        authority, slash, path = rest.partition("/")
        host, colon, port = authority.rpartition(":") if _PORT.fullmatch(authority) else (authority, "", "")
        named = _THIS_MACHINE if self.is_loopback else host.removesuffix(".")
        return f"{scheme}://{named}:{int(port) if colon else _USUAL_PORTS[scheme]}{slash}{path}"

    @property
    def is_open_to_eavesdroppers(self) -> bool:
        """Whether what is asked and answered can be read and changed on the way."""
        return self.url.startswith("http://") and not self.is_loopback


def service_address(text: str, *, allow_http: bool = False) -> ServiceAddress:
    """Return the address that a person wrote.

    Args:
        text: A URL.
        allow_http: Whether the person agreed to plain http to another machine.

    Raises:
        NotUnderstood: When it is no such URL.
        PolicyForbids: When it is plain http to another machine and nobody agreed to that.
    """
    address = ServiceAddress(_checked(text.strip()))
    if address.is_open_to_eavesdroppers and not allow_http:
        raise PolicyForbids(
            f"{address.url} is asked without encryption",
            code="SERVICE-PLAIN-HTTP",
            meaning="everybody on the way could read and change what is sent: names, evidence, answers",
            remedy="give its https:// address, or agree to it with --allow-http",
        )
    return address


def _checked(text: str) -> str:
    if len(text) > LONGEST:
        raise _refusal("the address of the service is longer than a URL may be")
    if not text.isascii() or not text.isprintable() or any(char in text for char in ' \\"<>^`{|}'):
        raise _refusal("the address of the service has characters that no URL has")
    scheme, colon, rest = text.partition("://")
    if scheme.lower() not in _SCHEMES or not colon:
        raise _refusal("the address of the service is no http or https URL")
    place, slash, path = rest.partition("/")
    if "@" in place:
        raise _refusal("the address of the service has a user name")
    path = (slash + path).rstrip("/")
    if "?" in rest or "#" in rest or "//" in path or "/." in path:
        raise _refusal("the address of the service goes on after its path")
    return f"{scheme.lower()}://{_checked_place(place)}{path}"


def _checked_place(place: str) -> str:
    """Return host and port in lower case; a host is a name, four numbers, or an address in brackets."""
    host, colon, port = place.rpartition(":") if _PORT.fullmatch(place) else (place, "", "")
    is_name = _NAME.fullmatch(host) and all(0 < len(label) <= _LONGEST_LABEL for label in host.rstrip(".").split("."))
    if not (is_name or _BRACKETS.fullmatch(host)) or (colon and not 0 < int(port) <= _HIGHEST_PORT):
        raise _refusal("the address of the service has no host that can be asked")
    return f"{host.lower()}{colon}{port}"


def _refusal(what: str) -> NotUnderstood:
    return NotUnderstood(what, code="SERVICE-ADDRESS", remedy="give scheme, host and port: https://authority.example")
