// Asks the TypeScript implementation of age: one JSON object per line on stdin, one on stdout; bytes as base64.
//
//   {"op": "open", "input": {"file": "…", "identity": "…"}}  ->  {"output": "…"} or {"error": "…"}

"use strict";

const path = require("node:path");
const readline = require("node:readline");
const { pathToFileURL } = require("node:url");

const packages = process.env.NODE_PATH;
const loaded = import(pathToFileURL(path.join(packages, "age-encryption", "dist", "index.js")).href);

const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

const operations = {
  async seal(age, { content, passphrase, recipient, work, armor }) {
    const encrypter = new age.Encrypter();
    if (passphrase) {
      encrypter.setScryptWorkFactor(work);
      encrypter.setPassphrase(passphrase);
    } else {
      encrypter.addRecipient(recipient);
    }
    const sealed = await encrypter.encrypt(bytes(content));
    return base64(armor ? Buffer.from(age.armor.encode(sealed)) : sealed);
  },
  async open(age, { file, passphrase, identity, armor }) {
    const decrypter = new age.Decrypter();
    if (passphrase) decrypter.addPassphrase(passphrase);
    else decrypter.addIdentity(identity);
    const sealed = armor ? age.armor.decode(Buffer.from(file, "base64").toString()) : bytes(file);
    return base64(await decrypter.decrypt(sealed));
  },
};

(async () => {
  const age = await loaded;
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const { op, input } = JSON.parse(line);
    let answer;
    try {
      answer = { output: await operations[op](age, input) };
    } catch (error) {
      answer = { error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
})();
