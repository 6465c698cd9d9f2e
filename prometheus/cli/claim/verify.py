"""The verb ``claim verify``: judge a presentation, a statement or a request. Hot: no vault, no Typer.

A ledger or a verifier is asked only where the person names one; then, and only then, the plugin that can is loaded.
"""

from __future__ import annotations

from prometheus import files
from prometheus.claims.knowledge import Policy
from prometheus.cli import settings
from prometheus.cli.claim.paths import paths_of
from prometheus.cli.verdict_lines import verdict_lines
from prometheus.compose.clock import SystemClock
from prometheus.compose.known_schemas import schemas
from prometheus.compose.trust_file import load_trust
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.verify_claim import (
    Question,
    audience_did,
    expectation,
    judge,
    of_one_kind,
    question_from_scenario,
)
from prometheus.verdict import Verdict

if TYPE_CHECKING:
    from prometheus.claims.knowledge import Level
    from prometheus.claims.ledger_view import LedgerKnowledge
    from prometheus.cli.invocation import Invocation
    from prometheus.verdict import NoVerdict


def run(call: Invocation) -> int:
    """Judge a file and show the verdict; the exit code is the verdict's."""
    document = files.read(call.text("file"))
    question, ledger = _question(call), what_ledgers_say(call, document)
    found = judge(document, question, now=SystemClock().now(), trust=load_trust(), schemas=schemas(), ledger=ledger)
    if not isinstance(found, Verdict):
        return _no_verdict(call, found)
    verifier = call.maybe("verifier")
    if verifier is not None:
        from prometheus.cli.verifier_asking import with_word_of

        found = with_word_of(call, document, found, verifier)
    call.output.result(found.as_document(), verdict_lines(found, call.output))
    return found.exit_code_when_required() if call.maybe("require") else found.exit_code


def what_ledgers_say(call: Invocation, document: bytes, max_bytes: int = Policy().max_bytes) -> LedgerKnowledge | None:
    """Return what a ledger says about the document; None where the person names none or wants nobody asked."""
    endpoints = call.many("ledger") or (settings.text_of("ledger", call.values),)
    named = [endpoint for endpoint in endpoints if endpoint]
    if not named or settings.is_on("offline", call.values):
        return None
    from prometheus.cli.ledger_asking import look_up

    return look_up(call, document, named, max_bytes)


def _question(call: Invocation) -> Question:
    audience, level = call.maybe("audience"), call.maybe("require") or "document"
    asked = call.maybe("ask")
    question = Question(
        None if audience is None else audience_did(audience),
        call.maybe("nonce"),
        () if asked is None else paths_of(asked, "--ask"),
        tuple(expectation(text) for text in call.many("expect")),
        _LEVELS[level],
    )
    request, kind = call.maybe("request"), call.maybe("type")
    if request is not None:
        question = question_from_scenario(files.read(request), question)
    return question if kind is None else of_one_kind(question, schemas().find(kind).content_id)


_LEVELS: dict[str, Level] = {"document": "document", "recent": "recent", "live": "live"}


def _no_verdict(call: Invocation, found: NoVerdict) -> int:
    call.output.result(found.as_document(), [f"NO VERDICT  {found.code}: {found.detail}", f"  hint: {found.remedy}"])
    return found.exit_code
