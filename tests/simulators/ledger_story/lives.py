"""The chapter of DIDs and times: keys with an end, rights given and taken, a DID handed over and ended; and all that
layer 2 forbids on the way.

Each round is what is sent for one block: one transaction that takes effect, or many that do not. What has no effect is
paid for all the same, and said so beforehand by the node's own check, with the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_story.attempts import (
    EARLIER,
    MADE_UP,
    NONE,
    Group,
    Try,
    add,
    attempts_of,
    by,
    end,
    give,
    revoke,
    take,
)
from ledger_story.outcomes import APPLIED, REJECTED, Outcome, Step, rejected

if TYPE_CHECKING:
    from ledger_story.stage import Stage
    from prometheus_morpheus.sending.action import Action

PAYER = "alice"
HOLDS = 14
"""Blocks for which the tablet's key holds."""
_OK = Outcome(APPLIED)


class Round(NamedTuple):
    """What is sent for one block; `after` names a key whose end is waited for first."""

    steps: tuple[Step, ...]
    after: str = ""


def _applied(name: str, wanted: Try, *recorded: int) -> Round:
    return Round((Step(name, _OK, wanted, recorded),))


def _no(name: str, wanted: Try, reason: str, *recorded: int) -> Step:
    return Step(name, rejected(reason), wanted, recorded)


def _no_right(who: str) -> str:
    return f"<{who}!> has no right to update <DID ana> at height H"


def _own(auth: str) -> str:
    return f"<ana!> cannot modify its own authorization (as <{auth}>)"


_ENDED = "<phone!> cannot update <DID ana> at height H. The DID is tombstoned"
_IN = "in DID <DID ana> was already set"
_OPERATION = "Operation on <DID ana> at height H was attempted"
_REGISTERED = "Before proof a-letter is already registered at H by txn ID"

ROUNDS = (
    Round(
        (
            _no(
                "a made-up last transaction",
                by("laptop", add("phone", did="laptop", after=MADE_UP)),
                "Operation on <DID laptop> at height H was attempted after txn ID, but it never changed yet",
            ),
            _no("a stranger changes a DID", by("stranger", add("stranger")), _no_right("stranger"), 91, 94),
        )
    ),
    _applied("a letter is registered", Try(("a-letter",))),
    _applied("two more in one transaction", Try(("a-photo", "an-empty-page", ""))),
    Round(
        (
            _no("a letter is registered twice", Try(("a-letter",)), _REGISTERED, 57, 61),
            _no("a new one beside a known one", Try(("a-new-letter", "a-letter")), _REGISTERED, 132),
            _no(
                "one text twice in one transaction",
                Try(("twins", "twins")),
                "Before proof twins is already registered at H by txn ID",
            ),
        )
    ),
    _applied("a key is added", by("ana", add("phone"))),
    Round(
        (
            _no("a key without a right", by("phone", add("visitor")), _no_right("phone")),
            _no(
                "a key that is there",
                by("ana", add("phone")),
                "DID <DID ana> already has a still valid key matching <phone>",
                87,
                90,
            ),
            _no(
                "as if nothing had happened",
                by("ana", add("visitor", after=NONE)),
                f"{_OPERATION} on an implicit document, but it last changed at height H by txn ID",
                83,
                86,
            ),
        )
    ),
    _applied(
        "rights, a key with an end, and a key by itself",
        by(
            "ana",
            give("phone", "update"),
            give("phone", "impersonate"),
            add("tablet", lasts=HOLDS),
            give("tablet", "update"),
            add("laptop!"),
        ),
    ),
    _applied("a key with an end acts before it", by("tablet", add("visitor"))),
    Round(
        (
            _no(
                "a key by its id that is there by itself",
                by("ana", add("laptop")),
                "DID <DID ana> already has a still valid key matching <laptop>",
                139,
                142,
            ),
            _no("a key takes itself away", by("ana", revoke("ana")), _own("ana"), 103, 106),
            _no("a key takes itself away by itself", by("ana", revoke("ana!")), _own("ana!")),
            _no("a key gives itself a right", by("ana", give("ana", "update")), _own("ana")),
            _no("a key takes a right from itself", by("ana", take("ana", "update")), _own("ana")),
            _no(
                "a key that never was is taken away",
                by("ana", revoke("ghost")),
                "DID <DID ana> does not have a key matching <ghost>",
                99,
                102,
            ),
            _no(
                "a key that never was gets a right",
                by("ana", give("ghost", "update")),
                "DID <DID ana> has no key matching <ghost>",
            ),
            _no(
                "a right that nobody knows",
                by("ana", give("phone", "fly")),
                "unknown variant `fly`, expected `update` or `impersonate`",
                95,
                98,
            ),
            _no(
                "a right that is there",
                by("ana", give("phone", "update")),
                f"Validity of key <phone> {_IN} to true at height H",
                107,
                110,
            ),
            _no(
                "a right that is not there",
                by("ana", take("laptop", "update")),
                f"Validity of key <laptop> {_IN} to false at height H",
            ),
            _no(
                "one right twice in one transaction",
                by("ana", take("phone", "impersonate"), give("phone", "impersonate")),
                f"Validity of key <phone> {_IN} at height H",
            ),
            _no(
                "after an earlier transaction",
                by("ana", revoke("phone", after=EARLIER)),
                f"{_OPERATION} after txn ID, but it last changed at height H by txn ID",
            ),
            _no(
                "a signature over something else",
                Try((Group("ana", (revoke("phone"),), is_broken=True),)),
                "Invalid signature",
                143,
                146,
            ),
            _no(
                "one bad operation behind a good one",
                by("ana", give("laptop", "impersonate"), revoke("ghost")),
                "DID <DID ana> does not have a key matching <ghost>",
                125,
                128,
            ),
            _no(
                "content beside a bad operation",
                Try(("beside", Group("ana", (revoke("ghost"),)))),
                "DID <DID ana> does not have a key matching <ghost>",
            ),
            _no(
                "two DIDs and a right on one",
                by("ana", add("ghost"), add("ghost", did="ben")),
                "<ana!> has no right to update <DID ben> at height H",
            ),
            _no(
                "a second signer without a right",
                Try((Group("ana", (add("ghost"),)), Group("stranger", (add("ghost", did="ben"),)))),
                "<stranger!> has no right to update <DID ben> at height H",
            ),
        )
    ),
    Round(
        (
            Step("the first of two in one block", _OK, by("ana", give("visitor", "impersonate"))),
            Step(
                "the second of two in one block",
                rejected(f"{_OPERATION} after txn ID, but it last changed at height H by txn ID"),
                by("ana", give("visitor", "update"))._replace(is_checked=False),
                (124,),
            ),
        )
    ),
    _applied("a right is taken", by("ana", take("phone", "impersonate"))),
    # A node checks against its newest block, in which this right was changed already; by the next one it is allowed.
    _applied("a right is given again", by("ana", give("phone", "impersonate"))._replace(is_checked=False)),
    _applied("the first key is taken away by the second", by("phone", revoke("ana"))),
    Round(
        (
            _no("the key that was taken away acts", by("ana", add("ghost")), _no_right("ana")),
            _no(
                "it is taken away again",
                by("phone", revoke("ana")),
                "DID <DID ana> has a key matching <ana>, but it's already invalidated",
            ),
            _no(
                "it gets a right",
                by("phone", give("ana", "update")),
                "Key matching <ana> of DID <DID ana> is invalid at height H",
            ),
        )
    ),
    _applied("it comes back without rights", by("phone", add("ana"))),
    Round((_no("it acts without rights", by("ana", add("ghost")), _no_right("ana")),)),
    Round(
        (
            _no("a key acts after its end", by("tablet", add("ghost")), _no_right("tablet")),
            _no(
                "a key is taken away after its end",
                by("phone", revoke("tablet")),
                "DID <DID ana> has a key matching <tablet>, but it's already invalidated",
            ),
            _no(
                "a key gets a right after its end",
                by("phone", give("tablet", "impersonate")),
                "Key matching <tablet> of DID <DID ana> is invalid at height H",
            ),
        ),
        after="tablet",
    ),
    _applied("a key comes back after its end", by("phone", add("tablet"))),
    _applied("a key whose end has passed", by("phone", add("past", until=2))),
    _applied(
        "two DIDs by two signers",
        Try((Group("phone", (take("visitor", "impersonate"),)), Group("ben", (add("phone", did="ben"),)), "a-receipt")),
    ),
    Round((_no("a key without the right ends a DID", by("visitor", end()), _no_right("visitor")),)),
    _applied("the DID is ended", by("phone", end())),
    Round(
        (
            _no("a change after the end", by("phone", add("ghost")), _ENDED, 152, 155),
            _no("an end after the end", by("phone", end()), _ENDED),
        )
    ),
)

