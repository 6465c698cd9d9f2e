"""Where recovery words come from: a private page of the terminal, an open file, or a named file.

On the terminal each wrong word is named with what may be meant, and only that word is asked for again. From a file the
error says which places are wrong and never what stands there.
"""

from __future__ import annotations

from prometheus.cli import ask
from prometheus.cli.passphrase import read_descriptor
from prometheus.cli.private_screen import private_screen
from prometheus.cli.secret_input import read_secret_file
from prometheus.errors import Conflict, Locked, NotUnderstood
from prometheus.identity.published_phrases import is_published, is_published_phrase
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases.recovery_words import TEXT_LIMIT, WORDS, phrase_of, read_phrase, split_words, word_faults

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.cli.private_screen import PrivateScreen
    from prometheus.model.secret import Secret
    from prometheus.usecases.recovery_words import Phrase

_PASSWORD: Final = ("bip39_password_fd",)
"""What brings the BIP39 password."""


class TypedSeed(NamedTuple):
    """The seed of the words that were given."""

    seed: Secret
    is_published: bool
    """Whether everyone has these words, or this seed."""


def asked_seed(call: Invocation, *, is_proven_later: bool = True) -> TypedSeed:
    """Return the seed of the recovery words, with the BIP39 password where the call says there is one.

    Args:
        call: The call that needs it.
        is_proven_later: Whether a vault will tell a wrong password; where none does, it is typed twice.
    """
    phrase = asked_phrase(call)
    seed = phrase.seed(_bip39_password(call, typed_back=not is_proven_later))
    known = is_published_phrase(phrase.words.locked) or is_published(seed.locked)
    return TypedSeed(seed, known)


def asked_phrase(call: Invocation) -> Phrase:
    """Return the recovery words from where the call says, or from the person at the terminal.

    Raises:
        NotUnderstood: When they are no 24 words that belong together.
        Locked: When they are needed and nobody can be asked.
    """
    language = call.maybe("language") or ""
    text = _given_text(call)
    if text is not None:
        return read_phrase(text, language)
    if not call.output.may_ask:
        raise Locked(
            "the recovery words are needed, and you cannot be asked here",
            code="WORDS-NEEDED",
            remedy="run it in a terminal, or give --words-fd or --words-file",
        )
    with private_screen(call, "typing recovery words") as screen:
        return _typed_phrase(screen, language)


def _given_text(call: Invocation) -> Secret | None:
    path, descriptor = call.maybe("words_file"), call.number("words_fd")
    if path is not None and descriptor is not None:
        raise Conflict("give the words once, by --words-fd or by --words-file", code="WORDS-TWICE")
    if path is not None:
        return read_secret_file(path, TEXT_LIMIT)
    return None if descriptor is None else read_descriptor(str(descriptor))


def _bip39_password(call: Invocation, *, typed_back: bool) -> Secret | None:
    descriptor = call.number("bip39_password_fd")
    if descriptor is not None:
        return _text(read_descriptor(str(descriptor)))
    if not call.flag("bip39_password"):
        return None
    with ask.hidden_typing(call):
        password = ask.ask_secret(call, "BIP39 password", options=_PASSWORD)
        if typed_back and ask.ask_secret(call, "BIP39 password again", options=_PASSWORD) != password:
            raise NotUnderstood(
                "the two passwords are not the same",
                code="PASSWORD-DIFFERS",
                meaning="another one makes other personas, and nothing would tell",
            )
    return _text(password)


def _text(password: Secret) -> Secret:
    try:
        str(password.view, "utf-8")
    except UnicodeDecodeError:
        raise NotUnderstood("the BIP39 password is not UTF-8 text", code="WORDS-NOT-TEXT") from None
    return password


def _typed_phrase(screen: PrivateScreen, language: str) -> Phrase:
    screen.tell(f"Type or paste your {WORDS} recovery words, in order.")
    screen.tell("Numbers, upper case and line ends do not matter. This page is wiped afterwards.")
    while True:
        screen.tell()
        words = _mended(screen, _typed(screen), language)
        try:
            return phrase_of(words, language)
        except NotUnderstood as error:
            screen.tell(f"{error.what}.")
            screen.tell(f"{error.remedy}.")


def _typed(screen: PrivateScreen) -> list[str]:
    words: list[str] = []
    while len(words) < WORDS:
        words += split_words(screen.ask(f"{len(words) + 1:2} > "))
    return words


def _mended(screen: PrivateScreen, words: list[str], language: str) -> list[str]:
    while len(words) == WORDS and (faults := word_faults(words, language)):
        for fault in faults:
            meant = f": did you mean {', '.join(fault.suggestions)}?" if fault.suggestions else "."
            screen.tell(f"word {fault.position} '{fault.typed}' is not in the list{meant}")
            again = split_words(screen.ask(f"word {fault.position} > "))
            if len(again) == 1:
                words[fault.position - 1] = again[0]
    return words
