"""The verbs `serve …`, as child processes that somebody starts, asks and stops."""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.service_world import PROCESS, PROCESS_ID
from prometheus_simulators.signed_world import public, secret

from prometheus.claims.digest import content_id
from prometheus.claims.jwt import sign_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 30


class Running:
    """A service in a child process, with the document that it wrote when it was ready."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        self.process = process
        self.said: dict[str, Any] = json.loads(process.stdout.readline() or b"{}")

    def get(self, path: str) -> Any:
        with urlopen(self.said["listens_at"] + path, timeout=LONGEST) as answer:  # noqa: S310 - of our own child
            return json.load(answer)

    def ask(self, path: str, headers: dict[str, str]) -> int:
        """Return the status of an answer."""
        try:
            with urlopen(Request(self.said["listens_at"] + path, headers=headers), timeout=LONGEST) as answer:  # noqa: S310 - of our own child
                return int(answer.status)
        except HTTPError as refused:
            with refused:
                return refused.code

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, list[dict[str, Any]]]:
        """End it; return its exit code and the lines of its log."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=LONGEST)
        lines = errors.decode().splitlines()
        return self.process.returncode, [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    made = CommandLine(tmp_path_factory.mktemp("home"))
    enabled = made.run("plugin", "enable", "morpheus", "--yes")
    assert enabled.returncode == 0, enabled.stderr
    return made


@pytest.fixture
def town(tmp_path: Path) -> Path:
    (tmp_path / "processes").mkdir()
    (tmp_path / "processes" / "card.json").write_text(json.dumps(PROCESS), encoding="utf-8")
    (tmp_path / "town.key").write_text("u" + "A" * 43 + "\n", encoding="ascii")
    (tmp_path / "town.key").chmod(0o600)
    return tmp_path


def words(town: Path, *more: str) -> tuple[str, ...]:
    key = ("--key-file", str(town / "town.key"))
    return ("serve", "authority", str(town), "--listen", "127.0.0.1:0", *key, "--json", *more)


@contextmanager
def service(line: CommandLine, *arguments: str, **options: Any) -> Iterator[Running]:
    process = line.start(*arguments, **options)
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_answers_and_ends_well_when_told(
    line: CommandLine, town: Path, number: signal.Signals
) -> None:
    with service(line, *words(town)) as running:
        assert set(running.said["new"]) == {
            PROCESS_ID,
            content_id(PROCESS["claimSchema"]),
            content_id(PROCESS["evidenceSchema"]),
        }
        assert running.get("/health") == {"service": "authority", "status": "ok"}
        assert running.get("/processes") == running.get("/process") == {"processes": [PROCESS_ID]}
        code, log = running.stop(number)
    assert code == 0
    assert [entry["event"] for entry in log][-2:] == ["stopping", "stopped"]
    assert [entry["route"] for entry in log if entry["event"] == "answered"] == ["health", "processes", "processes"]


def test_a_token_made_for_another_service_is_not_taken(line: CommandLine, town: Path) -> None:
    clerks = {name: public(name) for name in ("clerk", "authority", "maria")}
    options = [word for key in clerks.values() for word in ("--clerk", key)]
    with service(line, *words(town, *options, "--url", "https://authority.example")) as running:
        port = running.said["listens_at"].rpartition(":")[2]
        tokens = {
            (name, audience): sign_token(secret(name), clerks[name], int(time.time()), audience=audience)
            for name, audience in (
                ("clerk", "https://inspector.example"),
                ("clerk", "https://authority.example/"),
                ("authority", f"http://localhost:{port}"),
                ("maria", None),
            )
        }
        found = [running.ask("/requests", {"Authorization": f"Bearer {token}"}) for token in tokens.values()]
    assert found == [403, 200, 200, 200]


def test_two_at_one_folder_and_two_at_one_port_end_with_11(line: CommandLine, town: Path) -> None:
    with service(line, *words(town)) as running:
        second = line.run(*words(town))
        assert (second.returncode, json.loads(second.stdout)["code"]) == (11, "SERVICE-IN-USE")
        port = running.said["listens_at"].rpartition(":")[2]
        third = line.run(*words(town, "--listen", f"127.0.0.1:{port}"))
        assert (third.returncode, json.loads(third.stdout)["code"]) == (11, "PORT-TAKEN")


def test_a_process_that_changes_stays_to_be_had_and_the_new_one_is_told(line: CommandLine, town: Path) -> None:
    with service(line, *words(town)) as running:
        running.stop()
    changed = {**PROCESS, "description": "A clerk looks twice"}
    (town / "processes" / "card.json").write_text(json.dumps(changed), encoding="utf-8")
    with service(line, *words(town, "--name", "Town of X")) as running:
        assert running.said["new"] == [content_id(changed)]
        assert running.said["name"] == "Town of X"
        running.process.send_signal(signal.SIGTERM)
        _, errors = running.process.communicate(timeout=LONGEST)
        assert f"Identity card, version 1 was {PROCESS_ID} until now" in errors.decode()
    with service(line, *words(town)) as running:
        assert running.said["new"] == []
        assert running.get("/processes") == {"processes": [content_id(changed)]}
        assert content_id(running.get(f"/blob/{PROCESS_ID}")) == PROCESS_ID


@pytest.mark.parametrize(
    ("more", "code", "error"),
    [
        (("--listen", "0.0.0.0:0"), 5, "SERVICE-PLAIN-HTTP"),
        (("--listen", "[::]:0"), 5, "SERVICE-PLAIN-HTTP"),
        (("--listen", "nowhere"), 2, "SERVICE-LISTEN"),
        (("--listen", "127.0.0.1:99999"), 2, "SERVICE-LISTEN"),
        (("--tls-cert", "a.pem"), 2, "SERVICE-TLS"),
        (("--clerk", "Eve"), 2, "SERVICE-CLERK"),
        (("--keep-decided", "a month"), 2, "SERVICE-KEEP"),
        (("--keep-decided", "0d"), 2, "SERVICE-KEEP"),
        (("--ledger", "http://127.0.0.1:9"), 2, "SERVICE-DID"),
        (("--did", "town"), 2, "DID"),
        (("--key-fd", "0"), 2, "SERVICE-KEY"),
        (("--rate", "9999999999"), 2, "SERVICE-LIMIT"),
    ],
)
def test_what_would_not_be_safe_or_is_no_value_is_refused(
    line: CommandLine, town: Path, more: tuple[str, ...], code: int, error: str
) -> None:
    refused = line.run(*words(town, *more))
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (code, error)


def test_without_a_key_nothing_is_taken(line: CommandLine, town: Path) -> None:
    refused = line.run("serve", "authority", str(town), "--json")
    document = json.loads(refused.stdout)
    assert (refused.returncode, document["code"]) == (2, "SERVICE-KEY-MISSING")
    assert "serve key" in document["hint"]


def test_a_folder_with_nothing_to_offer_is_refused(line: CommandLine, town: Path) -> None:
    (town / "processes" / "card.json").unlink()
    refused = line.run(*words(town))
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (4, "SERVICE-EMPTY")


def test_a_verifier_needs_a_ledger(line: CommandLine) -> None:
    refused = line.run("serve", "verifier", "--listen", "127.0.0.1:0", "--json")
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (4, "LEDGER-UNNAMED")


def test_a_verifier_keeps_no_folder(line: CommandLine) -> None:
    with service(
        line, "serve", "verifier", "--listen", "127.0.0.1:0", "--ledger", "http://127.0.0.1:9", "--json"
    ) as running:
        assert running.said["folder"] is None
        with pytest.raises(HTTPError) as met:
            running.get("/after-proof")
        assert met.value.code == 502


def test_a_person_reads_what_it_offers_and_what_is_missing(line: CommandLine, town: Path) -> None:
    process = line.start(*(word for word in words(town) if word != "--json"))
    assert process.stdout
    said = process.stdout.readline().decode()
    assert said.startswith("http://127.0.0.1:")
    while "prometheus claim status" not in said:
        said += process.stdout.readline().decode()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=LONGEST)
    assert f"{PROCESS['name']}, version 1   (new)" in said
    assert "prometheus claim request --authority http://127.0.0.1:" in said
    assert "no clerk is named" in errors.decode()
    assert "no ledger is named" in errors.decode()


