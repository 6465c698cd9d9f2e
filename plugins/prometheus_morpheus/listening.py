"""Takes a port, for the servers of this plugin: the development ledger and the services.

Rules: a port that is taken is refused before anything is served; a port that was just left by another is not.
"""

from __future__ import annotations

import errno
import socket

from prometheus.errors import Conflict, NotUnderstood

LOOPBACK = "127.0.0.1"
_WAITING = 1024
"""Connections that may wait to be taken."""


def listen(host: str, port: int, *, what: str, option: str) -> socket.socket:
    """Return a socket that has the port; 0 takes a free one.

    Args:
        host: An address or a name of this machine.
        port: From 0 to 65535.
        what: What else may have it, such as ``a ledger``.
        option: The option of the command that chooses another.

    Raises:
        Conflict: When it is taken.
        NotUnderstood: When the host is no address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(_WAITING)
    except (OSError, OverflowError) as error:
        door.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise Conflict(
                f"port {port} is taken",
                code="PORT-TAKEN",
                meaning=f"another program listens there; it may be {what} that already runs",
                remedy=f"stop it, or choose another port with {option}",
            ) from None
        raise NotUnderstood(f"cannot listen at {host}, port {port}", code="LISTEN", meaning=str(error)) from None
    return door


def url_of(door: socket.socket, *, has_tls: bool = False) -> str:
    """Return the address under which a socket is reached."""
    host, port = door.getsockname()[:2]
    return f"{'https' if has_tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
