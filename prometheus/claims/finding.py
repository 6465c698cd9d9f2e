"""What the inner nonce of a presentation says: is what is shown what was signed, and does it answer us.

Three questions, answered together because they look at one text:
* bound: the nonce is the one made from what is shown (`prometheus.claims.binding`);
* level: ``live`` for an answer to our own question, ``one-way`` for a fresh showing at best, else ``copy``;
* answers: an answer that fits none of our requests was made for another one, or altered after signing. These look
  alike, and nothing can be said about it except where we did not ask and only read a file.

A random nonce of 33 bytes looks like an answer or a one-way nonce once in 256 each.
Not here: clocks, licences, signatures.
"""

from __future__ import annotations

from prometheus.claims.binding import ANSWER, answer_nonce, disclosure_hash, nonce_kind, one_way_nonce, text_nonce
from prometheus.model.frozen import TYPE_CHECKING, Literal, NamedTuple
from prometheus.verdict.check import Check, failed, passed, warned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json

NonceLevel = Literal["live", "one-way", "copy"]

BOUND = "disclosure.bound"
_ASK_AGAIN = "ask her to sign again"


class Finding(NamedTuple):
    """What was found; `check` is None where no verdict can be made because the answer is not to us.

    `fits` is the number of the request that is answered, `text_differs` says that the challenge text is another one.
    """

    check: Check | None
    level: NonceLevel
    fits: int | None = None
    text_differs: bool = False


def find(
    content: dict[str, Json],
    request_hashes: Sequence[bytes] = (),
    *,
    challenge: str | None = None,
    is_file: bool = False,
) -> Finding:
    """Judge the inner nonce of a presentation's content.

    Args:
        content: The content of the signed presentation, as it was read.
        request_hashes: Hashes of our pending requests, or of the request kept with a file.
        challenge: The challenge that was given as text, if one was.
        is_file: Whether this is a file that is judged later, not an answer that is due.

    Raises:
        NotUnderstood: When the challenge is a text that may not be used as one.
    """
    text = None if challenge is None else text_nonce(challenge)
    nonce = content.get("nonce")
    if not isinstance(nonce, str):
        return _unbound(None, text)
    kind = nonce_kind(nonce)
    if kind is None:
        return _unbound(nonce, text)
    disclosure = disclosure_hash(content)
    if kind == ANSWER:
        return _answer(nonce, disclosure, request_hashes, challenge, is_file=is_file)
    return _one_way(nonce, disclosure, challenge)


def _unbound(nonce: str | None, challenge: str | None) -> Finding:
    check = warned(
        BOUND,
        "UNBOUND",
        "the holder did not sign which fields she showed: others may have hidden or opened some",
        "ask with a prometheus request",
    )
    if challenge is None:
        return Finding(check, "copy")
    is_the_same = nonce == challenge
    return Finding(check, "live" if is_the_same else "copy", text_differs=not is_the_same)


def _answer(
    nonce: str, disclosure: bytes, request_hashes: Sequence[bytes], challenge: str | None, *, is_file: bool
) -> Finding:
    for number, request_hash in enumerate(request_hashes):
        if answer_nonce(request_hash, disclosure) == nonce:
            check = passed(BOUND, "the holder signed exactly what is shown, in answer to the request")
            return Finding(check, "live", number, text_differs=challenge is not None)
    if challenge is None and (request_hashes or not is_file):
        return Finding(None, "copy")
    check = warned(
        BOUND,
        "UNBOUND",
        "which fields the holder showed cannot be checked without the request",
        "give the request that it answers",
    )
    return Finding(check, "copy", text_differs=challenge is not None)


def _one_way(nonce: str, disclosure: bytes, challenge: str | None) -> Finding:
    text_differs = challenge is not None
    if one_way_nonce(disclosure) == nonce:
        return Finding(passed(BOUND, "the holder signed exactly what is shown"), "one-way", text_differs=text_differs)
    check = failed(
        BOUND,
        "ALTERED",
        "fields were hidden or opened, or a licence was changed, after the holder signed",
        f"{_ASK_AGAIN}: rarely, once in 256, a random number of a foreign program looks like this",
    )
    return Finding(check, "copy", text_differs=text_differs)