def test_lists_that_are_empty_are_warned_of(line: CommandLine, town: Path) -> None:
    with service(line, *words(town, "--requests-from", "listed"), text=False) as running:
        running.process.send_signal(signal.SIGTERM)
        _, errors = running.process.communicate(timeout=LONGEST)
    assert "nobody is listed" in errors.decode()


def test_a_key_is_made_once(line: CommandLine, tmp_path: Path) -> None:
    made = line.run("serve", "key", "--out", str(tmp_path / "new.key"), "--json")
    assert made.returncode == 0
    content = (tmp_path / "new.key").read_text(encoding="ascii")
    assert content.strip() not in made.stdout
    assert line.run("serve", "key", "--out", str(tmp_path / "new.key")).returncode == 11


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_with_a_certificate_it_speaks_https_alone(line: CommandLine, town: Path) -> None:
    certificate, private_key = str(town / "cert.pem"), str(town / "key.pem")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([*made, *names, "-keyout", private_key, "-out", certificate], check=True, capture_output=True)
    with service(line, *words(town, "--tls-cert", certificate, "--tls-key", private_key)) as running:
        assert running.said["url"].startswith("https://")
        trusting = ssl.create_default_context(cafile=certificate)
        with urlopen(running.said["url"] + "/health", timeout=LONGEST, context=trusting) as answer:  # noqa: S310
            assert json.load(answer)["status"] == "ok"
        with pytest.raises(OSError, match=r".+"):
            urlopen(running.said["url"].replace("https", "http") + "/health", timeout=LONGEST)  # noqa: S310


def test_the_key_comes_by_a_descriptor_too(line: CommandLine, town: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, (town / "town.key").read_bytes())
    os.close(writing)
    named = [word for word in words(town) if word not in ("--key-file", str(town / "town.key"))]
    with service(line, *named, "--key-fd", str(reading), pass_fds=(reading,)) as running:
        os.close(reading)
        assert running.get("/health")["status"] == "ok"
        running.stop()
    with service(line, *words(town)) as running:
        assert running.said["new"] == [], "it is the same key, for the folder opens"
