"""What the node says of itself and of its network: constants, fees, types; with the names of Hydra's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from prometheus_morpheus.ledger import rules

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.chain import DevLedger

CORE_VERSION = "2.7.24"
"""The Hydra release whose interface this is."""

_NO_EXPLORER = "http://127.0.0.1:1"
_EXTENDED_PUBLIC = 3238356586
_EXTENDED_SECRET = 1307006829
_FEE_IN_BYTES = 10000000
_FEES_OF_ENTITIES = {"entityRegistration": 5000000000, "entityResignation": 500000000, "entityUpdate": 500000000}
_OPERATIONS = {1: "morpheusTransaction", 2: "coeusTransaction"}
_BUSINESS = ("Registration", "Resignation", "Update")


def node(ledger: DevLedger, port: int) -> dict[str, Json]:
    """Return what a client has to know before it sends anything."""
    return {
        "core": {"version": CORE_VERSION},
        "nethash": _nethash(ledger),
        "slip44": rules.COIN_TYPE,
        "wif": rules.WIF_BYTE,
        "token": rules.COIN,
        "symbol": rules.SYMBOL,
        "explorer": _NO_EXPLORER,
        "version": ledger.rules.address_byte,
        "ports": {"@arkecosystem/core-p2p": None, "@arkecosystem/core-api": port},
        "constants": _milestone(ledger, ledger.tip.height),
        "transactionPool": {
            "dynamicFees": {
                "enabled": True,
                "minFeePool": ledger.rules.fee_rate,
                "minFeeBroadcast": ledger.rules.fee_rate,
                "addonBytes": dict[str, "Json"](rules.ADDON_BYTES),
            },
        },
    }


def network(ledger: DevLedger) -> dict[str, Json]:
    """Return the whole network: first block, constants by height, version bytes."""
    heights = sorted({1, 2, ledger.rules.layer_two_from, ledger.rules.reward_from})
    return {
        "exceptions": {},
        "genesisBlock": ledger.genesis_document(),
        "milestones": [_milestone(ledger, height) | {"height": height} for height in heights],
        "network": {
            "name": "testnet",
            "messagePrefix": "HYD message:\n",
            "bip32": {"public": _EXTENDED_PUBLIC, "private": _EXTENDED_SECRET},
            "pubKeyHash": ledger.rules.address_byte,
            "nethash": _nethash(ledger),
            "wif": rules.WIF_BYTE,
            "slip44": rules.COIN_TYPE,
            "aip20": 0,
            "client": {"token": rules.COIN, "symbol": rules.SYMBOL, "explorer": _NO_EXPLORER},
        },
    }


def _nethash(ledger: DevLedger) -> Json:
    return ledger.genesis_document()["payloadHash"]


def _milestone(ledger: DevLedger, height: int) -> dict[str, Json]:
    return cast("dict[str, Json]", ledger.rules.milestone(height))


def types() -> dict[str, Json]:
    """Return the numbers of all types of transaction by group, as Hydra names them."""
    core: dict[str, Json] = {name[0].upper() + name[1:]: number for number, name in enumerate(rules.STATIC_FEES)}
    business = [f"Business{name}" for name in _BUSINESS] + [f"Bridgechain{name}" for name in _BUSINESS]
    return {
        "1": core,
        "2": {name: number for number, name in enumerate(business)},
        "4242": {name[0].upper() + name[1:]: number for number, name in _OPERATIONS.items()},
    }


def static_fees() -> dict[str, Json]:
    """Return the fees that clients pay where they compute none, in flakes."""
    return {
        "1": {name: str(fee) for name, fee in rules.STATIC_FEES.items()},
        "2": {name: str(fee) for name, fee in _FEES_OF_ENTITIES.items()},
        "4242": dict.fromkeys(_OPERATIONS.values(), str(_FEE_IN_BYTES)),
    }


def fees_paid(ledger: DevLedger, since: int) -> dict[str, Json]:
    """Return the fees paid since a Unix time by group and type; those of entities are there without one being paid."""
    groups: dict[str, dict[str, Json]] = {
        "2": {name: _spread(fee, fee, fee, 0) for name, fee in _FEES_OF_ENTITIES.items()},
    }
    for paid in ledger.fees_paid(since):
        name = _name(paid.type_group, paid.type)
        spread = _spread(paid.average, paid.largest, paid.smallest, paid.total)
        groups.setdefault(str(paid.type_group), {})[name] = spread
    return {group: groups[group] for group in sorted(groups, key=int)}


def _name(type_group: int, type_number: int) -> str:
    if type_group == 1:
        return list(rules.STATIC_FEES)[type_number]
    return _OPERATIONS[type_number]


def _spread(average: int, largest: int, smallest: int, total: int) -> dict[str, Json]:
    return {"avg": str(average), "max": str(largest), "min": str(smallest), "sum": str(total)}
