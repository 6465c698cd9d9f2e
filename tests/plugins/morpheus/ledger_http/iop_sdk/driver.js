// Runs the IOP SDK for JavaScript against a ledger and writes what it saw as one JSON object.
//
//   NODE_PATH=… node driver.js PORT
//
// The money comes from the wallet whose passphrase is published with every development ledger.
"use strict";
process.env.NODE_BACKEND = "js";
const { Crypto, Layer1, Layer2, NetworkConfig, Coeus } = require("@internet-of-people/sdk");

const FAUCET = "scout try doll stuff cake welcome random taste load town clerk ostrich";
const WORDS =
  "include pear escape sail spy orange cute despair witness trouble sleep torch " +
  "wire burst unable brass expose fiction drift clock duck oxygen aerobic already";
const PASSWORD = "published";
const CONTENT = "cjuQR3pDJeaiRv9oCZ-fBE7T8QWpUGfjP40sAXq0bLwr-8";

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(look) {
  for (let turn = 0; turn < 400; turn += 1) {
    const found = await look();
    if (found) return found;
    await pause(25);
  }
  throw new Error("it did not happen within ten seconds");
}

async function forged(layerOne, id) {
  return until(async () => (await layerOne.getTxnStatus(id)).isPresent());
}

async function refusal(work) {
  try {
    await work();
    return "nothing was refused";
  } catch (error) {
    return error.message;
  }
}

function addKey(personas, lastTransaction) {
  const did = personas.did(0).toString();
  const signer = new Crypto.MorpheusOperationSigner();
  const wish = new Crypto.MorpheusOperationBuilder(did, lastTransaction);
  const key = personas.key(1).neuter().publicKey().keyId().toString();
  signer.add(wish.addKey(key, 1000));
  return signer;
}

async function story(port) {
  const seen = {};
  const network = NetworkConfig.fromUrl("http://127.0.0.1", port);
  const layerOne = await Layer1.createApi(network);
  const layerTwo = new Layer2.MorpheusApi(network);
  seen.height = await layerOne.getCurrentHeight();

  const vault = Crypto.Vault.create(WORDS, "", PASSWORD);
  const parameters = new Crypto.HydraParameters("HYD testnet", 0);
  Crypto.HydraPlugin.init(vault, PASSWORD, parameters);
  Crypto.MorpheusPlugin.init(vault, PASSWORD);
  const hydra = Crypto.HydraPlugin.get(vault, parameters).priv(PASSWORD);
  const morpheus = Crypto.MorpheusPlugin.get(vault).priv(PASSWORD);
  const address = hydra.pub.key(0).address;
  seen.address = address;

  const amount = BigInt(5_000_000_000);
  const paid = await layerOne.sendTransferTxWithPassphrase(FAUCET, address, amount, undefined, "for the SDK");
  await forged(layerOne, paid);
  seen.paid = (await layerOne.getTxnStatus(paid)).get().vendorField;
  seen.balance = (await layerOne.getWalletBalance(address)).toString();

  const asset = new Crypto.MorpheusAssetBuilder();
  asset.addRegisterBeforeProof(CONTENT);
  asset.addSigned(addKey(morpheus.personas, null).sign(morpheus.personas.key(0).neuter().publicKey(), morpheus));
  const changed = await layerOne.sendMorpheusTx(address, asset.build(), hydra);
  await forged(layerOne, changed);
  seen.applied = (await layerTwo.getTxnStatus(changed)).get();

  const did = morpheus.personas.did(0);
  const document = await layerTwo.getDidDocument(did);
  seen.keys = document.toData().keys.length;
  seen.expiry = document.toData().keys[1].validUntilHeight;
  seen.isLast = (await layerTwo.getLastTxId(did)) === changed;
  seen.operations = (await layerTwo.getDidOperations(did, 0)).map((found) => found.data.operation);
  seen.attempts = (await layerTwo.getDidTransactionAttemptIds(did, 0)).length;
  seen.proof = await layerTwo.beforeProofExists(CONTENT);
  seen.proofHistory = (await layerTwo.getBeforeProofHistory(CONTENT)).txid === changed;
  seen.double = (await layerTwo.checkTransactionValidity(asset.build().operationAttempts)).length;

  seen.nonce = (await layerOne.getWalletNonce(address)).toString();
  seen.gap = await refusal(() => layerOne.sendTransferTx(address, address, BigInt(1), hydra, BigInt(9)));
  const back = await layerOne.sendTransferTx(address, address, BigInt(1), hydra);
  await forged(layerOne, back);
  seen.forgedTwice = await refusal(() => layerOne.sendTransferTx(address, address, BigInt(1), hydra, BigInt(2)));
  const unknown = await layerOne.getTxnStatus("ab".repeat(32));
  seen.unknown = unknown.isPresent();

  const names = Layer2.createCoeusApi(network);
  seen.nameNonce = (await names.getLastNonce(Coeus.PublicKey.fromSecp(hydra.pub.key(0).publicKey()))).toString();
  return seen;
}

story(Number(process.argv[2])).then(
  (seen) => process.stdout.write(JSON.stringify(seen) + "\n"),
  (error) => {
    process.stderr.write(String(error.stack || error) + "\n");
    process.exitCode = 1;
  },
);
