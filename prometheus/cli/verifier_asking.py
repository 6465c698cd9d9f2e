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
    questions = questions_about(document, max_bytes=Policy().max_bytes)
    if questions:
        count = "1 signature" if len(questions) == 1 else f"{len(questions)} signatures"
        call.output.note(f"asking {address} about {count}: it learns the keys, DIDs and content ids, and no claim")
    return with_words(verdict, _words(call, url, questions), address)


def _words(call: Invocation, url: str, questions: Sequence[AboutSignature]) -> Iterator[Word]:
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
