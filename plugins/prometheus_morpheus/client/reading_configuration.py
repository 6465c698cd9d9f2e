"""What a node says of its network, taken apart.

The members that decide what a transaction costs and how long a block takes have to be there; those that older nodes
lack have the value that they stand for. Rates and limits have a range: a node that asks for absurd fees, or says that a
block takes no time, is refused here and not when somebody has paid.
"""

from __future__ import annotations

from prometheus.errors import Malformed
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.client.answers import NodeConfiguration
from prometheus_morpheus.client.fields import (
    boolean,
    data_of,
    identifier,
    integer,
    money,
    object_member,
    short_text,
)

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

_HIGHEST_RATE = 1_000_000
_HIGHEST_ADDON = 100_000_000
_LONGEST_BLOCK_TIME = 86_400
_MAX_KINDS = 200
_MAX_NAME = 64


def configuration(body: Json) -> NodeConfiguration:
    """Return the configuration of ``/node/configuration``."""
    data = data_of(body)
    constants = object_member(data, "constants")
    block = object_member(constants, "block")
    has_dynamic_fees, rate, addons = _dynamic_fees(data)
    return NodeConfiguration(
        nethash=identifier(data, "nethash"),
        address_byte=integer(data, "version", largest=255),
        token=short_text(data, "token", 16),
        core_version=short_text(object_member(data, "core"), "version", _MAX_NAME),
        slip44=integer(data, "slip44"),
        epoch=_seconds(short_text(constants, "epoch", 40)),
        block_time=_block_time(constants),
        milestone_height=integer(constants, "height"),
        active_delegates=integer(constants, "activeDelegates", largest=10_000),
        max_block_transactions=integer(block, "maxTransactions"),
        multi_payment_limit=integer(constants, "multiPaymentLimit") if "multiPaymentLimit" in constants else 0,
        vendor_field_length=integer(constants, "vendorFieldLength") if "vendorFieldLength" in constants else 64,
        has_layer_two=boolean(constants, "morpheus") if "morpheus" in constants else False,
        has_dynamic_fees=has_dynamic_fees,
        minimum_rate=rate,
        addon_bytes=addons,
        static_fees=_numbers(object_member(object_member(constants, "fees"), "staticFees")),
    )


def _block_time(constants: dict[str, Json]) -> int:
    seconds = integer(constants, "blocktime", largest=_LONGEST_BLOCK_TIME)
    if seconds == 0:
        raise Malformed("blocktime is zero")
    return seconds


def _dynamic_fees(data: dict[str, Json]) -> tuple[bool, int, dict[str, int]]:
    pool = data.get("transactionPool")
    fees = pool.get("dynamicFees") if isinstance(pool, dict) else None
    if not isinstance(fees, dict) or not boolean(fees, "enabled"):
        return False, 0, {}
    rate = integer(fees, "minFeePool", largest=_HIGHEST_RATE)
    return True, rate, _numbers(object_member(fees, "addonBytes"), largest=_HIGHEST_ADDON)


def _numbers(members: dict[str, Json], *, largest: int | None = None) -> dict[str, int]:
    if len(members) > _MAX_KINDS or not all(0 < len(name) <= _MAX_NAME for name in members):
        raise Malformed("the table of fees has more kinds than there are, or one without a name")
    found = {name: money(members, name) for name in members}
    if largest is not None and any(value > largest for value in found.values()):
        raise Malformed("a transaction would cost more than anyone would pay")
    return found


def _seconds(moment: str) -> int:
    from datetime import datetime

    try:
        return int(datetime.fromisoformat(moment).timestamp())
    except (ValueError, OverflowError):
        raise Malformed("epoch is not a moment") from None
