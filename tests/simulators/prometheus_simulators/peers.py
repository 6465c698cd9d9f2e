"""Where the real things are that we measure ourselves against, and how one of them is started for a test.

Peers are no part of the project: they lie in a folder named by PROMETHEUS_PEERS, or in ``shared/peers`` beside the
checkout. A test that needs one says that it was skipped and why where it is not there, or where its tools are not.

    with hydra_devnode() as url: …       # its own port and folder, ended with the block
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GENESIS_WORDS = "scout try doll stuff cake welcome random taste load town clerk ostrich"
"""The published passphrase of the wallet that owns all money of hydra-devnode; its key is the SHA-256 of it."""

_CHECKOUT = Path(__file__).resolve().parents[3]
_NAMED = os.environ.get("PROMETHEUS_PEERS")
"""Read once: a test world takes such variables away from the programs in it."""
_LONGEST_START = 180


def peers_folder() -> Path:
    """Return where the peers are, there or not."""
    return Path(_NAMED) if _NAMED else _CHECKOUT.parent / "shared" / "peers"


def why_no_hydra_devnode() -> str:
    """Return why the Hydra development node cannot be started here, or nothing."""
    if not (peers_folder() / "hydra-devnode" / "start.sh").is_file():
        return "there is no hydra-devnode peer (PROMETHEUS_PEERS names the folder of peers)"
    missing = [tool for tool in ("node", "npm", "curl") if shutil.which(tool) is None]
    return f"the hydra-devnode peer needs {', '.join(missing)}" if missing else ""


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def hydra_devnode(block_time_ms: int = 1500, **environment: str) -> Iterator[str]:
    """Run the Hydra development node on a port and in a folder of its own; yield its base URL.

    The packages that it installs are kept between runs, as it does itself; its chain is in memory and new each time.

    Raises:
        RuntimeError: When it does not come up.
    """
    peer, port = peers_folder() / "hydra-devnode", free_port()
    with tempfile.TemporaryDirectory(prefix="hydra-devnode-") as folder:
        settings = os.environ | environment
        settings |= {"HYDRA_PORT": str(port), "HYDRA_RUN_DIR": folder, "HYDRA_BLOCKTIME_MS": str(block_time_ms)}
        _bring_packages(Path(folder))
        try:
            _run(peer / "start.sh", settings)
            _keep_packages(Path(folder))
            yield f"http://127.0.0.1:{port}"
        finally:
            _run(peer / "stop.sh", settings)


def _run(script: Path, settings: dict[str, str]) -> None:
    ended = subprocess.run(
        ["/bin/sh", str(script)], env=settings, capture_output=True, text=True, timeout=_LONGEST_START, check=False
    )
    if ended.returncode:
        raise RuntimeError(f"{script.name} failed: {(ended.stdout + ended.stderr)[-2000:]}")


def _package_cache() -> Path:
    """Return where the packages are kept that this very lock of the peer asks for."""
    lock = (peers_folder() / "hydra-devnode" / "package-lock.json").read_bytes()
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "prometheus-tests" / f"hydra-devnode-{hashlib.sha256(lock).hexdigest()[:16]}"


def _bring_packages(folder: Path) -> None:
    kept = _package_cache() / "node_modules"
    if kept.is_dir():
        _copy(kept, folder / "node_modules")


def _keep_packages(folder: Path) -> None:
    kept = _package_cache()
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(dir=kept.parent))
    _copy(folder / "node_modules", staged / "node_modules")
    try:
        staged.rename(kept)
    except OSError:  # another run was quicker
        shutil.rmtree(staged)


def _copy(source: Path, target: Path) -> None:
    """Bring a folder over, links as links: the peer's own parts are linked relative to where it runs.

    Files are shared where the disk allows it: nobody writes to installed packages.
    """
    shutil.copytree(source, target, symlinks=True, copy_function=_share)


def _share(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
