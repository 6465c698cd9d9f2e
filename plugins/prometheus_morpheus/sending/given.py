"""Pass on transactions that were signed elsewhere, and follow them to their end.

    {"version": 2, …}   or   [{…}, …]   or   {"transactions": [{…}, …]}

Rules: each is parsed strictly, and its signature and id are checked before anybody is asked. Nothing is signed and
nothing is kept here: passing the same file on again is the same transaction, which can be forged once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from prometheus.claims.jsontext import compact, parse
from prometheus.errors import NetworkError, NotUnderstood, RemoteRefused, TooLarge
from prometheus_morpheus.sending import looking, moves, posting, refusals, sightings
from prometheus_morpheus.sending.action import SENT, Action, Payer, Signing
from prometheus_morpheus.sending.survey import account, survey
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.kinds import kind_of
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.serialized import transaction_id
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import parse_transaction

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.survey import Survey

LONGEST_FILE: Final = 8 * 1024 * 1024
MOST_TRANSACTIONS: Final = 40
_LONGEST_PAUSE: Final = 5.0
_SIGNED: Final = frozenset({"senderPublicKey", "signature"})


def read_given(text: str) -> tuple[Action, ...]:
    """Return the signed transactions in a text as actions, in the order of their nonces.

    Raises:
        NotUnderstood: When the text holds no transactions, or one that is not signed by its sender.
        TooLarge: When there are more than 40.
    """
    value = parse(text)
    if isinstance(value, dict) and "transactions" in value:
        value = value["transactions"]
    given = value if isinstance(value, list) else [value]
    if not given:
        raise NotUnderstood("there is no transaction in it", code="LEDGER-GIVEN")
    if len(given) > MOST_TRANSACTIONS:
        raise TooLarge(f"nodes take at most {MOST_TRANSACTIONS} transactions at once", code="LEDGER-GIVEN")
    return tuple(sorted(map(_action, given), key=lambda action: (action.sender, action.nonce)))


def _action(value: Json) -> Action:
    if not isinstance(value, dict) or not _SIGNED.issubset(value):
        raise NotUnderstood(
            "this is no signed transaction",
            code="LEDGER-GIVEN",
            remedy="give what `prometheus wallet send --sign-only --out FILE` wrote",
        )
    transaction = parse_transaction(value)
    name = transaction_id(transaction)
    if not transaction.signature or not has_valid_signature(transaction):
        raise NotUnderstood(
            "a transaction is not signed by its sender",
            code="LEDGER-GIVEN",
            meaning="every node would refuse it",
            remedy="was the file changed after signing?",
        )
    if value.get("id", name) != name:
        raise NotUnderstood(f"a transaction says that its id is not {name}", code="LEDGER-GIVEN")
    written = compact(transaction_json(transaction))
    return Action(
        id=name,
        place=0,
        title=f"{kind_of(transaction.type_group, transaction.type).name} {name[:10]}",
        type_group=transaction.type_group,
        type=transaction.type,
        network=transaction.network,
        payer=Payer("", 0, 0),
        sender=transaction.sender.hex(),
        draft=written,
        wanted_at="",
        lifetime=0,
        fee_wanted=transaction.fee,
        fee_limit=transaction.fee,
        state=SENT,
        nonce=transaction.nonce,
        signings=(Signing(name, transaction.fee, transaction.expiration, written),),
    )


async def pass_on(
    nodes: Sequence[LedgerNode],
    action: Action,
    told: Callable[[Action], None],
    *,
    waits: bool = True,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Action:
    """Return a given transaction once it is done or failed; without waiting, once a node has it.

    Raises:
        NetworkError: When nobody can be asked at the start.
        NotUnderstood: When the nodes serve another network.
        RemoteRefused: When others of the wallet have to come first: no node would take it before.
    """
    around = await survey(nodes)
    if around.configuration.address_byte != action.network:
        raise NotUnderstood("the transaction is for another network than the endpoint serves", code="LEDGER-GIVEN")
    await _refuse_gap(around, action)
    while True:
        before, action = action, await _pushed(around, action)
        if action != before:
            told(action)
        if action.is_done or action.is_failed or not waits:
            return action
        await pause(min(_LONGEST_PAUSE, max(0.25, around.configuration.block_time / 3)))
        try:
            around = await survey(nodes)
        except NetworkError:
            continue


async def _refuse_gap(around: Survey, action: Action) -> None:
    """Refuse a transaction whose number is behind others that nobody has; endpoints that disagree say nothing."""
    seen = await account(around.nodes, sender_address(bytes.fromhex(action.sender), action.network))
    following = seen.used + 1
    while following in seen.pooled:
        following += 1
    if seen.quarrel or action.nonce <= following:
        return
    missing = action.nonce - following
    others = "1 other has" if missing == 1 else f"{missing} others have"
    raise RemoteRefused(
        f"nonce {action.nonce}, the wallet's next is {following}: {others} to come first",
        code="LEDGER-NONCE-GAP",
        meaning="no node takes it before; nothing was sent",
        remedy="broadcast those first, then this one again",
    )


async def _pushed(around: Survey, action: Action) -> Action:
    glances = await asyncio.gather(*(looking.glance(node, action) for node in around.nodes))
    action = moves.seen(action, sightings.together([each for each in glances if each is not None]), "")
    if action.state != SENT or action.known_at == around.tip:
        return action
    reply = await posting.hand_over(around.nodes, action.signings[-1])
    if reply.meaning == refusals.CHEAP:
        reply = reply._replace(meaning=refusals.FINAL)
    return moves.answered(action, reply, around.tip, "")
