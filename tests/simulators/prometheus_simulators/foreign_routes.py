"""The paths of the foreign services: name, method, and the path in each generation. The last two are ours alone."""

from __future__ import annotations

ROUTES = {
    "list_processes": ("GET", "/processes", "/process"),
    "list_scenarios": ("GET", "/scenarios", "/scenario"),
    "blob": ("GET", "/blob/{id}", "/blob/{id}"),
    "send_request": ("POST", "/requests", "/request"),
    "list_requests": ("GET", "/requests", "/request"),
    "status": ("GET", "/requests/{link}/status", "/request/{link}/status"),
    "private_blob": ("GET", "/private-blob/{id}", "/privateBlob/{id}"),
    "approve": ("POST", "/requests/{link}/approve", "/request/{link}/approve"),
    "reject": ("POST", "/requests/{link}/reject", "/request/{link}/reject"),
    "send_presentation": ("POST", "/presentation", "/presentation"),
    "after_proof": ("GET", "/after-proof", "/afterProof"),
    "validate": ("POST", "/validate", "/validate"),
    "withdraw": ("POST", "/requests/{link}/withdraw", "/request/{link}/withdraw"),
    "received": ("GET", "/presentations", "/presentations"),
}
WITH_TOKEN = frozenset({"list_requests", "approve", "reject", "received"})
"""Routes that want a token; the reference forgets the private blobs."""
