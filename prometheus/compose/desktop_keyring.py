"""The keyring of the desktop: a place for small secrets that is open while its owner is logged in.

Only four kinds are used: the Secret Service (GNOME Keyring, KeePassXC, KWallet 6), KWallet, the keychain of macOS and
the credential store of Windows. They are asked directly. What a variable or a file of the keyring library names is not
looked at: it could put a file of plain text in the place of a keyring, or a module into this program.

Every process of the same session can read what lies here. This module only keeps and finds; what a secret opens is not
its business. The libraries behind a keyring hand a secret over as an ordinary text, which nobody can overwrite.
"""

from __future__ import annotations

import binascii
import sys
from contextlib import contextmanager

from prometheus.errors import Damaged, Locked, NotFound, PrometheusError, StorageFailed
from prometheus.model.frozen import TYPE_CHECKING, Final, Protocol
from prometheus.model.secret import Secret
from prometheus_memory import taking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend

SERVICE: Final = "prometheus"
"""The name that all secrets of this program lie under."""
_LINUX: Final = (("keyring.backends.SecretService", "Keyring"), ("keyring.backends.kwallet", "DBusKeyring"))
_BACKENDS: Final = {
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
}


class Keyring(Protocol):
    """Secrets by account, kept outside the vault by the desktop."""

    def read(self, account: str) -> Secret | None:
        """Return the secret of an account, or None where there is none."""
        ...

    def write(self, account: str, secret: Secret) -> None:
        """Keep a secret under an account, in place of the one there."""
        ...

    def delete(self, account: str) -> bool:
        """Forget the secret of an account; return whether there was one."""
        ...


class DesktopKeyring:
    """The keyring of the session that this program runs in.

    Args:
        may_prompt: Whether a locked keyring may ask its owner for its password, in a window of the desktop.

    Each call raises:
        NotFound: When this machine, or this session, has no keyring that is used.
        Locked: When it is locked and was not unlocked.
        StorageFailed: When it does not answer, or refuses.
    """

    __slots__ = ("_found", "_may_prompt")

    def __init__(self, *, may_prompt: bool = True) -> None:
        self._may_prompt = may_prompt
        self._found: KeyringBackend | None = None

    @property
    def kind(self) -> str:
        """What stands behind it, such as ``Secret Service``."""
        with _errors_told():
            return type(self._backend()).__module__.rpartition(".")[2]

    def read(self, account: str) -> Secret | None:
        """Return the secret of an account, or None where there is none.

        Raises:
            Damaged: When something else lies there than this program puts into a keyring.
        """
        with _errors_told():
            text = self._backend().get_password(SERVICE, account)
        return None if text is None else _decoded(text)

    def write(self, account: str, secret: Secret) -> None:
        """Keep a secret under an account, and make sure that it can be read again."""
        with _errors_told():
            self._backend().set_password(SERVICE, account, _encoded(secret))
        if self.read(account) != secret:
            raise StorageFailed(
                "the keyring of the desktop did not keep what was put into it",
                code="KEYRING-FAILED",
                meaning="nothing of the vault was changed",
            )

    def delete(self, account: str) -> bool:
        """Forget the secret of an account; return whether there was one."""
        with _errors_told():
            backend = self._backend()
            if backend.get_password(SERVICE, account) is None:
                return False
            backend.delete_password(SERVICE, account)
        return True

    def _backend(self) -> KeyringBackend:
        if self._found is None:
            self._found = _best_backend()
        if not self._may_prompt and _is_locked(self._found):
            raise _locked()
        return self._found


def account_of(vault_id: bytes, slot_id: bytes) -> str:
    """Return the account of the secret that belongs to one slot of one vault."""
    return f"{vault_id.hex()}:{slot_id.hex()}"


def _best_backend() -> KeyringBackend:
    """Return the keyring that answers here; of two, the one of the running desktop."""
    reasons: list[str] = []
    found: list[tuple[float, KeyringBackend]] = []
    for module, name in _BACKENDS.get(sys.platform, _LINUX):
        kind = getattr(__import__(module, fromlist=[name]), name)
        try:
            found.append((float(kind.priority), kind()))
        except Exception as error:  # noqa: BLE001  # each kind fails with errors of the libraries that it is made of
            reasons.append(_reason(error))
    if not found:
        raise NotFound(
            "this session has no keyring that could be used",
            code="KEYRING-MISSING",
            meaning="; ".join(reasons),
            remedy="log in to a desktop with one, such as GNOME Keyring or KWallet",
        )
    return max(found, key=lambda pair: pair[0])[1]


def _is_locked(backend: KeyringBackend) -> bool:
    """Return whether using it would ask a person; only the Secret Service can tell."""
    from keyring.backends import SecretService

    if not isinstance(backend, SecretService.Keyring):
        return False
    import secretstorage

    connection = secretstorage.dbus_init()
    try:
        return secretstorage.Collection(connection).is_locked()
    except secretstorage.ItemNotFoundException:
        return True
    finally:
        connection.close()


@contextmanager
def _errors_told() -> Iterator[None]:
    """Turn what the keyring and its libraries raise into errors of the house; no text of a secret is in them."""
    from keyring.errors import KeyringLocked, PasswordSetError

    try:
        yield
    except PrometheusError:
        raise
    except (KeyringLocked, PasswordSetError):
        raise _locked() from None
    except Exception as error:  # noqa: BLE001  # a keyring is made of libraries, each with errors of its own
        raise StorageFailed(
            "the keyring of the desktop did not answer",
            code="KEYRING-FAILED",
            meaning=_reason(error),
            remedy="log in to the desktop again; the passphrase works meanwhile, and so do the recovery words",
        ) from None


def _locked() -> Locked:
    return Locked(
        "the keyring of the desktop is locked",
        code="KEYRING-LOCKED",
        meaning="its password was not given, or it could not be asked for",
        remedy="unlock it in the desktop's own window",
    )


def _encoded(secret: Secret) -> str:
    return binascii.b2a_base64(secret.view, newline=False).decode("ascii")


def _decoded(text: str) -> Secret:
    try:
        return Secret(taking(binascii.a2b_base64(text.encode("ascii"), strict_mode=True)))
    except ValueError:
        raise Damaged(
            "what the keyring of the desktop holds for this vault is not what was put there",
            code="KEYRING-DAMAGED",
            remedy="open the vault with its passphrase or its recovery words",
        ) from None


def _reason(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    return text[:1].lower() + text[1:] if text else type(error).__name__
