"""What ``vault doctor`` finds in a vault: opened for reading, or looked through as far as it opens when it is damaged.

Nothing is written here, and nothing is told; see `doctor` for that.
"""

from __future__ import annotations

from prometheus.cli.unlocking import anchor_mirror, desktop_keyring, network_disk, places
from prometheus.cli.vault.backup_secret import told_of_words
from prometheus.compose import doctor, vaults
from prometheus.compose.known_schemas import schemas
from prometheus.errors import Damaged, PrometheusError
from prometheus.model.finding import FAIL, Finding, worst
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.model.secret import Secret

if TYPE_CHECKING:
    from contextlib import AbstractContextManager, ExitStack

    from sqlite_utils import Database

    from prometheus.cli.invocation import Invocation
    from prometheus.cli.vault.backup_secret import Opener
    from prometheus.compose.salvaging import Salvaged
    from prometheus.compose.vaults import OpenVault

_ROLLED_BACK: Final = 8


class Looked(NamedTuple):
    """What was found in a vault, and its tables."""

    findings: list[Finding]
    views: Database
    exit_code: int
    """0, or that of what keeps the vault from opening as ever."""
    salvaged: Salvaged | None = None


def look(call: Invocation, stack: ExitStack, name: str, opener: Opener) -> Looked:
    """Open a vault for reading, to be closed with the stack, and return what is found in it.

    Raises:
        WrongPassphrase: When the secret does not open it; and whatever else keeps it from opening.
    """
    known = {schema.content_id for schema in schemas().all()}
    try:
        with told_of_words(opener):
            opened = stack.enter_context(_opening(call, name, opener))
        views = doctor.views_of(opened)
        state = list(doctor.state_findings(opened))
        code = _ROLLED_BACK if worst(state) == FAIL else 0
        return Looked(state + doctor.record_findings(views, known, opened), views, code)
    except Damaged as error:
        return _look_through(call, stack, name, opener, error)


def _opening(call: Invocation, name: str, opener: Opener) -> AbstractContextManager[OpenVault]:
    disk, mirror = network_disk(call), anchor_mirror(call)
    if opener.seed is not None:
        return vaults.opened_with_recovery(
            places(), name, opener.seed, read_only=True, network_disk=disk, mirror=mirror
        )
    secret, keyring = opener.passphrase or Secret(b""), desktop_keyring(call)
    return vaults.opened(places(), name, secret, read_only=True, network_disk=disk, keyring=keyring, mirror=mirror)


def _look_through(call: Invocation, stack: ExitStack, name: str, opener: Opener, error: Damaged) -> Looked:
    from prometheus.compose.salvaging import Salvaged, looked_through

    looking = looked_through(
        places(),
        name,
        opener.passphrase,
        seed=opener.seed,
        network_disk=network_disk(call),
        keyring=desktop_keyring(call),
    )
    try:
        wreck = stack.enter_context(looking)
    except PrometheusError:
        raise error from None
    views = doctor.views_of_wreck(wreck)
    known = {schema.content_id for schema in schemas().all()}
    findings = [*doctor.damage_findings(wreck), *doctor.record_findings(views, known, wreck)]
    return Looked(findings, views, error.exit_code, Salvaged(wreck))
