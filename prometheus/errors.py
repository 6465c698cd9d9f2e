"""What can go wrong, as one tree that speaks to the person.

Every error says what happened, what it means and what to do, under a stable code; the class gives the exit code.

    PrometheusError
    ├── InputError        NotUnderstood 2 · TooLarge 2 · Ambiguous 2 · NotFound 4 · Conflict 11
    ├── VaultError        Locked 3 · WrongPassphrase 6 · Damaged 7 · RolledBack 8 · InUse 11 ·
    │                     TooNew 14 · StorageFailed 16
    ├── RefusedError      NoConsent 5 · PolicyForbids 5 · WouldOverdisclose 5 · NoMatch 15
    ├── ProofError        Malformed 2 · UnsupportedFormat 2 · KeyUnavailable 4          ("could not be evaluated")
    ├── NetworkError      Offline 12 · TimedOut 10 · RemoteRefused 12 · NotTrusted 12
    ├── PluginError       Missing · Off · Incompatible · Failed                         17
    ├── Cancelled         130
    └── Bug               70

A negative verdict is a value (`prometheus.verdict`), never an exception. Nothing here holds a secret: texts are built
from names, counts and public identifiers, and no traceback of ours shows locals.
"""

from __future__ import annotations


class PrometheusError(Exception):
    """Base of every error that a person sees.

    Args:
        what: What happened, lower case, one sentence, no full stop. Exact where a specification fixes the text.
        code: Stable code such as ``CLAIM-NOT-FOUND``; the class's own when left out.
        meaning: Why it matters, or what is known about the cause.
        remedy: What the person can do next.
    """

    code = "BUG"
    exit_code = 70

    def __init__(self, what: str, *, code: str = "", meaning: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.code = code or type(self).code
        self.meaning = meaning
        self.remedy = remedy

    def as_document(self) -> dict[str, object]:
        """Return the fields of the error as ``--json`` shows them."""
        return {
            "code": self.code,
            "error": self.what,
            "exit": self.exit_code,
            "hint": self.remedy,
            "why": self.meaning,
        }


class InputError(PrometheusError):
    """What was given cannot be used."""

    code = "INPUT"
    exit_code = 2


class NotUnderstood(InputError):
    """The text or bytes given do not have the form asked for."""

    code = "NOT-UNDERSTOOD"


class TooLarge(InputError):
    """The input is longer than what is read; its length was checked before any work."""

    code = "TOO-LARGE"


class Ambiguous(InputError):
    """A short name fits more than one thing."""

    code = "AMBIGUOUS"


class NotFound(InputError):
    """Nothing has that name."""

    code = "NOT-FOUND"
    exit_code = 4


class Conflict(InputError):
    """It exists already, or the state does not allow it now."""

    code = "CONFLICT"
    exit_code = 11


class VaultError(PrometheusError):
    """The vault could not be opened, read or written."""

    code = "VAULT"
    exit_code = 7


class Locked(VaultError):
    """A secret is needed and prompting is not possible or not allowed."""

    code = "VAULT-LOCKED"
    exit_code = 3


class WrongPassphrase(VaultError):
    """No slot of the vault opens with the secret given."""

    code = "VAULT-WRONG-PASSPHRASE"
    exit_code = 6


class Damaged(VaultError):
    """The file is damaged or was changed by someone without the key; nothing was written."""

    code = "VAULT-DAMAGED"


class RolledBack(VaultError):
    """The file is older than the newest state that this machine has seen."""

    code = "VAULT-ROLLED-BACK"
    exit_code = 8


class InUse(VaultError):
    """Another process holds the writer lock."""

    code = "VAULT-IN-USE"
    exit_code = 11


class TooNew(VaultError):
    """The format is newer than this program."""

    code = "VAULT-TOO-NEW"
    exit_code = 14


class StorageFailed(VaultError):
    """The disk is full, read-only or failing, or there is too little memory; the last commit is intact."""

    code = "VAULT-STORAGE"
    exit_code = 16


class RefusedError(PrometheusError):
    """The user or the policy said no."""

    code = "REFUSED"
    exit_code = 5


class NoConsent(RefusedError):
    """The person did not agree, or could not be asked."""

    code = "NO-CONSENT"


class PolicyForbids(RefusedError):
    """The policy in the vault does not allow it."""

    code = "POLICY-FORBIDS"


class WouldOverdisclose(RefusedError):
    """It would show more than what was asked and agreed."""

    code = "WOULD-OVERDISCLOSE"


class NoMatch(RefusedError):
    """No claim satisfies the request."""

    code = "NO-MATCHING-CLAIM"
    exit_code = 15


class ProofError(PrometheusError):
    """A proof could not be evaluated at all."""

    code = "PROOF"
    exit_code = 2


class Malformed(ProofError):
    """The document does not have the members that its type demands."""

    code = "MALFORMED"


class UnsupportedFormat(ProofError):
    """The format or suite is not known here."""

    code = "UNSUPPORTED-FORMAT"


class KeyUnavailable(ProofError):
    """The key that has to sign is not in this vault."""

    code = "KEY-UNAVAILABLE"
    exit_code = 4


class NetworkError(PrometheusError):
    """Another machine could not be asked, or its answer cannot be used."""

    code = "REMOTE"
    exit_code = 12


class Offline(NetworkError):
    """Nobody could be reached; what was asked for did not leave this machine."""

    code = "OFFLINE"


class TimedOut(NetworkError):
    """The other side did not answer in time."""

    code = "TIMED-OUT"
    exit_code = 10


class RemoteRefused(NetworkError):
    """The other side answered and said no."""

    code = "REMOTE-REFUSED"


class NotTrusted(NetworkError):
    """The other side is not who it was, contradicts others, or answers what no honest one answers."""

    code = "NOT-TRUSTED"


class PluginError(PrometheusError):
    """A plugin is off, missing or broken."""

    code = "PLUGIN"
    exit_code = 17


class PluginMissing(PluginError):
    """No installed plugin has that name."""

    code = "PLUGIN-MISSING"


class PluginOff(PluginError):
    """The plugin is installed and not enabled, or has changed since it was."""

    code = "PLUGIN-OFF"


class PluginIncompatible(PluginError):
    """The plugin asks for another version of the plugin interface, or clashes with another."""

    code = "PLUGIN-INCOMPATIBLE"


class PluginFailed(PluginError):
    """The plugin raised an error of its own."""

    code = "PLUGIN-FAILED"


class Cancelled(PrometheusError):
    """The person interrupted the command."""

    code = "CANCELLED"
    exit_code = 130


class Bug(PrometheusError):
    """Anything that no other class describes; a redacted report was written."""

    code = "BUG"
    exit_code = 70
