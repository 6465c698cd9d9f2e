"""How the scenarios of the second layer are played against `prometheus_morpheus.state`.

A scenario is a list of steps on one fresh state. Each step has to give its known result, or be refused with the known
text; where that text names a line and a column a deserialiser of the reference speaks, and only the refusal counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iop_player.operations import Input, Operations
from iop_player.player import WrongAnswer, is_exact, is_same
from prometheus.errors import PrometheusError
from prometheus_morpheus.state.errors import StateError
from prometheus_morpheus.state.heights import check_height
from prometheus_morpheus.state.machine import MorpheusState

if TYPE_CHECKING:
    from collections.abc import Callable

OPS = Operations()


def _apply(state: MorpheusState, given: Input) -> None:
    refused = state.apply(given["txid"], given["asset"])
    if refused is not None:
        raise StateError(refused)


def _dry_run(state: MorpheusState, given: Input) -> Any:
    asset = given["asset"]
    if not isinstance(asset, dict):
        raise StateError("invalid length 0, expected struct MorpheusAsset with 1 element at line 1 column 2")
    return state.dry_run(asset["operationAttempts"])


def _history(state: MorpheusState, given: Input) -> Any:
    found = state.transactions(
        given["did"], given["fromHeightInc"], given["untilHeightInc"], attempts=given["includeAttempts"]
    )
    return [{"transactionId": txid, "height": height} for txid, height in found]


def _last_txid(state: MorpheusState, given: Input) -> str | None:
    last = state.last_transaction(given["did"])
    return last[0] if last else None


def _exists(state: MorpheusState, given: Input) -> bool:
    height = given["height"]
    if height is not None:
        check_height(height)
    found = state.before_proof(given["contentId"])
    return found is not None and (height is None or height >= found[0])


def _proof_history(state: MorpheusState, given: Input) -> Any:
    height, txid = state.before_proof(given["contentId"]) or (None, None)
    return {
        "contentId": given["contentId"],
        "existsFromHeight": height,
        "txid": txid,
        "queriedAtHeight": state.last_height,
    }


CALLS: dict[str, Callable[[MorpheusState, Input], Any]] = {
    "applyTransaction": _apply,
    "applyTransactionRaw": _apply,
    "beforeProofExistsAt": _exists,
    "beforeProofHistory": _proof_history,
    "blockApplying": lambda state, given: state.begin_block(given["height"]),
    "blockReverting": lambda state, given: state.revert_block(given["height"]),
    "corrupted": lambda state, _given: state.is_corrupt,
    "dryRun": _dry_run,
    "dryRunRaw": _dry_run,
    "getDidDocumentAt": lambda state, given: state.document(given["did"], given["height"]),
    "getTransactionHistory": _history,
    "isConfirmed": lambda state, given: state.is_confirmed(given["txid"]),
    "lastBlockHeight": lambda state, _given: state.last_height,
    "lastTxId": _last_txid,
    "revertTransaction": lambda state, given: state.revert(given["txid"], given["asset"]),
}


def _check(number: int, step: Input, answer: Any, refusal: str | None) -> None:
    expected, place = step.get("error"), f"step {number}, {step['call']}"
    if refusal is None and expected is None:
        if not is_same(answer, step["result"]):
            raise WrongAnswer(f"{place}:\ngot      {answer!r}\nexpected {step['result']!r}")
    elif refusal is None or expected is None or (is_exact(expected) and refusal != expected):
        raise WrongAnswer(f"{place}:\nrefusal  {refusal!r}\nexpected {expected!r}")


@OPS.plays("morpheus_state", "scenario")
def scenario(given: Input) -> None:
    """Play all steps."""
    state = MorpheusState()
    for number, step in enumerate(given["steps"]):
        answer, refusal = None, None
        try:
            answer = CALLS[step["call"]](state, step["args"])
        except PrometheusError as refused:
            refusal = refused.what
        _check(number, step, answer, refusal)
