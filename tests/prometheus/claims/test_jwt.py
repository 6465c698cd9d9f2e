"""Bearer tokens: what a service accepts, and each way in which it does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prometheus.claims.jwt import MAX_CHARACTERS, parse_token, sign_token
from prometheus.errors import NotUnderstood, PrometheusError
from prometheus.identity.multibase import b64u_decode, b64u_encode
from prometheus.identity.multicipher import SecretKey

NOW = 1_600_000_000
ANA = SecretKey("e", bytes(range(32)))
BEN = SecretKey("s", bytes(range(1, 33)))


def token(key: SecretKey = ANA, **options: object) -> str:
    return sign_token(key, key.public_key(), NOW, **options)  # type: ignore[arg-type]  # the options are the callee's


def forged(header: str, payload: str, key: SecretKey = ANA) -> str:
    """Return a well-signed token with any header and payload."""
    covered = f"{b64u_encode(header.encode())}.{b64u_encode(payload.encode())}"
    return f"{covered}.{b64u_encode(key.sign(covered.encode()).text.encode())}"


HEADER = '{"alg":"Multicipher","kid":"' + ANA.public_key().text + '"}'
PAYLOAD = '{"exp":1600000300,"nbf":1600000000}'


def refusal(text: str, now: int = NOW) -> str:
    with pytest.raises(PrometheusError) as refused:
        parse_token(text, now)
    return refused.value.what


@pytest.mark.parametrize("key", [ANA, BEN])
def test_a_token_says_who_and_when(key: SecretKey) -> None:
    found = parse_token(token(key, time_to_live=60, content_id="cju" + "A" * 43), NOW + 60)
    assert found == (key.public_key(), NOW, 60, "cju" + "A" * 43, ())


def test_a_token_says_whom_it_is_for() -> None:
    assert parse_token(token(audience="https://a.example"), NOW).audience == ("https://a.example",)
    listed = forged(HEADER, PAYLOAD[:-1] + ',"aud":["https://a.example","b"]}')
    assert parse_token(listed, NOW).audience == ("https://a.example", "b")


@pytest.mark.parametrize("audience", ["7", "true", "{}", "[]", "[7]", '["https://a.example",null]'])
def test_what_names_nobody_is_refused(audience: str) -> None:
    text = forged(HEADER, PAYLOAD[:-1] + f',"aud":{audience}}}')
    assert refusal(text) == "Cannot deserialize claims: aud is not a text, nor a list of them"


def test_the_forgery_of_these_tests_is_as_good_as_ours() -> None:
    assert forged(HEADER, PAYLOAD) == token()
    assert parse_token(forged(HEADER, PAYLOAD), NOW).content_id is None


def test_both_ends_of_its_life_are_within() -> None:
    parse_token(token(), NOW)
    parse_token(token(), NOW + 300)
    assert refusal(token(), NOW - 1) == "Token is not yet ready"
    assert refusal(token(), NOW + 301) == "Token has expired"


@pytest.mark.parametrize("text", ["", ".", "a.b", "a.b.c.d", token() + ".", token().rpartition(".")[0]])
def test_a_token_has_three_parts(text: str) -> None:
    assert refusal(text) == "Invalid token structure"


@pytest.mark.parametrize("change", ["=", " ", "\n", "+", "é"])
def test_the_parts_are_strict_base64(change: str) -> None:
    head, payload, signature = token().split(".")
    for text in (f"{head}{change}.{payload}.{signature}", f"{head}.{payload}{change}.{signature}"):
        assert refusal(text) == "invalid base64 decoding"


def test_spare_bits_of_the_signature_are_refused() -> None:
    covered, _, signature = token().rpartition(".")
    spare = signature[:-1] + chr(ord(signature[-1]) + 1)
    assert spare != signature
    assert refusal(f"{covered}.{spare}")


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ('{"alg":"Multicipher"}', "Publickey is missing from JWT kid header"),
        (HEADER.replace("Multicipher", "none"), "Token algorithm (none) differs from expected (Multicipher)"),
        (HEADER.replace('"pez', '"iez'), "Public keys must start with 'p'"),
        (HEADER.replace('"alg":"Multicipher",', ""), "Malformed token header: missing field `alg`"),
        ("[]", "Malformed token header: not an object"),
    ],
)
def test_the_header_names_a_key_and_our_algorithm(header: str, what: str) -> None:
    assert refusal(forged(header, PAYLOAD)) == what


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ('{"nbf":1600000000}', "Claim `exp` requested during validation is not present in the token"),
        ('{"exp":1600000300}', "Claim `nbf` requested during validation is not present in the token"),
        ('{"exp":true,"nbf":0}', "Cannot deserialize claims: exp is not a whole number"),
        ('{"exp":1600000300.5,"nbf":0}', "Cannot deserialize claims: exp is not a whole number"),
        ('{"exp":1600000300,"nbf":"0"}', "Cannot deserialize claims: nbf is not a whole number"),
        ('{"exp":1600000300,"nbf":0,"jti":7}', "Cannot deserialize claims: jti is not a text"),
        ("7", "Cannot deserialize claims: not an object"),
    ],
)
def test_the_times_are_whole_numbers(payload: str, what: str) -> None:
    assert refusal(forged(HEADER, payload)) == what


def test_the_same_claim_twice_is_refused() -> None:
    assert refusal(forged(HEADER, '{"exp":1,"exp":1600000300,"nbf":0}')).startswith("Cannot deserialize claims")


def test_a_token_of_another_key_is_refused() -> None:
    stranger = SecretKey("e", bytes(32))
    assert refusal(forged(HEADER, PAYLOAD, stranger)) == "Signature has failed verification"
    assert refusal(forged(HEADER, PAYLOAD, BEN)) == "Signature has failed verification"


@settings(max_examples=80)
@given(st.data())
def test_a_changed_character_is_refused(data: st.DataObject) -> None:
    text = token(content_id="x")
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_."))
    if text[position] != other:
        with pytest.raises(PrometheusError):
            parse_token(text[:position] + other + text[position + 1 :], NOW)


def test_an_overlong_token_is_refused_unread() -> None:
    with pytest.raises(NotUnderstood, match="Invalid token structure"):
        parse_token("a" * MAX_CHARACTERS + "." + token(), NOW)


def test_members_are_written_in_the_order_of_the_reference() -> None:
    header, payload, _ = (b64u_decode(part) for part in token(content_id="é").split("."))
    assert header.decode() == HEADER
    assert payload.decode() == '{"exp":1600000300,"nbf":1600000000,"jti":"é"}'
