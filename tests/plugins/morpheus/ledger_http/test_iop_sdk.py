"""The IOP SDK for JavaScript works against the development ledger: it pays, changes a DID, and reads all of it back."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from differential.peer import Unavailable, install, node
from prometheus_simulators.clock import FakeClock

from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.http.server import running

HERE = Path(__file__).parent / "iop_sdk"
LONGEST = 60


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    try:
        packages = install(HERE, "iop-sdk")
        command = [node(), str(HERE / "driver.js")]
    except Unavailable as reason:
        pytest.skip(f"needs node: the IOP SDK cannot be run, {reason}")
    return asyncio.run(_run(command, packages))


async def _run(command: list[str], packages: Path) -> dict[str, Any]:
    ledger = DevLedger.open(None, FakeClock())
    try:
        async with running(ledger, 0, 0.1) as served:
            process = await asyncio.create_subprocess_exec(
                *command,
                str(served.port),
                env=os.environ | {"NODE_PATH": str(packages)},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, complaints = await asyncio.wait_for(process.communicate(), LONGEST)
    finally:
        ledger.close()
    assert process.returncode == 0, complaints.decode()
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_the_sdk_finds_the_network_and_its_height(seen: dict[str, Any]) -> None:
    assert seen["height"] >= 3


def test_a_schnorr_payment_by_passphrase_arrives(seen: dict[str, Any]) -> None:
    assert (seen["paid"], seen["balance"]) == ("for the SDK", "5000000000")


def test_a_change_of_a_did_and_a_before_proof_take_effect(seen: dict[str, Any]) -> None:
    assert seen["applied"] is True
    assert (seen["keys"], seen["expiry"]) == (2, 1000)
    assert (seen["proof"], seen["proofHistory"]) == (True, True)
    assert (seen["isLast"], seen["operations"], seen["attempts"]) == (True, ["addKey"], 1)


def test_the_dry_run_refuses_the_same_again(seen: dict[str, Any]) -> None:
    assert seen["double"] == 1


def test_refusals_reach_the_sdk_with_their_type(seen: dict[str, Any]) -> None:
    assert seen["nonce"] == "1"
    assert "ERR_APPLY" in seen["gap"]
    assert "ERR_FORGED" in seen["forgedTwice"]
    assert seen["unknown"] is False


def test_the_naming_system_is_empty(seen: dict[str, Any]) -> None:
    assert seen["nameNonce"] == "0"
