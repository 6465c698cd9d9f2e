// Times the reference package: one JSON object per line on stdin, one on stdout.
//
//   {"op": "verify", "file": "...", "paths": "...", "rounds": 20}  ->  {"nanoseconds": per call, "result": ...}

"use strict";

const fs = require("node:fs");
const readline = require("node:readline");
const sdk = require("@internet-of-people/sdk-wasm");

const secret = sdk.Morpheus.root(new sdk.Seed(new Uint8Array(64))).personas().key(0).privateKey();
const publicKey = secret.publicKey().toString();

const operations = {
  // The shortest way to a signed document: the typed calls of a vault do the same and more.
  sign: (raw) => {
    const content = JSON.parse(raw.toString("utf8"));
    const signature = secret.signEcdsa(Buffer.from(sdk.digestJson(content), "ascii"));
    const signed = { signature: { publicKey, bytes: signature.toString() }, content };
    signature.free();
    return signed.signature.bytes;
  },
  mask: (raw, paths) => sdk.selectiveDigestJson(JSON.parse(raw.toString("utf8")), paths),
  // All that the reference offers for a presentation: its signatures, and that each statement is about its claim.
  verify: (raw) => {
    const signed = JSON.parse(raw.toString("utf8"));
    let isValid = validate(signed);
    for (const { claim, statements } of signed.content.provenClaims) {
      const digest = sdk.digestJson(claim);
      for (const statement of statements) {
        isValid = isValid && validate(statement) && sdk.digestJson(statement.content.claim) === digest;
      }
    }
    return isValid;
  },
};

function validate(json) {
  const signed = sdk.SignedJson.fromJSON(json);
  const isValid = signed.validate();
  signed.free();
  return isValid;
}

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const { op, file, paths, rounds } = JSON.parse(line);
  const raw = fs.readFileSync(file);
  const operation = operations[op];
  let result;
  const start = process.hrtime.bigint();
  for (let round = 0; round < rounds; round += 1) result = operation(raw, paths);
  const nanoseconds = Number(process.hrtime.bigint() - start) / rounds;
  process.stdout.write(`${JSON.stringify({ nanoseconds, result })}\n`);
});
