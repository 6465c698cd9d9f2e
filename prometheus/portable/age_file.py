"""Seal and open age files; pyrage does it, after the header was read here.

A file is opened in two steps: `look_into` reads the form without any secret and refuses what would be expensive or is
not age, `open_with_…` does the work. All of the content is authentic or none of it comes out.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood, StorageFailed, TooLarge, WrongPassphrase
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.portable.age_armor import is_armored, without_armor
from prometheus.portable.age_header import AgeHeader, is_age, read_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.model.secret import Secret

FILE_LIMIT: Final = 512 << 20
"""Bytes of a file that are read at most, and written at most."""
_MOST_RECIPIENTS: Final = 32
_OWN_KEY: Final = "AGE-SECRET-KEY-1"
_OPENSSH: Final = "-----BEGIN"
_TOO_MUCH_WORK: Final = "Excessive work"


class Recipient(NamedTuple):
    """Somebody whose key will open a file."""

    text: str
    handle: object
    """What pyrage makes of the text."""


class Identity(NamedTuple):
    """A secret key that opens files; it has no text here."""

    handle: object


class AgeFile(NamedTuple):
    """A file whose form is right; nothing of it is opened yet."""

    header: AgeHeader
    content: bytes
    """The whole file in its binary form."""

    @property
    def needs_passphrase(self) -> bool:
        """Whether a passphrase opens it, and nothing else does."""
        return self.header.work is not None


def looks_like_age(content: bytes) -> bool:
    """Return whether a file says that it is an age file, in text or in binary form."""
    return is_age(content) or is_armored(content)


def look_into(content: bytes) -> AgeFile:
    """Return a file whose form is right, before any secret is asked for.

    Raises:
        TooLarge: When the file is too long or asks for too much work.
        TooNew: When it is of a later version of age.
        NotUnderstood: When it is no age file, or not written as it has to be.
    """
    if len(content) > FILE_LIMIT:
        raise TooLarge(f"the file is longer than {FILE_LIMIT >> 20} MiB", code="EXPORT-TOO-LARGE")
    binary = without_armor(content) if is_armored(content) else content
    return AgeFile(read_header(binary), binary)


def open_with_passphrase(file: AgeFile, passphrase: Secret, *, memory: int) -> bytes:
    """Return the content of a file that a passphrase opens.

    Args:
        file: What `look_into` returned.
        passphrase: UTF-8 text, taken as it is.
        memory: Bytes of memory that this process may use.

    Raises:
        WrongPassphrase: When it does not open the file.
        StorageFailed: When there is too little memory to try.
        TooLarge: When trying would take too long on this machine.
        NotUnderstood: When the file was changed or cut off after it was sealed, or the passphrase is no text.
    """
    from pyrage import DecryptError
    from pyrage import passphrase as age_passphrase

    if file.header.memory > memory:
        raise StorageFailed(
            f"trying a passphrase on this file takes {file.header.memory >> 20} MiB of memory",
            meaning=f"this machine has {memory >> 20} MiB for it",
            remedy="open it on a larger machine",
        )
    text = _text_of(passphrase)
    try:
        content: bytes = age_passphrase.decrypt(file.content, text)
    except DecryptError as error:
        reason = str(error)
    else:
        return content
    if reason.startswith(_TOO_MUCH_WORK):
        raise TooLarge(
            "trying a passphrase on this file would take too long on this machine",
            code="AGE-WORK",
            meaning="it was sealed on a much faster one",
            remedy="open it there, or with an age program",
        )
    if reason == "Decryption failed":
        raise WrongPassphrase(
            "the passphrase does not open the file",
            code="AGE-WRONG-PASSPHRASE",
            remedy="give the one that was set at the export, which need not be that of the vault",
        )
    raise _damaged()


def open_with_identities(file: AgeFile, identities: Sequence[Identity]) -> bytes:
    """Return the content of a file that one of these keys opens.

    Raises:
        WrongPassphrase: When none does.
        NotUnderstood: When the file was changed or cut off after it was sealed.
    """
    from pyrage import DecryptError, decrypt

    try:
        content: bytes = decrypt(file.content, [identity.handle for identity in identities])
    except DecryptError as error:
        if str(error) == "No matching keys found":
            raise WrongPassphrase(
                "none of the keys given opens the file",
                code="AGE-NO-KEY",
                meaning="it was sealed for others",
                remedy="give the key file that belongs to one of its recipients",
            ) from None
        raise _damaged() from None
    return content


def seal_with_passphrase(content: bytes, passphrase: Secret, *, armored: bool = False) -> bytes:
    """Return an age file that a passphrase opens; how much work that takes is measured, for about a second."""
    from pyrage import passphrase as age_passphrase

    sealed: bytes = age_passphrase.encrypt(content, _text_of(passphrase), armored=armored)
    return sealed


def seal_for(content: bytes, recipients: Sequence[Recipient], *, armored: bool = False) -> bytes:
    """Return an age file that the key of any recipient opens."""
    from pyrage import encrypt

    sealed: bytes = encrypt(content, [recipient.handle for recipient in recipients], armored=armored)
    return sealed


def recipients_of(texts: Sequence[str]) -> list[Recipient]:
    """Return the recipients that texts name: ``age1…``, ``ssh-ed25519 …`` or ``ssh-rsa …``.

    Raises:
        NotUnderstood: When one is neither, or there are too many.
    """
    from pyrage import RecipientError, ssh, x25519

    if len(texts) > _MOST_RECIPIENTS:
        raise NotUnderstood(f"there are more than {_MOST_RECIPIENTS} recipients", code="AGE-RECIPIENT")
    found: list[Recipient] = []
    for text in texts:
        try:
            found.append(Recipient(text, (ssh if text.startswith("ssh-") else x25519).Recipient.from_str(text)))
        except RecipientError:
            raise NotUnderstood(
                f"'{text[:80]}' is no recipient that age knows",
                code="AGE-RECIPIENT",
                meaning="a recipient begins with age1, ssh-ed25519 or ssh-rsa",
                remedy="copy the whole line that `age-keygen -y` or the .pub file has",
            ) from None
    return found


def identities_in(text: str) -> list[Identity]:
    """Return the keys of a file as ``age-keygen`` writes it, or the one key of an OpenSSH file without a passphrase.

    Raises:
        NotUnderstood: When it holds none, or a line that is none.
    """
    from pyrage import IdentityError, ssh, x25519

    try:
        if text.startswith(_OPENSSH):
            return [Identity(ssh.Identity.from_buffer(text.encode()))]
        lines = (line.strip() for line in text.splitlines())
        texts = [line for line in lines if line and not line.startswith("#")]
        keys = [Identity(x25519.Identity.from_str(line)) for line in texts]
    except IdentityError:
        keys = []
    if not keys:
        raise NotUnderstood(
            "the file has no key that opens an age file here",
            code="AGE-IDENTITY",
            meaning=f"a key begins with {_OWN_KEY}, or is an OpenSSH key without a passphrase",
            remedy="give the file that age-keygen wrote",
        )
    return keys


def _text_of(passphrase: Secret) -> str:
    try:
        return passphrase.expose().decode()
    except UnicodeDecodeError:
        raise NotUnderstood("the passphrase of the file is not UTF-8 text", code="PASSPHRASE-NOT-TEXT") from None


def _damaged() -> NotUnderstood:
    return NotUnderstood(
        "the file is damaged",
        code="AGE-DAMAGED",
        meaning="it was cut off, added to or changed after it was sealed; nothing of it was used",
        remedy="get the file again from where you keep it",
    )