STEPS = tuple(step for each in ROUNDS for step in each.steps)


async def play(stage: Stage) -> dict[str, Outcome]:
    """Play all rounds; what they did is in the stage's chronicle."""
    stage.chronicle.key_ids = {
        stage.auth(f"{name}!"): stage.auth(name) for name in ("ana", "phone", "tablet", "laptop", "visitor")
    }
    found: dict[str, Outcome] = {}
    for each in ROUNDS:
        if each.after:
            life = stage.chronicle.life(stage.did("ana"))
            await stage.reach(life.newest(stage.auth(each.after), {}).expires or 0)
        found |= await _play(stage, each)
    return found


async def _play(stage: Stage, turn: Round) -> dict[str, Outcome]:
    height = await stage.height()
    made = [attempts_of(stage, step.act, height) for step in turn.steps]
    checked = [await stage.node.check(attempts) or "" for attempts in made]
    if not all(step.act.is_checked for step in turn.steps):
        await stage.next_block()
    wishes = [stage.wish_of(PAYER, attempts, step.name) for step, attempts in zip(turn.steps, made, strict=True)]
    actions = await stage.done(PAYER, wishes)
    found = {}
    for step, attempts, said, action in zip(turn.steps, made, checked, actions, strict=True):
        expected = step.expected.text if step.expected.kind == REJECTED else ""
        stage.chronicle.tell(
            action.forged_id, action.height, attempts, is_applied=action.state == "applied", reason=expected
        )
        found[step.name] = _outcome(stage, step, said, action)
    return found


def _outcome(stage: Stage, step: Step, said: str, action: Action) -> Outcome:
    reason = stage.masked(said).replace("txn dry_run", "txn ID")
    if action.state == "applied":
        return Outcome(APPLIED, "", reason if step.act.is_checked else "")
    if action.state == "rejected":
        return Outcome(REJECTED, "false", reason if step.act.is_checked else step.expected.text)
    return Outcome(action.state, "", action.reason)
