// Asks the reference: one JSON object per line on stdin, one on stdout.
//
//   {"op": "digest", "input": {...}}  ->  {"output": ...} or {"error": "text of the reference"}
//
// Documents come as JSON text and pass through JavaScript, which has only doubles; where that matters, the answer
// holds the text that reached the reference as "seen".

"use strict";

const readline = require("node:readline");

const RealDate = Date;
let fakedSeconds = 0;
global.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 && fakedSeconds ? [fakedSeconds * 1000] : parts));
  }
  static now() {
    return fakedSeconds ? fakedSeconds * 1000 : RealDate.now();
  }
};

const sdk = require("@internet-of-people/sdk-wasm");

const utf8 = (text) => Buffer.from(text, "utf8");
const hex = (text) => Buffer.from(text, "hex");

function secret({ suite, seed_hex, kind, index, passphrase }) {
  if (suite === "s") return sdk.PrivateKey.fromSecp(sdk.SecpPrivateKey.fromArkPassphrase(passphrase));
  return sdk.Morpheus.root(new sdk.Seed(hex(seed_hex))).kind(kind).key(index).privateKey();
}

const asset = (() => {
  const key = sdk.PrivateKey.fromSecp(sdk.SecpPrivateKey.fromArkPassphrase("x"));
  const rest = `"publicKey":"${key.publicKey().toString()}","signature":"${key.signEcdsa(utf8("x")).toString()}"`;
  return (data) => `{"bundles":[{"nonce":1,"operations":[{"data":[${data}],"name":".x","type":"update"}],${rest}}]}`;
})();

const witness = (() => {
  const key = sdk.PrivateKey.fromSecp(sdk.SecpPrivateKey.fromArkPassphrase("x"));
  return new sdk.SignedBytes(key.publicKey(), utf8("x"), key.signEcdsa(utf8("x")));
})();

function documentOperation(ask) {
  return (input) => {
    const value = JSON.parse(input.doc_json);
    const seen = JSON.stringify(value);
    try {
      return { output: ask(value, input), seen };
    } catch (error) {
      return { error: String(error), seen };
    }
  };
}

// A DID document wants whole numbers; the refusal of any other says what was read. A double is told by its bits, because
// that text is not written by the printer that canonical texts come from.
function numberText({ text }) {
  const head = '{"did":"did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J","keys":[],"rights":{},';
  try {
    witness.validateWithDidDoc(`${head}"tombstonedAtHeight":null,"tombstoned":false,"queriedAtHeight":${text}}`);
  } catch (error) {
    const integer = /^invalid value: integer `([^`]*)`, expected u32/.exec(String(error));
    if (integer) return { output: integer[1] };
    const double = /^invalid type: floating point `([^`]*)`, expected u32/.exec(String(error));
    if (double) {
      const bits = Buffer.alloc(8);
      bits.writeDoubleBE(Number(double[1]));
      return { output: bits.toString("hex") };
    }
    if (/ at line /.test(String(error))) return { error: String(error) };
  }
  return { output: String(Number(text)) };
}

// The naming system takes its data as text and refuses what is not canonical.
function isCanonical({ text }) {
  try {
    sdk.CoeusAsset.deserialize(utf8(asset(text)));
    return { output: true };
  } catch (error) {
    if (String(error) === "Attempt to construct CoeusAsset from non-canonical bytes") return { output: false };
    return { error: String(error) };
  }
}

const operations = {
  number_text: numberText,
  is_canonical: isCanonical,
  stringify: documentOperation((value) => sdk.stringifyJson(value)),
  digest: documentOperation((value) => sdk.digestJson(value)),
  selective_digest: documentOperation((value, input) => sdk.selectiveDigestJson(value, input.keep)),
  public_key: ({ text }) => {
    const key = new sdk.PublicKey(text);
    return { output: { text: key.toString(), key_id: key.keyId().toString() } };
  },
  key_id: ({ text }) => ({ output: new sdk.KeyId(text).toString() }),
  signature: ({ text }) => ({ output: new sdk.Signature(text).toString() }),
  did: ({ text }) => {
    const did = new sdk.Did(text);
    return { output: { text: did.toString(), key_id: did.defaultKeyId().toString() } };
  },
  derive: (input) => {
    const key = secret(input).publicKey();
    return { output: { text: key.toString(), key_id: key.keyId().toString() } };
  },
  sign_bytes: (input) => ({ output: secret(input).signEcdsa(hex(input.message_hex)).toString() }),
  verify_bytes: ({ public_key, message_hex, signature }) => ({
    output: new sdk.SignedBytes(new sdk.PublicKey(public_key), hex(message_hex), new sdk.Signature(signature)).validate(),
  }),
  sign_json: documentOperation((value, input) => {
    const id = sdk.digestJson(value);
    return secret(input).signEcdsa(utf8(id)).toString();
  }),
  verify_json: documentOperation((value) => sdk.SignedJson.fromJSON(value).validate()),
  sign_token: (input) => {
    fakedSeconds = input.now;
    const builder = input.content_id === null ? new sdk.JwtBuilder() : sdk.JwtBuilder.withContentId(input.content_id);
    builder.timeToLive = BigInt(input.time_to_live);
    return { output: builder.sign(secret(input)) };
  },
  parse_token: ({ token, now }) => {
    fakedSeconds = now;
    const parsed = new sdk.JwtParser(token);
    return {
      output: {
        public_key: parsed.publicKey.toString(),
        created_at: String(parsed.createdAt),
        time_to_live: String(parsed.timeToLive),
      },
    };
  },
  validate: ({ public_key, message_hex, signature, document, from_height, until_height }) => {
    const key = new sdk.PublicKey(public_key);
    const signed = new sdk.SignedBytes(key, hex(message_hex), new sdk.Signature(signature));
    const found = signed.validateWithDidDoc(document, from_height ?? undefined, until_height ?? undefined);
    const messages = found.messages.map(({ code, severity, reason }) => ({ code, severity, reason }));
    return { output: { status: found.status, messages } };
  },
};

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const { op, input } = JSON.parse(line);
  let answer;
  try {
    answer = operations[op](input);
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
