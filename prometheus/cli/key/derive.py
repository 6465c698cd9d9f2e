"""``key derive``: the public side of a key; the secret only with ``--reveal``, at a terminal, after asking.

``--yes`` does not reveal anything, and a revealed secret is written to a private page of the terminal: it never goes
through standard output, where a pipe or a log could keep it.
"""

from __future__ import annotations

from prometheus.cli.private_screen import private_screen
from prometheus.cli.unlocking import open_session
from prometheus.errors import NoConsent, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.derive_key import (
    LedgerPlace,
    identity_key,
    ledger_key,
    network_called,
    reveal_identity_key,
    reveal_ledger_key,
)

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.model.secret import Secret
    from prometheus.usecases.session import Session


def run(call: Invocation) -> int:
    """Show a key of the seed."""
    network = call.maybe("network")
    place = None
    if network is not None:
        named = network_called(network)
        place = LedgerPlace(named, call.number("account") or 0, call.number("index") or 0, call.flag("change"))
    with open_session(call, hands_out_keys=call.flag("reveal")) as session:
        document = _public(call, session, place)
        if call.flag("reveal"):
            _reveal(call, session, place)
    call.output.result(document, [f"{name.replace('_', ' '):<10} {value}" for name, value in document.items()])
    return 0


def _public(call: Invocation, session: Session, place: LedgerPlace | None) -> dict[str, object]:
    if place is None:
        return identity_key(session, call.text("kind"), call.number("index") or 0)._asdict()
    return ledger_key(session, place)._asdict()


def _reveal(call: Invocation, session: Session, place: LedgerPlace | None) -> None:
    if call.output.is_json:
        raise NotUnderstood("a secret is only shown at a terminal, never as JSON", code="REVEAL-TERMINAL")
    with private_screen(call, "revealing a secret") as screen:
        screen.tell("Whoever sees this secret can act with this key for ever. It goes into the log that it was shown.")
        answer = screen.ask("Type reveal to show it: ")
        if bytes(answer.view).strip().lower() != b"reveal":
            raise NoConsent("the secret was not revealed")
        screen.tell(_secret_text(call, session, place))
        screen.ask("Press Enter to wipe it from the screen. ")


def _secret_text(call: Invocation, session: Session, place: LedgerPlace | None) -> str:
    if place is not None:
        wif: Secret = reveal_ledger_key(session, place)
        return f"WIF  {wif.expose().decode()}"
    secret = reveal_identity_key(session, call.text("kind"), call.number("index") or 0)
    return f"Ed25519 seed  {secret.expose().hex()}"
