"""The JSON of an IOP vault file, parsed strictly and written in the reference's order of members.

Rules:
* At most 4 MiB; two of the same member in one object are refused; unknown members are ignored.
* A missing member is told as ``missing field `name` ``, in the order in which members are written.
* Public keys and xpubs have to be keys. The encrypted seed is not looked at: that needs the password.
* A vault may be listed to hold a plugin once only; lists of keys that are empty are left out.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood, PrometheusError, TooLarge
from prometheus.identity.bip32 import ExtendedPublicKey
from prometheus.identity.iop_hydra import HydraAccount, HydraParameters
from prometheus.identity.iop_morpheus import MOST_KEYS, MorpheusKeys
from prometheus.identity.morpheus_keys import KINDS
from prometheus.identity.multicipher import PublicKey
from prometheus.model.frozen import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Plugin: TypeAlias = "MorpheusKeys | HydraAccount"

_LONGEST_FILE = 4 * 1024 * 1024
_LARGEST_ACCOUNT = 2**31 - 1


class Content(NamedTuple):
    """What a vault file says."""

    encrypted_seed: str
    plugins: tuple[Plugin, ...]


def parse(text: str) -> Content:
    """Return the content of a file's text; NotUnderstood when it has another form, TooLarge beyond 4 MiB."""
    vault = _object(_json(text), "vault")
    encrypted_seed = _text(vault, "encryptedSeed")
    plugins = tuple(_plugin(item) for item in _list(_member(vault, "plugins"), "plugins"))
    names = [_identity(plugin) for plugin in plugins]
    if len(set(names)) != len(names):
        raise _refusal("the same plugin is in the vault twice")
    return Content(encrypted_seed, plugins)


def to_text(encrypted_seed: str, plugins: Sequence[Plugin]) -> str:
    """Return the text of a file."""
    import json

    return json.dumps({"encryptedSeed": encrypted_seed, "plugins": [_document(plugin) for plugin in plugins]}, indent=2)


def _document(plugin: Plugin) -> dict[str, object]:
    if isinstance(plugin, HydraAccount):
        state = {"xpub": plugin.xpub, "receiveKeys": plugin.receive_keys, "changeKeys": plugin.change_keys}
        return {"pluginName": "Hydra", "publicState": state, "parameters": plugin.parameters._asdict()}
    keys = {kind.plural: [key.text for key in plugin.all(kind.name)] for kind in KINDS if plugin.count(kind.name)}
    return {"pluginName": "Morpheus", "parameters": {}, "publicState": keys}


def _identity(plugin: Plugin) -> HydraParameters | str:
    return plugin.parameters if isinstance(plugin, HydraAccount) else "Morpheus"


def _plugin(item: object) -> Plugin:
    document = _object(item, "plugin")
    name = _text(document, "pluginName")
    if name == "Morpheus":
        return _morpheus(document)
    if name == "Hydra":
        return _hydra(document)
    raise _refusal(f"unknown variant `{name[:64]}`, expected `Hydra` or `Morpheus`")


def _morpheus(document: dict[str, Any]) -> MorpheusKeys:
    _object(_member(document, "parameters"), "parameters")
    state = _object(_member(document, "publicState"), "publicState")
    return MorpheusKeys({kind.name: _keys(state.get(kind.plural, []), kind.plural) for kind in KINDS})


def _keys(value: object, name: str) -> list[PublicKey]:
    texts = _list(value, name)
    if len(texts) > MOST_KEYS:
        raise TooLarge(f"a vault has at most {MOST_KEYS} keys of a kind", code="IOP-VAULT")
    keys = []
    for text in texts:
        if not isinstance(text, str):
            raise _wrong_type(name)
        keys.append(PublicKey.parse(text))
    return keys


def _hydra(document: dict[str, Any]) -> HydraAccount:
    state = _object(_member(document, "publicState"), "publicState")
    xpub = _text(state, "xpub")
    receive, change = _count(state, "receiveKeys", MOST_KEYS), _count(state, "changeKeys", MOST_KEYS)
    named = _object(_member(document, "parameters"), "parameters")
    parameters = HydraParameters(_text(named, "network"), _count(named, "account", _LARGEST_ACCOUNT))
    node = ExtendedPublicKey.parse(xpub, parameters.checked_network())
    return HydraAccount(parameters, node, receive, change)


def _json(text: str) -> object:
    import json

    if len(text) > _LONGEST_FILE:
        raise TooLarge("an IOP vault file has at most 4 MiB", code="IOP-VAULT")
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except PrometheusError:
        raise
    except (ValueError, RecursionError):
        raise _refusal("the file is not JSON") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise _refusal(f"duplicate field `{name[:64]}`")
        members[name] = value
    return members


def _member(document: dict[str, Any], name: str) -> object:
    if name not in document:
        raise _refusal(f"missing field `{name}`")
    return document[name]


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong_type(name)
    return value


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise _wrong_type(name)
    return value


def _text(document: dict[str, Any], name: str) -> str:
    value = _member(document, name)
    if not isinstance(value, str):
        raise _wrong_type(name)
    return value


def _count(document: dict[str, Any], name: str, most: int) -> int:
    value = _member(document, name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise _wrong_type(name)
    return value


def _wrong_type(name: str) -> NotUnderstood:
    return _refusal(f"invalid value for `{name}`")


def _refusal(what: str) -> NotUnderstood:
    return NotUnderstood(what, code="IOP-VAULT", meaning="this is not a vault file of the Internet of People")
