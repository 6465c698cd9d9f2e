"""A process that opens a vault, signs and closes it, and stands still in between, so that its memory can be looked at.

    python -m prometheus_simulators.memory_subject NAME FD HOW     (FD gives the passphrase, or words)

It says what it has done, one line each, and goes on with every line that it reads.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

from prometheus.cli.secret_input import read_secret
from prometheus.compose import vaults
from prometheus.model.places import find_places
from prometheus.usecases.personas import active_persona
from prometheus.usecases.recovery_words import read_phrase
from prometheus_memory import pages, system_calls

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from prometheus.compose.vaults import OpenVault
    from prometheus.model.secret import Secret

_SET_DUMPABLE = 4
PLANTED: list[bytes] = []


def main() -> int:
    name, descriptor, how = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if how == "unlockable":
        system_calls.lock = lambda buffer: False
    places = find_places(os.environ)
    secret = read_secret(descriptor, 4096)
    if how == "careless":
        PLANTED.append(secret.expose())
    if how == "words":
        with secret, read_phrase(secret).seed() as seed:
            return _look_at(vaults.opened_with_recovery(places, name, seed), secret, seed)
    return _look_at(vaults.opened(places, name, secret), secret)


def _look_at(opening: AbstractContextManager[OpenVault], *typed: Secret) -> int:
    with opening as opened:
        for secret in typed:
            secret.wipe()
        _stand("opened", opened)
        session = opened.session
        session.signer.sign(active_persona(session).public_key, b"message")
        _stand("signed", opened)
    _stand("closed", None)
    return 0


def _stand(said: str, opened: OpenVault | None) -> None:
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 1, 0, 0, 0)  # only so that an ordinary user may look at all
    granted = pages.protection()
    warnings = " | ".join(opened.vault.warnings) if opened else ""
    sys.stdout.write(f"{said} {granted.is_locked:d} {granted.is_native:d} {warnings}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    sys.exit(main())
