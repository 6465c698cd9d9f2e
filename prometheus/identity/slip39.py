"""Shares of a secret by SLIP-39: any few of them give it back, fewer say nothing about it.

A wrapper of the reference library, which comes with the extra ``shamir``. One group, no passphrase, iteration exponent
0: what is split here are 32 random-looking bytes, which no stretching makes harder to guess. Shares of more than one
group are refused. The library's own errors quote words, so none of them goes further than this module.

The library works on ordinary texts; these live for one call. What goes in and comes out lies in locked memory.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood, PluginMissing
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.model.secret import Secret
from prometheus_memory import joined, taking

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS: Final = 33
"""Words of a share of 32 bytes."""
LARGEST: Final = 16
"""Shares that one secret can be split into."""
_SHORTEST: Final = 20
_LONGEST: Final = 59
_SUGGESTIONS: Final = 3


class Share(NamedTuple):
    """One share, well-formed and with a right checksum."""

    text: Secret
    """Its words, lower case, joined by one space."""
    set_id: int
    """Number that all shares of one splitting have, 0..32767."""
    number: int
    """Which of them it is, counted from one."""
    needed: int
    """How many of them give the secret."""

    def __repr__(self) -> str:
        return f"Share({self.set_id}, {self.number})"

    @property
    def fingerprint(self) -> str:
        """A digest in hex that tells this share from all others and says nothing about it."""
        from hashlib import sha3_256

        return sha3_256(b"prometheus/share/v1\0" + self.text.view).hexdigest()


class ShareWordFault(NamedTuple):
    """A word that is not in the list of SLIP-39; for the eyes of who typed it."""

    position: int
    """Counted from one, as on paper."""
    typed: str
    suggestions: tuple[str, ...]

    def __repr__(self) -> str:
        return f"ShareWordFault({self.position})"


def require_library() -> None:
    """Say before anything is asked or shown that the extra is missing.

    Raises:
        PluginMissing: When it is.
    """
    _library()


def split(secret: Secret, needed: int, count: int) -> list[Share]:
    """Return so many new shares of a secret, any `needed` of which give it back.

    Raises:
        NotUnderstood: When the numbers make no sense: 2 <= needed <= count <= 16.
        PluginMissing: When the extra is not installed.
    """
    if not 2 <= needed <= count <= LARGEST:
        raise NotUnderstood(
            f"{needed} of {count} is no way to split a secret",
            code="SHARES-NUMBERS",
            meaning=f"at least 2 shares are needed to open, and at most {LARGEST} are made",
            remedy="2/3 and 3/5 are usual",
        )
    library = _library()
    bare = secret.expose()
    texts = library.generate_mnemonics(1, [(needed, count)], bare, passphrase=b"", iteration_exponent=0)[0]
    taking(bare).wipe()
    return [read_share(text.split()) for text in texts]


def read_share(words: Sequence[str]) -> Share:
    """Return the share that words in lower case make.

    Raises:
        NotUnderstood: When a word is not in the list, their number or checksum is wrong, or there are groups; says
            where and never what.
        PluginMissing: When the extra is not installed.
    """
    library = _library()
    if not _SHORTEST <= len(words) <= _LONGEST:
        raise _wrong_length(len(words))
    unknown = [str(place) for place, word in enumerate(words, start=1) if word not in _numbers()]
    if unknown:
        raise NotUnderstood(
            f"word {', '.join(unknown)} of the share is not in the list",
            code="SHARE-WORDS",
            meaning=f"{len(words) - len(unknown)} of {len(words)} words are known",
            remedy="compare it with the paper",
        )
    try:
        found = library.Share.from_mnemonic(" ".join(words))
    except library.MnemonicError:
        raise NotUnderstood(
            "the words do not make a share: its checksum is wrong",
            code="SHARE-CHECKSUM",
            meaning="a word is another one than on the paper, two changed places, or it is no share",
            remedy="compare each word with the paper, in order",
        ) from None
    if (found.group_threshold, found.group_count) != (1, 1):
        raise NotUnderstood(
            "the share is one of several groups, which are not supported here",
            code="SHARE-GROUPS",
            remedy="combine the groups in the program that made them",
        )
    parts = [part for word in words for part in (b" ", word.encode("ascii"))]
    return Share(Secret(joined(*parts[1:])), found.identifier, found.index + 1, found.member_threshold)


def refuse_misfit(shares: Sequence[Share], another: Share) -> None:
    """Refuse a share that does not go with the ones before it.

    Raises:
        NotUnderstood: When it is of another set, or was given already.
    """
    for share in shares:
        if (share.set_id, share.needed) != (another.set_id, another.needed):
            raise NotUnderstood(
                "the shares are not of one set",
                code="SHARES-MIXED",
                meaning="they were made at different times, or of different secrets",
                remedy="the first two words of all shares of a set are the same",
            )
        if share.number == another.number:
            raise NotUnderstood(
                f"share {another.number} was given twice",
                code="SHARES-TWICE",
                remedy="each share counts once; give another one",
            )


def combine(shares: Sequence[Share]) -> Secret:
    """Return the secret of as many shares as are needed.

    Raises:
        NotUnderstood: When there are too few, one of another set, one twice, or they do not belong together.
        PluginMissing: When the extra is not installed.
    """
    library = _library()
    for place, share in enumerate(shares):
        refuse_misfit(shares[:place], share)
    if not shares or len(shares) < shares[0].needed:
        needed = shares[0].needed if shares else 2
        raise NotUnderstood(
            f"too few shares: {len(shares)} of the {needed} that are needed",
            code="SHARES-TOO-FEW",
            meaning="fewer say nothing at all about what was split",
            remedy="give more shares of the same set",
        )
    texts = [str(share.text.view, "ascii") for share in shares[: shares[0].needed]]
    try:
        return Secret(taking(library.combine_mnemonics(texts)))
    except (library.MnemonicError, ValueError):
        raise NotUnderstood(
            "the shares do not belong together",
            code="SHARES-DIGEST",
            meaning="each of them is well-formed, and what they give fails its check",
            remedy="make sure that all of them are of one set",
        ) from None


def share_word_faults(words: Sequence[str]) -> list[ShareWordFault]:
    """Return the words that are not in the list, each with what may be meant."""
    from difflib import get_close_matches

    known = _numbers()
    return [
        ShareWordFault(position, word, tuple(get_close_matches(word, known, _SUGGESTIONS, 0.6)))
        for position, word in enumerate(words, start=1)
        if word not in known
    ]


def _wrong_length(count: int) -> NotUnderstood:
    return NotUnderstood(
        f"a share of a vault has {WORDS} words, and {count} were given",
        code="SHARE-LENGTH",
        remedy="give all of them in order, with spaces or line ends between them",
    )


def _numbers() -> dict[str, int]:
    from shamir_mnemonic.wordlist import WORD_INDEX_MAP

    numbers: dict[str, int] = WORD_INDEX_MAP
    return numbers


def _library() -> Any:
    try:
        import shamir_mnemonic
    except ImportError:
        raise PluginMissing(
            "shares need the extra 'shamir', which is not installed",
            code="SHAMIR-MISSING",
            meaning="it brings the reference library of SLIP-39",
            remedy="install it, such as by: pip install 'prometheus-agent[shamir]'",
        ) from None
    return shamir_mnemonic
