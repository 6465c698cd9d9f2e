"""``claim verify --verifier``: ask a verifier's service about each signature, and say before what it learns.

Imported only where one is named. What it cannot be asked about is no error: it makes the verdict unknown and is said.
"""

from __future__ import annotations

from prometheus.claims.knowledge import Policy
from prometheus.claims.verifier_questions import questions_about
from prometheus.claims.verifier_word import Word, with_words
from prometheus.cli.services_asking import address_in, verifier_at
from prometheus.errors import InputError, NetworkError
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.claims.verifier_questions import AboutSignature
    from prometheus.cli.invocation import Invocation
    from prometheus.verdict import Verdict

MOST_ASKED: Final = 64


def with_word_of(call: Invocation, document: bytes, verdict: Verdict, url: str) -> Verdict:
    """Return a verdict with the word of a verifier beside our own findings.

    Raises:
        NotUnderstood, PolicyForbids: When the address is none, or without encryption.
        PluginOff: When no enabled plugin can ask.
    """
    address = address_in(call, url).url
    about_presenter = call.flag("about_presenter")
    questions = questions_about(document, max_bytes=Policy().max_bytes, about_presenter=about_presenter)
    return with_words(verdict, _words(call, url, address, questions), address)


def _tell(call: Invocation, address: str, count: int) -> None:
    """Say what leaves, before it does."""
    signatures = "1 signature" if count == 1 else f"{count} signatures"
    call.output.note(
        f"asking {address} about {signatures}: it learns the keys, DIDs, signatures, content ids and after proofs"
    )
    if call.flag("about_presenter"):
        call.output.warn(
            "with the presenter's signature it can fetch the whole presentation from an inspector's service that has it"
        )


def _words(call: Invocation, url: str, address: str, questions: Sequence[AboutSignature]) -> Iterator[Word]:
    """Yield what was said about each signature; once there was no answer, nothing more is asked."""
    if len(questions) > MOST_ASKED:
        silence = f"the document has more than {MOST_ASKED} signatures to be asked about"
        yield Word(questions[0], None, silence)
        return
    silence = ""
    try:
        verifier = verifier_at(call, url) if questions else None
    except NetworkError as error:
        verifier, silence = None, error.what
    if verifier is not None:
        _tell(call, address, len(questions))
    for question in questions:
        if verifier is None or silence:
            yield Word(question, None, silence)
            continue
        try:
            said = verifier.validate(*question.asked)
        except (NetworkError, InputError) as error:
            silence = error.what
            yield Word(question, None, silence)
        else:
            yield Word(question, said)
