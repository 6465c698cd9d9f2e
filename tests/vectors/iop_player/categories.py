"""Which categories of vectors are played, and how many there are; the others wait with a reason.

Every file of the vector folder stands in exactly one of the two tables.
"""

from __future__ import annotations

PLAYED = {
    "bip39": 59,
    "canonical_json": 49,
    "canonical_numbers": 149,
    "did": 21,
    "encryption": 16,
    "http_authority": 38,
    "http_inspector": 24,
    "http_morpheus": 51,
    "hydra_keys": 163,
    "hydra_tx": 89,
    "json_digest": 143,
    "jwt": 37,
    "morpheus_keys": 88,
    "morpheus_state": 22,
    "morpheus_tx": 56,
    "multicipher": 65,
    "nonce": 8,
    "signatures": 26,
    "signed": 131,
    "vault": 37,
}
"""Vectors in the shipped file of each category."""

LATER = {
    "coeus_state": "later: the naming system comes with the embedded ledger",
    "coeus_tx": "later: the naming system comes with the embedded ledger",
    "http_coeus": "later: the naming system comes with the embedded ledger",
}
"""Why a category is not played yet."""
