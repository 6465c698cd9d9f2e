"""The numbers of the development network, as Hydra's configuration has them.

They are those of a small testnet: address byte 128, five forging delegates, layer 2 from height 3. Limits of the pool
are parameters, so that a measurement can lift them.
"""

from __future__ import annotations

from typing import NamedTuple

ADDRESS_BYTE = 128
WIF_BYTE = 179
COIN_TYPE = 1
COIN = "THYD"
SYMBOL = "TĦ"
EPOCH = 1564646400
"""Unix time of the network's second 0: 2019-08-01T08:00:00Z."""

ADDON_BYTES = {
    "transfer": 100,
    "secondSignature": 250,
    "delegateRegistration": 400000,
    "vote": 100,
    "multiSignature": 500,
    "ipfs": 250,
    "multiPayment": 500,
    "delegateResignation": 100,
    "htlcLock": 100,
    "htlcClaim": 0,
    "htlcRefund": 0,
    "businessRegistration": 4000000,
    "businessUpdate": 500,
    "businessResignation": 100,
    "bridgechainRegistration": 4000000,
    "bridgechainUpdate": 500,
    "bridgechainResignation": 100,
}
"""Bytes added to a transaction's own before its fee is computed, by type."""

STATIC_FEES = {
    "transfer": 10000000,
    "secondSignature": 500000000,
    "delegateRegistration": 2500000000,
    "vote": 100000000,
    "multiSignature": 500000000,
    "ipfs": 500000000,
    "multiPayment": 10000000,
    "delegateResignation": 2500000000,
    "htlcLock": 10000000,
    "htlcClaim": 0,
    "htlcRefund": 0,
}
"""Fees that clients pay where they do not compute one, in flakes, by type."""


class Rules(NamedTuple):
    """What a development ledger allows; the defaults are those of the recorded network.

    With ``is_unique`` its second block is like no other ledger's; a recording comes out again without.
    """

    address_byte: int = ADDRESS_BYTE
    epoch: int = EPOCH
    block_time: int = 4
    block_transactions: int = 250
    payload_bytes: int = 8388608
    request_transactions: int = 40
    sender_transactions: int = 300
    pool_transactions: int = 15000
    pool_age: int = 2700
    transaction_bytes: int = 2000000
    fee_rate: int = 1000
    remembered_ids: int = 10000
    layer_two_from: int = 3
    delegates: int = 5
    multi_payments: int = 256
    vendor_field_bytes: int = 255
    reward_from: int = 75600
    reward: int = 800000000
    is_unique: bool = True

    def reward_at(self, height: int) -> int:
        """Return what the delegate of a block gets besides the fees, in flakes."""
        return self.reward if height >= self.reward_from else 0

    def milestone(self, height: int) -> dict[str, object]:
        """Return the constants in force at a height, in the order and with the names of Hydra's configuration."""
        start = max(step for step in (1, 2, self.layer_two_from, self.reward_from) if step <= max(1, height))
        constants: dict[str, object] = {
            "height": start,
            "reward": self.reward_at(start),
            "activeDelegates": self.delegates,
            "blocktime": self.block_time,
            "block": {
                "version": 0,
                "maxTransactions": self.block_transactions,
                "maxPayload": self.payload_bytes,
                "idFullSha256": True,
            },
            "epoch": "2019-08-01T08:00:00.000Z",
            "fees": {"staticFees": dict(STATIC_FEES)},
            "multiPaymentLimit": self.multi_payments,
            "vendorFieldLength": self.vendor_field_bytes,
            "aip11": True,
            "htlcEnabled": True,
        }
        return constants | ({"coeus": True, "morpheus": True} if start >= self.layer_two_from else {})
