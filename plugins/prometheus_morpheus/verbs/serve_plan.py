"""Reads what a service is to be from the values of a call, and refuses what would not be safe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prometheus.errors import NotUnderstood, PolicyForbids
from prometheus.model.hosts import is_loopback

if TYPE_CHECKING:
    import ssl

    from prometheus.api import Call
    from prometheus_morpheus.services.description import Kind
    from prometheus_morpheus.services.limits import Limits
    from prometheus_morpheus.services.purging import Rule
    from prometheus_morpheus.services.running import Plan
    from prometheus_morpheus.services.sealing import Seal

_DAYS = re.compile(r"(?:([0-9]{1,5})d|P([0-9]{1,5})D)")
_LAST_PORT = 65535
_LONGEST_NAME = 100
_MIB = 1024 * 1024


def plan_of(call: Call, kind: Kind) -> Plan:
    """Return the plan of a service.

    Raises:
        NotUnderstood: When a value is none, or the key is missing.
        PolicyForbids: When it would be reached from elsewhere without encryption, or its files are not its own.
        NotFound: When a verifier has no ledger.
    """
    from prometheus_morpheus.services.running import Plan

    host, port = _address(call.text("listen"))
    tls = _tls(call)
    _require_encryption(call, host, has_tls=tls is not None)
    keeps = kind != "verifier"
    return Plan(
        kind,
        _folder(call, kind) if keeps else None,
        _seal(call) if keeps else None,
        host,
        port,
        url=_url(call),
        clerks=call.many("clerk") if keeps else (),
        is_open=kind != "authority" or call.text("requests_from") == "anyone",
        dids=(dids := _dids(call, kind)),
        ledgers=_ledgers(call, kind, dids),
        rule=_rule(call, kind),
        limits=_limits(call, keeps=keeps),
        tls=tls,
        is_behind_proxy=call.flag("behind_proxy"),
        name=_name(call),
    )


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= _LAST_PORT):
        raise NotUnderstood(
            f"{text[:80]!r} is no address to listen at", code="SERVICE-LISTEN", remedy="give HOST:PORT, or [HOST]:PORT"
        )
    return host, int(port)


def _require_encryption(call: Call, host: str, *, has_tls: bool) -> None:
    if has_tls or call.flag("behind_proxy") or is_loopback(host.lower()):
        return
    raise PolicyForbids(
        f"{host} can be reached from other machines, and no certificate is given",
        code="SERVICE-PLAIN-HTTP",
        meaning="everybody on the way could read claims and change statements",
        remedy="give --tls-cert and --tls-key, or let a proxy speak https and give --behind-proxy",
    )


def _tls(call: Call) -> ssl.SSLContext | None:
    certificate, private_key = call.maybe("tls_cert"), call.maybe("tls_key")
    if certificate is None and private_key is None:
        return None
    if certificate is None or private_key is None:
        raise NotUnderstood("--tls-cert and --tls-key belong together", code="SERVICE-TLS")
    import ssl

    _require_private(private_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, private_key)
    except (OSError, ssl.SSLError) as error:
        raise NotUnderstood(
            "the certificate and its key cannot be used",
            code="SERVICE-TLS",
            meaning=str(error),
            remedy="give a PEM file with the chain, and one with the unencrypted private key that belongs to it",
        ) from None
    return context


def _folder(call: Call, kind: Kind) -> str:
    from prometheus_morpheus.services.own_files import require_own, require_own_store

    folder = call.maybe("folder") or f"{call.places.state}/{kind}"
    require_own(folder, is_folder=True)
    require_own_store(folder)
    return folder


def _require_private(path: str) -> None:
    import os
    import stat
    from contextlib import suppress

    with suppress(OSError):  # one that is not there is told when it is loaded
        if os.stat(path).st_mode & stat.S_IRWXO:
            raise PolicyForbids(
                f"everybody on this machine may read {path}",
                code="SERVICE-TLS-OPEN",
                meaning="whoever has the key of the certificate can be this service",
                remedy=f"chmod 600 {path}; if somebody may have read it, get a certificate for a new key",
            )


def _seal(call: Call) -> Seal:
    from prometheus_morpheus.services.key_file import seal_from_descriptor, seal_from_file

    number, path = call.number("key_fd"), call.maybe("key_file")
    if number is not None and path is not None:
        raise NotUnderstood("--key-fd and --key-file name the same thing", code="SERVICE-KEY")
    if number is not None:
        return seal_from_descriptor(number)
    if path is not None:
        return seal_from_file(path)
    raise NotUnderstood(
        "a key is needed to seal what people send",
        code="SERVICE-KEY-MISSING",
        meaning="it would lie readable on the disk otherwise",
        remedy="make one with prometheus serve key --out FILE, then give --key-file FILE",
    )


def _name(call: Call) -> str:
    name = call.maybe("name") or ""
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise NotUnderstood(f"--name is one line of at most {_LONGEST_NAME} characters", code="SERVICE-NAME")
    return name


def _url(call: Call) -> str:
    from prometheus.model.service_address import service_address

    written = call.maybe("url")
    return service_address(written).url if written else ""


def _dids(call: Call, kind: Kind) -> tuple[str, ...]:
    from prometheus.identity.did import Did

    return tuple(Did.parse(text).text for text in call.many("did")) if kind == "authority" else ()


def _ledgers(call: Call, kind: Kind, dids: tuple[str, ...]) -> tuple[str, ...]:
    from prometheus_morpheus.verbs.asking import endpoints_of, required_endpoints

    found = required_endpoints(call) if kind == "verifier" else endpoints_of(call)
    if kind == "authority" and found and not dids:
        raise NotUnderstood(
            "a ledger is named, and no DID in whose name the clerks decide",
            code="SERVICE-DID",
            meaning="a clerk whose right was taken away could sign in a name of their own",
            remedy="give --did with the DID of the authority",
        )
    return tuple(endpoint.base_url for endpoint in found)


def _rule(call: Call, kind: Kind) -> Rule:
    from prometheus_morpheus.services.purging import Rule

    if kind == "authority":
        return Rule(decided=_days(call, "decided"), undecided=_days(call, "undecided"))
    if kind == "inspector":
        return Rule(presentations=_days(call, "presentations"))
    return Rule()


def _days(call: Call, name: str) -> int:
    found = _DAYS.fullmatch(text := call.text(f"keep_{name}"))
    days = int(found[1] or found[2]) if found else 0
    if not days:
        raise NotUnderstood(
            f"--keep-{name} {text[:40]!r} is no number of days from 1 on",
            code="SERVICE-KEEP",
            remedy="write 30d or P30D",
        )
    return days


def _limits(call: Call, *, keeps: bool) -> Limits:
    from prometheus_morpheus.services.limits import Limits

    rate = _positive(call, "rate")
    limits = Limits(per_minute=rate or None)
    if keeps:
        limits = limits._replace(pending=_positive(call, "most"), stored=_positive(call, "room") * _MIB)
    return limits


def _positive(call: Call, name: str) -> int:
    number = call.number(name)
    if number is None or not 0 <= number <= 10**9:
        raise NotUnderstood(f"--{name} is a number from 0 to 1000000000", code="SERVICE-LIMIT")
    return number
