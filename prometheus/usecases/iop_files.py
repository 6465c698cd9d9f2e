"""Bring the seed and the key lists of an IOP vault file in, and hand them out again.

Such a file belongs to other wallets of the Internet of People; only what they know is in it. Its ledger accounts are
kept beside the personas, so that a file that came in goes out with the same accounts. The public keys that it lists
must be those of its seed: a file whose lists were edited is refused.
"""

from __future__ import annotations

import json

from prometheus.errors import Conflict, NotUnderstood
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.model.persona import KINDS
from prometheus.model.secret import Secret
from prometheus.usecases import audit
from prometheus.usecases.personas import keep_new, list_personas, persona_of_seed
from prometheus.usecases.seed import load_seed, public_key_of
from prometheus_memory import taking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from prometheus.identity.iop_hydra import HydraAccount
    from prometheus.identity.iop_vault import IopVault
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Commit, Session

_ACCOUNTS = "iop-ledger-accounts"


class IopContent(NamedTuple):
    """What an opened IOP vault file brings."""

    seed: Secret
    counts: dict[str, int]
    """How many keys of each kind it lists."""
    accounts: tuple[dict[str, Any], ...]
    """Its ledger accounts, as the file has them."""


def open_iop_file(text: str, password: Secret) -> IopContent:
    """Return what a file holds.

    Raises:
        NotUnderstood: When it is no such file, or lists keys that its seed does not make.
        WrongPassphrase: When the password does not open it.
    """
    from prometheus.identity.iop_vault import IopVault

    vault = IopVault.load(text)
    seed = Secret(taking(vault.unlock(password.expose().decode())))
    counts = _checked_counts(vault, seed)
    for account in vault.hydra_accounts:
        _check_account(account, seed)
    return IopContent(seed, counts, tuple(_account_fields(account) for account in vault.hydra_accounts))


def add_from_iop(session: Session, content: IopContent) -> list[Persona]:
    """Add what a file lists and an open vault lacks; importing it again changes nothing and writes nothing.

    Raises:
        Conflict: When the vault has another seed.
    """
    seed = load_seed(session.vault)
    if seed != content.seed:
        raise Conflict(
            "the file has another seed than this vault",
            code="SEED-DIFFERS",
            meaning="a vault has one seed; two would make one backup on paper useless",
            remedy="import it into a vault of its own: 'prometheus vault import FILE NAME'",
        )
    now = session.clock.now()
    lacking = [persona_of_seed(seed, kind, index, now=now) for kind, index in _missing(session, content)]
    if not lacking and _joined_accounts(_kept_accounts(session), content.accounts) == _kept_accounts(session):
        return []
    with session.commit() as commit:
        still_missing = set(_missing(session, content))
        added = [persona for persona in lacking if (persona.kind, persona.key_index) in still_missing]
        for persona in added:
            keep_new(commit, persona)
        accounts = _joined_accounts(_kept_accounts(commit), content.accounts)
        if accounts:
            commit.put(collection.SETTING, _ACCOUNTS, {"accounts": accounts})
        audit.append(commit, "vault.import", facts={"added": [persona.did for persona in added]})
    return added


def iop_file_of(session: Session, password: Secret) -> str:
    """Return the text of an IOP vault file with this vault's seed and key lists, after the log has the export.

    Raises:
        NotUnderstood: When the password is empty.
        Locked: When the keyring alone opened the vault.
    """
    session.require_known_secret()
    seed = load_seed(session.vault)
    text = _iop_text(session, seed, password)
    with session.commit() as commit:
        audit.append(commit, "vault.export", facts={"format": "iop"})
    return text


def _iop_text(session: Session, seed: Secret, password: Secret) -> str:
    from prometheus.identity.iop_vault import IopVault
    from prometheus.identity.morpheus_keys import KINDS as IOP_KINDS

    unlock = password.expose().decode()
    vault = IopVault.of_seed(seed.locked, unlock)
    vault.add_morpheus(unlock)
    secrets = vault.unlock_morpheus(unlock)
    for kind in IOP_KINDS:
        indices = [persona.key_index for persona in list_personas(session, (kind.name,), hidden=True)]
        if indices:
            secrets.key(kind.name, max(indices))
    document = json.loads(vault.save())
    document["plugins"] += _kept_accounts(session)
    text = json.dumps(document, indent=2)
    IopVault.load(text)
    return text + "\n"


def _checked_counts(vault: IopVault, seed: Secret) -> dict[str, int]:
    from prometheus.errors import NotFound

    try:
        keys = vault.morpheus()
    except NotFound:
        return {}
    for kind in KINDS:
        for index, key in enumerate(keys.all(kind)):
            if public_key_of(seed, kind, index) != key.text:
                raise NotUnderstood(
                    f"the file lists a {kind} that its seed does not make",
                    code="IOP-VAULT",
                    meaning="its list of public keys was changed; nothing was imported",
                )
    return {kind: keys.count(kind) for kind in KINDS}


def _missing(session: Session, content: IopContent) -> list[tuple[str, int]]:
    there = {(persona.kind, persona.key_index) for persona in list_personas(session, KINDS, hidden=True)}
    listed = ((kind, index) for kind, count in content.counts.items() for index in range(count))
    return [place for place in listed if place not in there]


def _check_account(account: HydraAccount, seed: Secret) -> None:
    from prometheus.identity.iop_hydra import HydraAccount as Derived

    if Derived.of_seed(seed.locked, account.parameters).xpub != account.xpub:
        raise NotUnderstood(
            "the file lists a ledger account that its seed does not make",
            code="IOP-VAULT",
            meaning="its public key was changed: what is sent to its addresses would go to somebody else",
        )


def _kept_accounts(records: Session | Commit) -> list[dict[str, Any]]:
    kept = records.get(collection.SETTING, _ACCOUNTS)
    accounts: list[dict[str, Any]] = kept["accounts"] if kept else []
    return accounts


def _joined_accounts(kept: Sequence[dict[str, Any]], added: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the accounts of both, each once, with the higher of its counts of keys in use."""
    joined: dict[tuple[str, int], dict[str, Any]] = {}
    for account in (*kept, *added):
        place = (account["parameters"]["network"], account["parameters"]["account"])
        before = joined.get(place, account)["publicState"]
        counts = {name: max(before[name], account["publicState"][name]) for name in ("receiveKeys", "changeKeys")}
        joined[place] = {**account, "publicState": {**account["publicState"], **counts}}
    return list(joined.values())


def _account_fields(account: HydraAccount) -> dict[str, Any]:
    state = {"xpub": account.xpub, "receiveKeys": account.receive_keys, "changeKeys": account.change_keys}
    return {"pluginName": "Hydra", "publicState": state, "parameters": account.parameters._asdict()}
