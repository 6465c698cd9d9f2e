"""Find vaults by name, and say which names are free.

Files are ``<name>.vault`` in the data folder; nothing else in that folder is a vault. Nothing is opened here, and no
secret is asked for: what this says can be said before that.
"""

from __future__ import annotations

import os

from prometheus.compose.vault_errors import translated
from prometheus.errors import Conflict, NotFound
from prometheus.files import storage_error
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.vault_name import checked_vault_name, is_vault_name

if TYPE_CHECKING:
    from prometheus.model.places import Places
    from prometheus_vault import PublicFacts

SUFFIX: Final = ".vault"


def vault_path(places: Places, name: str) -> str:
    """Return the path of a vault's file; a path cannot be given as a name."""
    return f"{places.vaults}/{checked_vault_name(name)}{SUFFIX}"


def vault_names(places: Places) -> list[str]:
    """Return the names of the vaults on this machine, sorted."""
    try:
        files = os.listdir(places.vaults)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise storage_error(error, "the folder of the vaults could not be read") from None
    names = [file.removesuffix(SUFFIX) for file in files if file.endswith(SUFFIX)]
    return sorted(name for name in names if is_vault_name(name))


def refuse_taken_name(places: Places, name: str) -> None:
    """Refuse a name that a vault has; asked before any secret is, and settled again when the file is made."""
    from prometheus_vault.errors import AlreadyExists
    from prometheus_vault.replace import refuse_existing

    path = vault_path(places, name)
    if os.path.lexists(path):
        raise taken(name)
    try:
        refuse_existing(path)
    except AlreadyExists as error:
        meaning = f"{error.meaning}: it lies beside {path}, which is gone"
        raise Conflict(error.what, code=error.code, meaning=meaning, remedy=error.remedy) from None


def require_vault(places: Places, name: str) -> str:
    """Return the path of a vault that exists, before any secret is asked for.

    Raises:
        NotFound: When there is none of that name.
    """
    path = vault_path(places, name)
    if not _is_there(path):
        others = vault_names(places)
        raise NotFound(
            f"there is no vault called '{name}'",
            code="VAULT-NOT-FOUND",
            meaning=f"the vaults on this machine are {', '.join(others)}" if others else "this machine has no vault",
            remedy="name one with --vault" if others else "make one with 'prometheus vault create'",
        )
    return path


def _is_there(path: str) -> bool:
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise storage_error(error, "the folder of the vaults could not be read") from None
    return True


def inspected(places: Places, name: str) -> PublicFacts:
    """Return what a vault's file says without its passphrase.

    Raises:
        VaultError: When it is no vault, is damaged, is too new or cannot be read.
    """
    from prometheus_vault import inspect

    with translated():
        return inspect(require_vault(places, name))


def taken(name: str) -> Conflict:
    """Return the error that says of a name that a vault has it."""
    return Conflict(
        f"there is a vault called '{name}' already",
        code="VAULT-EXISTS",
        meaning="it was left as it is",
        remedy="choose another name, or see your vaults with 'prometheus vault list'",
    )
