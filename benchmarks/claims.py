"""How long signing, masking and verifying take, against the reference package under Node.

    python benchmarks/claims.py [--json] [--save]

Rules: both sides start from the same bytes and parse them; both make the same signature, the same masked text, the same
verdict, which is checked before anything is timed. Runs are interleaved, and a ratio is the median of five. Verifying
is the whole way from bytes to verdict on our side; on the other side it is what the reference offers for it: the
signatures and the digests that link claims to statements.

The goal is 0.67 of the reference's time. A missed goal ends with 1 and with a profile of what missed it; a
reference that cannot be had ends with 1 too.
"""

from __future__ import annotations

import cProfile
import json
import os
import platform
import pstats
import random
import statistics
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests" / "vectors")]

from differential.peer import Peer, Unavailable  # noqa: E402 - found by the path above

from _conditions import processor  # noqa: E402 - beside this file
from prometheus.claims.binding import disclosure_hash, one_way_nonce  # noqa: E402
from prometheus.claims.digest import content_id, mask, selective_digest  # noqa: E402
from prometheus.claims.jsontext import compact, parse  # noqa: E402
from prometheus.claims.knowledge import Knowledge, TrustedAuthority  # noqa: E402
from prometheus.claims.signed import sign_json  # noqa: E402
from prometheus.claims.verify import verify  # noqa: E402
from prometheus.identity.morpheus_keys import derive_secret  # noqa: E402
from prometheus.verdict import Verdict  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json

GOAL = 0.67
RUNS = 5
SIZES = {"1 kB": 1_000, "100 kB": 100_000}
PATHS = ".subject,.content.field1"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SEED = bytes(64)
HOLDER, AUTHORITY = derive_secret(SEED, "persona", 0), derive_secret(SEED, "persona", 1)
HOLDER_KEY, AUTHORITY_KEY = HOLDER.public_key(), AUTHORITY.public_key()


class Row(NamedTuple):
    """One line of the result: times in milliseconds, the ratio of ours to the reference's."""

    operation: str
    size: str
    ours_ms: float
    reference_ms: float | None
    ratio: float | None

    @property
    def is_met(self) -> bool:
        """Whether the goal is met; a missing reference never meets it."""
        return self.ratio is not None and self.ratio <= GOAL


def did(public_key: Any) -> str:
    """Return the DID whose default key this is."""
    return f"did:morpheus:{public_key.key_id().text[1:]}"


def claim(size: int) -> dict[str, Json]:
    """Return a claim of about that many bytes: many small values, each wrapped with a nonce to be hidden on its own."""
    draw = random.Random(size)
    content: dict[str, Json] = {}
    length = 0
    while length < size - 100:
        number = len(content)
        values: list[Json] = [f"Unter den Linden {number}, Berlin", f"Łódź {number}", number * 7, number + 0.125, True]
        field: Json = {
            "nonce": "u" + urlsafe_b64encode(draw.randbytes(33)).decode(),
            "value": draw.choice(values),
        }
        content[f"field{number}"] = field
        length += len(compact({f"field{number}": field}).encode())
    return {"subject": did(HOLDER_KEY), "content": content}


def presentation(shown: dict[str, Json]) -> Json:
    """Return a signed presentation of a claim that an authority witnessed."""
    statement: dict[str, Json] = {
        "processId": content_id({"name": "benchmark"}),
        "claim": shown,
        "constraints": {
            "after": "2025-01-01T00:00:00Z",
            "before": "2027-01-01T00:00:00Z",
            "witness": f"{did(AUTHORITY_KEY)}#0",
            "authority": did(AUTHORITY_KEY),
            "content": None,
        },
        "nonce": "u" + "A" * 44,
    }
    witnessed = sign_json(statement, AUTHORITY, AUTHORITY_KEY)
    witnessed["content"] = mask(statement, [".constraints"])
    content: dict[str, Json] = {
        "provenClaims": [{"claim": shown, "statements": [witnessed]}],
        "licenses": [
            {
                "issuedTo": did(HOLDER_KEY),
                "purpose": "benchmark",
                "validFrom": "2026-01-01T00:00:00Z",
                "validUntil": "2026-01-02T00:00:00Z",
            }
        ],
    }
    content["nonce"] = one_way_nonce(disclosure_hash(content))
    return sign_json(content, HOLDER, HOLDER_KEY)


def knowledge() -> Knowledge:
    """Return what the verifier knows: the time, and that it trusts the authority."""
    return Knowledge(NOW + timedelta(minutes=1), trusted=(TrustedAuthority(did(AUTHORITY_KEY)),))


def sign(raw: bytes) -> Any:
    """Parse and sign; the result is the signature's text."""
    signature: Any = sign_json(parse(raw), HOLDER, HOLDER_KEY)["signature"]
    return signature["bytes"]


def mask_document(raw: bytes) -> Any:
    """Parse and mask; the result is the canonical text of what is kept."""
    return selective_digest(parse(raw), PATHS)


