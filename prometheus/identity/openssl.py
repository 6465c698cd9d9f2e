"""HMAC-SHA512 and PBKDF2-HMAC-SHA512 of OpenSSL, from locked memory into locked memory.

Python's own doors, `hmac` and `hashlib`, give their results as ``bytes``, which nobody overwrites. So the functions of
the very library that stands behind them are called by address. Where its names cannot be found, as in a Python with a
hidden OpenSSL inside, the ordinary doors serve, and what they returned is overwritten at once: `IS_DIRECT` says which.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Any, Final
from prometheus_memory import LockedBytes, allocate, holding, taking

if TYPE_CHECKING:
    from prometheus_memory import SecretBytes

_SIZE: Final = 64


def _found() -> Any:
    import ctypes

    try:
        import _hashlib

        library = ctypes.CDLL(_hashlib.__file__)
        library.EVP_sha512.restype = library.HMAC.restype = ctypes.c_void_p
        library.PKCS5_PBKDF2_HMAC.restype = ctypes.c_int
    except (ImportError, AttributeError, OSError):
        return None
    return library


_library: Final = _found()
IS_DIRECT: Final = _library is not None


def hmac_sha512(key: SecretBytes, message: SecretBytes) -> LockedBytes:
    """Return the 64 bytes of HMAC-SHA512 (RFC 2104)."""
    with _locked(key) as secret, _locked(message) as text:
        if _library is None:
            import hmac

            return taking(hmac.digest(secret.view, text.view, "sha512"))
        out = allocate(_SIZE)
        from ctypes import c_int, c_size_t, c_void_p

        done = _library.HMAC(
            c_void_p(_library.EVP_sha512()), _at(secret), c_int(len(secret)), _at(text), c_size_t(len(text)),
            _at(out), c_void_p(None),
        )  # fmt: skip
        if not done:
            raise RuntimeError("OpenSSL refused HMAC-SHA512")
        return out


def pbkdf2_sha512(password: SecretBytes, salt: SecretBytes, rounds: int) -> LockedBytes:
    """Return the 64 bytes of PBKDF2-HMAC-SHA512 (RFC 8018)."""
    with _locked(password) as secret, _locked(salt) as grains:
        if _library is None:
            from hashlib import pbkdf2_hmac

            return taking(pbkdf2_hmac("sha512", secret.view, grains.view, rounds, _SIZE))
        out = allocate(_SIZE)
        from ctypes import c_int, c_void_p

        done = _library.PKCS5_PBKDF2_HMAC(
            _at(secret), c_int(len(secret)), _at(grains), c_int(len(grains)), c_int(rounds),
            c_void_p(_library.EVP_sha512()), c_int(_SIZE), _at(out),
        )  # fmt: skip
        if done != 1:
            raise RuntimeError("OpenSSL refused PBKDF2-HMAC-SHA512")
        return out


def _locked(data: SecretBytes) -> LockedBytes:
    return data.copy() if isinstance(data, LockedBytes) else holding(data)


def _at(piece: LockedBytes) -> Any:
    from ctypes import c_void_p

    return c_void_p(piece.address)
