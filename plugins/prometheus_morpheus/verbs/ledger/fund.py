"""``ledger fund``: money without value from the faucet of a development ledger, waited for until it is in a block.

Only a development ledger has a faucet (``/dev/fund``); any other node says that it knows no such path. The address is
the one given, or that of the wallet; then the vault is opened for its public side alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import InputError, NotUnderstood, TimedOut
from prometheus_morpheus.client.errors import NotReached, RefusedRequest
from prometheus_morpheus.transactions.addresses import address_payload, is_address
from prometheus_morpheus.transactions.networks import NETWORKS, network_of
from prometheus_morpheus.verbs.asking import required_endpoints
from prometheus_morpheus.verbs.patience import patiently
from prometheus_morpheus.verbs.wallet.place import purse_of
from prometheus_morpheus.wallet.coins import payment_of, shown

if TYPE_CHECKING:
    from prometheus.api import Call
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.client.http import Caller

_ADDRESS_BYTE = 128
_NO_SUCH_PATH = 404
_PAUSE = 0.2
_STARTS = 5
_LOOKS = 600
"""How often it is looked for in a block: for two minutes."""


def run(call: Call) -> int:
    """Ask the faucet, and wait until the money is there.

    Raises:
        RefusedRequest: When there is no faucet, or it refuses.
        TimedOut: When the transfer is in no block after two minutes.
    """
    import asyncio

    endpoint = required_endpoints(call)[0]
    amount = payment_of(call.text("amount"))
    given = call.maybe("address")
    address = _own_address(call) if given is None else checked_address(given)
    txid = asyncio.run(_fund(call, endpoint, address, amount))
    document = {"address": address, "amount": str(amount), "id": txid}
    call.output.result(document, [f"{call.safe(address)} got {shown(amount, _token())}"])
    return 0


def checked_address(text: str) -> str:
    """Return an address that a development ledger can pay; junk is sent to nobody.

    Raises:
        NotUnderstood: When it is none, or of another network.
    """
    try:
        address_payload(text, _ADDRESS_BYTE)
    except InputError as error:
        is_whole = is_address(text)
        raise NotUnderstood(
            "this is an address of another network" if is_whole else "this is no address, or it is mistyped",
            code="ADDRESS",
            meaning=f"{error.what}; a development ledger pays addresses of {network_of(_ADDRESS_BYTE).name}",
            remedy="`prometheus wallet receive --network local` shows yours",
        ) from error
    return text


def _token() -> str:
    return network_of(_ADDRESS_BYTE).token


def _own_address(call: Call) -> str:
    with call.open_vault() as vault:
        return purse_of(call, vault, next(each for each in NETWORKS if each.address_byte == _ADDRESS_BYTE)).address


async def _fund(call: Call, endpoint: Endpoint, address: str, amount: int) -> str:
    from prometheus_morpheus.client.http import Caller
    from prometheus_morpheus.client.session import session

    async with session() as opened:
        caller = Caller(endpoint, opened, call.clock)
        async with patiently(call, endpoint.base_url):
            txid = await _asked(caller, address, amount)
            await _wait(caller, txid)
    return txid


async def _asked(caller: Caller, address: str, amount: int) -> str:
    """Return the id of the transfer that the faucet sends."""
    from prometheus_morpheus.client.fields import data_of, identifier

    await _until_up(caller)
    try:
        answer = await caller.send_once("/dev/fund", {"address": address, "amount": str(amount)})
    except RefusedRequest as refused:
        if refused.status == _NO_SUCH_PATH:
            refused.remedy = "only a development ledger has a faucet: see `prometheus ledger dev`"
        raise
    return identifier(data_of(answer), "id")


async def _until_up(caller: Caller) -> None:
    """Give a ledger that was started a moment ago the time to listen."""
    import asyncio

    for _ in range(_STARTS):
        try:
            await caller.ask("/api/blockchain")
        except NotReached:
            await asyncio.sleep(_PAUSE)
        else:
            return


async def _wait(caller: Caller, txid: str) -> None:
    import asyncio

    for _ in range(_LOOKS):
        if await caller.ask_for(f"/api/transactions/{txid}", missing="Transaction not found"):
            return
        await asyncio.sleep(_PAUSE)
    raise TimedOut(
        "the faucet's transfer is in no block yet",
        code="LEDGER-FUND-WAITS",
        meaning="this ledger makes blocks slowly, or has stopped",
        remedy="look again with `prometheus wallet balance`",
    )