def verify_presentation(raw: bytes) -> Any:
    """Parse and judge; the result is whether the verdict is valid."""
    verdict = verify(raw, KNOWLEDGE)
    return isinstance(verdict, Verdict) and verdict.verdict == "valid"


KNOWLEDGE = knowledge()
OURS: dict[str, Callable[[bytes], Any]] = {"sign": sign, "mask": mask_document, "verify": verify_presentation}


def documents(folder: Path) -> dict[tuple[str, str], Path]:
    """Write the documents and return the file of each operation and size."""
    files: dict[tuple[str, str], Path] = {}
    for size, length in SIZES.items():
        plain = claim(length)
        for operation in OURS:
            file = folder / f"{operation}-{length}.json"
            file.write_text(compact(presentation(plain) if operation == "verify" else plain), "utf-8")
            files[operation, size] = file
    return files


def time_ours(operation: str, raw: bytes, rounds: int) -> float:
    """Return nanoseconds per call."""
    run = OURS[operation]
    start = time.perf_counter_ns()
    for _ in range(rounds):
        run(raw)
    return (time.perf_counter_ns() - start) / rounds


def time_reference(peer: Peer, operation: str, file: Path, rounds: int) -> Any:
    """Return the reference's answer with its nanoseconds per call."""
    return peer.ask_raw({"op": operation, "file": str(file), "paths": PATHS, "rounds": rounds})


def measure(peer: Peer | None, operation: str, size: str, file: Path) -> Row:
    """Time one operation on one document, turn and turn about."""
    raw = file.read_bytes()
    rounds = max(3, int(0.4e9 / time_ours(operation, raw, 3)))  # 0.4 s a run: what comes and goes evens out
    if peer is None:
        ours = statistics.median(time_ours(operation, raw, rounds) for _ in range(RUNS))
        return Row(operation, size, ours / 1e6, None, None)
    # Also warms up the other side's compiler.
    theirs = time_reference(peer, operation, file, rounds)["result"]
    if OURS[operation](raw) != theirs or theirs is False:
        raise SystemExit(f"{operation} of {size}: the two sides do not agree, so their times mean nothing")
    pairs = [
        (time_ours(operation, raw, rounds), time_reference(peer, operation, file, rounds)["nanoseconds"])
        for _ in range(RUNS)
    ]
    return Row(
        operation,
        size,
        statistics.median(ours for ours, _ in pairs) / 1e6,
        statistics.median(reference for _, reference in pairs) / 1e6,
        statistics.median(ours / reference for ours, reference in pairs),
    )


def conditions(reason: str) -> dict[str, Any]:
    """Return what the numbers depend on."""
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cpu": processor(),
        "cpus": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "pynacl": version("pynacl"),
        "reference": "@internet-of-people/sdk-wasm 0.0.16" if not reason else f"missing: {reason}",
    }


def report(rows: list[Row], circumstances: dict[str, Any]) -> None:
    """Print the table."""
    print(f"{'':24}{'ours':>10}{'reference':>12}{'ratio':>8}   goal {GOAL}")
    for row in rows:
        name = f"{row.operation} {row.size}"
        if row.reference_ms is None or row.ratio is None:
            print(f"{name:24}{row.ours_ms:8.3f}ms{'missing':>12}{'':8}   not compared")
        else:
            verdict = "met" if row.is_met else "MISSED"
            print(f"{name:24}{row.ours_ms:8.3f}ms{row.reference_ms:10.3f}ms{row.ratio:8.2f}   {verdict}")
    print(", ".join(f"{name} {value}" for name, value in circumstances.items()))


def explain(row: Row, raw: bytes) -> None:
    """Say on standard error where our side spends its time in an operation that missed its goal."""
    profile = cProfile.Profile()
    for _ in range(20):
        profile.runcall(OURS[row.operation], raw)
    print(f"{row.operation} {row.size} missed its goal; its time goes into:", file=sys.stderr)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(10)


def main(arguments: list[str]) -> int:
    """Run the benchmark; return 0 when every goal is met."""
    reason = ""
    peer = None
    try:
        peer = Peer(Path(__file__).with_name("claims_peer.js"))
    except Unavailable as missing:
        reason = str(missing)
    with tempfile.TemporaryDirectory() as folder:
        files = documents(Path(folder))
        rows = [measure(peer, operation, size, file) for (operation, size), file in files.items()]
        for row in rows:
            if row.ratio is not None and not row.is_met:
                explain(row, files[row.operation, row.size].read_bytes())
    if peer is not None:
        peer.close()
    circumstances = conditions(reason)
    document = {"benchmark": "claims", "goal": GOAL, **circumstances, "rows": [row._asdict() for row in rows]}
    if "--json" in arguments:
        print(json.dumps(document, indent=2))
    else:
        report(rows, circumstances)
    if "--save" in arguments:
        target = CHECKOUT / "benchmarks" / "results" / f"{circumstances['at'][:10]}-claims.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
