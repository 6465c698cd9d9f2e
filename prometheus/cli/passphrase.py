"""Where a command gets a passphrase: an open file, a named file, or the person at the terminal.

Never an argument, never the value of a variable. From a file one final line end is dropped and nothing else; what is
longer than any passphrase is refused before it is used. A new passphrase is asked for twice and judged by length only:
guessing at strength from characters teaches bad habits.
"""

from __future__ import annotations

from unicodedata import normalize

from prometheus.cli import ask, settings
from prometheus.cli.secret_input import read_secret, read_secret_file
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.invocation import Invocation
    from prometheus.model.secret import Secret

READ_LIMIT: Final = 4096
"""Bytes that are read of a passphrase; more than any vault accepts."""
SHORT: Final = 15
"""Characters under which a new passphrase gets a hint."""
LONGEST: Final = 1024
"""Bytes of a passphrase in NFC, which is the form that a vault derives its key from."""
ATTEMPTS: Final = 3
"""How often a person at a terminal may try to type a new passphrase twice."""


def brings_passphrase(call: Invocation) -> bool:
    """Return whether the call brings a passphrase, by file or open file."""
    return call.maybe("passphrase_file") is not None or settings.text_of("passphrase_fd", call.values) is not None


def given_passphrase(call: Invocation) -> Secret | None:
    """Return the passphrase that the call brings by file or open file, or None where it brings none."""
    path = call.maybe("passphrase_file")
    if path is not None:
        return read_secret_file(path, READ_LIMIT)
    number = settings.text_of("passphrase_fd", call.values)
    return None if number is None else read_descriptor(number)


def passphrase(call: Invocation, label: str = "Passphrase") -> Secret:
    """Return the passphrase that opens the vault.

    Raises:
        Locked: When the call brings none and nobody can be asked.
    """
    given = given_passphrase(call)
    return ask.ask_secret(call, label) if given is None else given


def new_passphrase(call: Invocation, *, fd: str = "", path: str = "", label: str = "New passphrase") -> Secret:
    """Return a passphrase that is to be set, asked for twice on a terminal.

    Args:
        call: The call that needs it.
        fd: Name of the parameter with an open file's number; the global one when both are empty.
        path: Name of the parameter with a file's path.
        label: What to ask for.

    Raises:
        NotUnderstood: When it is empty, too long, has a control character, or the two differ; at a terminal only when
            that happens again and again, because recovery words may already be on paper for what is being made.
    """
    given = given_by(call, fd, path) if fd or path else given_passphrase(call)
    if given is not None:
        return _checked(given)
    options = (fd, path) if fd and path else ("passphrase_fd", "passphrase_file")
    with ask.hidden_typing(call):
        for _ in range(ATTEMPTS - 1):
            try:
                return _typed_twice(call, label, options)
            except NotUnderstood as error:
                call.output.tell(f"{error.what}; try again")
        return _typed_twice(call, label, options)


def read_descriptor(number: str) -> Secret:
    """Return the bytes that an open file gives, without one final line end.

    Raises:
        NotUnderstood: When it is no open file, or gives too much.
    """
    descriptor = int(number) if number.isascii() and number.isdecimal() else -1
    try:
        return read_secret(descriptor, READ_LIMIT)
    except (OSError, OverflowError):
        raise NotUnderstood(
            f"file descriptor {number} is not open for reading",
            code="DESCRIPTOR",
            remedy="pass an open one, such as --passphrase-fd 3 3<file",
        ) from None


def _typed_twice(call: Invocation, label: str, options: Sequence[str]) -> Secret:
    first = _checked(ask.ask_secret(call, label, options=options))
    if len(first) < SHORT:
        call.output.note("note: longer is stronger; six random words are good and can be remembered")
    if ask.ask_secret(call, f"{label} again", options=options) != first:
        raise NotUnderstood(
            "the two passphrases are not the same", code="PASSPHRASE-DIFFERS", meaning="nothing was changed"
        )
    return first


def given_by(call: Invocation, fd: str, path: str) -> Secret | None:
    """Return what the call brings by a parameter for an open file or one for a path, or None where it brings none."""
    file = call.maybe(path)
    if file is not None:
        return read_secret_file(file, READ_LIMIT)
    number = call.number(fd)
    return None if number is None else read_descriptor(str(number))


def _checked(secret: Secret) -> Secret:
    if not len(secret):
        raise NotUnderstood("the passphrase is empty", code="PASSPHRASE-EMPTY")
    is_ascii = all(byte < 0x80 for byte in secret.view)
    composed = secret.view if is_ascii else _composed(secret)
    if len(composed) > LONGEST:
        raise NotUnderstood(f"the passphrase is longer than {LONGEST} bytes", code="PASSPHRASE-LONG")
    if any(byte < 0x20 or byte == 0x7F for byte in composed) or (not is_ascii and _has_late_control(composed)):
        raise NotUnderstood(
            "the passphrase has a control character",
            code="PASSPHRASE-CONTROL",
            meaning="such a character cannot be typed reliably again",
            remedy="check it for a stray tab or line end",
        )
    return secret


def _composed(secret: Secret) -> memoryview:
    """Return a passphrase that is not ASCII in NFC; Unicode composition needs it as ordinary text for a moment."""
    try:
        return memoryview(normalize("NFC", str(secret.view, "utf-8")).encode())
    except UnicodeDecodeError:
        raise NotUnderstood("the passphrase is not UTF-8 text", code="PASSPHRASE-NOT-TEXT") from None


def _has_late_control(text: memoryview) -> bool:
    """Say whether a text in UTF-8 holds one of the control characters U+0080 to U+009F, which begin with C2."""
    return any(text[place] == 0xC2 and text[place + 1] < 0xA0 for place in range(len(text) - 1))
