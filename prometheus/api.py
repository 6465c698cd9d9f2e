"""What a plugin imports, besides the pure rooms `identity`, `claims`, `verdict` and `model`.

A plugin marks its functions with `@hook`, describes itself with `PluginInfo` and its verbs with `Command` and `Param`,
and raises the errors of `prometheus.errors`. Nothing behind this door may be imported by a plugin.
"""

from __future__ import annotations

from prometheus.claims.ledger_view import LedgerKnowledge, LedgerQuestion, LedgerSources, LedgerView
from prometheus.claims.services_view import (
    Authority,
    Credentials,
    Inspector,
    Published,
    ReceivedPresentation,
    RequestStatus,
    ServiceAddress,
    Services,
    Validation,
    Verifier,
    WaitingRequest,
    service_address,
)
from prometheus.hooks.specs import API_VERSION, PluginInfo, hook
from prometheus.model.capability import KEEPS_RECORDS, SEES_PERSONAS, SIGNS, SPENDS
from prometheus.model.command import Command, Param
from prometheus.model.persona import Persona
from prometheus.model.places import Places
from prometheus.ports import Call, Clock, DidMethod, OpenVault, Result, Signer, Store, StoreTransaction

__all__ = [
    "API_VERSION",
    "KEEPS_RECORDS",
    "SEES_PERSONAS",
    "SIGNS",
    "SPENDS",
    "Authority",
    "Call",
    "Clock",
    "Command",
    "Credentials",
    "DidMethod",
    "Inspector",
    "LedgerKnowledge",
    "LedgerQuestion",
    "LedgerSources",
    "LedgerView",
    "OpenVault",
    "Param",
    "Persona",
    "Places",
    "PluginInfo",
    "Published",
    "ReceivedPresentation",
    "RequestStatus",
    "Result",
    "ServiceAddress",
    "Services",
    "Signer",
    "Store",
    "StoreTransaction",
    "Validation",
    "Verifier",
    "WaitingRequest",
    "hook",
    "service_address",
]
