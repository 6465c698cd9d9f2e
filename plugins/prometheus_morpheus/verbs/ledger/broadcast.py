"""``ledger broadcast``: pass on what was signed elsewhere, once the person saw what it does; no vault is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus import files
from prometheus.errors import NetworkError, NoConsent
from prometheus.model.laid_out import laid
from prometheus_morpheus.sending.given import LONGEST_FILE, pass_on, read_given
from prometheus_morpheus.sending.maker import draft_of
from prometheus_morpheus.sending.outcomes import as_document, in_words
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.at_desk import tell_step, without_failure
from prometheus_morpheus.verbs.ledger.given_shown import delegates_in, given_document, given_lines
from prometheus_morpheus.verbs.wallet.compared import names_by_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.api import Call
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Action

_INDENT: Final = 8


def run(call: Call) -> int:
    """Pass on what was signed elsewhere, once the person saw what it does.

    Raises:
        NoConsent: When the person does not agree.
    """
    actions = read_given(files.read_text(call.text("file"), LONGEST_FILE))
    delegates = {} if call.flag("dry_run") else _delegates(call, actions)
    texts = [text for each in actions for text in given_lines(each, delegates)]
    lines = [line for text in texts for line in laid(call.safe(text), _INDENT)]
    if call.flag("dry_run"):
        call.output.result({"transactions": [given_document(each) for each in actions], "sent": False}, lines)
        return 0
    call.show(lines)
    if not call.confirm("pass it on?" if len(actions) == 1 else f"pass these {len(actions)} on?"):
        raise NoConsent("nothing was sent")

    async def work(nodes: tuple[LedgerNode, ...]) -> list[Action]:
        waits = not call.flag("no_wait")
        return [await pass_on(nodes, each, lambda now: tell_step(call, now), waits=waits) for each in actions]

    ended = [without_failure(each) for each in asked(call, work)]
    call.output.result(
        {"transactions": [as_document(each) for each in ended], "sent": True},
        [line for each in ended for line in laid(call.safe(f"{each.id}: {in_words(each)}"))],
    )
    return 0


def _delegates(call: Call, actions: Sequence[Action]) -> dict[str, str]:
    """Return the names of the delegates that votes are about, by key; none that no endpoint can be asked for."""
    keys = dict.fromkeys(key for each in actions for key in delegates_in(draft_of(each)))
    try:
        return asked(call, lambda nodes: names_by_key(nodes[0], keys)) if keys else {}
    except NetworkError:
        return {}
