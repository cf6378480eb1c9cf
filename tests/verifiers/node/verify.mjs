// Holds proof files against the code of @sigstore/verify for Merkle proofs and checkpoints, which nobody here wrote. What stands here
// is where its answers are looked for in our files.
//
//   node verify.mjs proof FILE KEY    a proof file, of a head or of an event
//
// It prints a line that begins with "accepted:" and ends with 0, or one that begins with "refused:" and ends with 1. Any other end is a
// fault of the verifier.

import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { verifyMerkleInclusion } = require("@sigstore/verify/dist/tlog/merkle.js");
const { verifyCheckpoint } = require("@sigstore/verify/dist/tlog/checkpoint.js");

// An account stands at the first 48 bits of its key in the map of all accounts, a tree of 2^48 leaves.
const MAP_HEIGHT = 48n;

/** Why something is refused by what stands here; what the package throws is a refusal too. */
class Refused extends Error {}

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

function parts(text, separator, count) {
  const found = text.split(separator);
  if (found.length < count) throw new Refused("it does not have the form of a proof");
  return [...found.slice(0, count - 1), found.slice(count - 1).join(separator)];
}

function after(prefix, text) {
  if (!text?.startsWith(prefix)) throw new Refused(`there is no "${prefix.trim()}"`);
  return text.slice(prefix.length);
}

function hash(text) {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 32 || bytes.toString("base64") !== text) throw new Refused(`not a hash: ${text}`);
  return bytes;
}

function decimal(text) {
  if (!/^(0|[1-9][0-9]*)$/.test(text)) throw new Refused(`not a plain number: ${text}`);
  return BigInt(text);
}

/** A log as @sigstore/verify trusts one, from a verifier key of signed-note. */
function trusted(key) {
  const [name, id, ...rest] = key.split("+");
  const bytes = Buffer.from(rest.join("+"), "base64");
  const logID = sha256(name, "\n", bytes).subarray(0, 4);
  if (bytes.length !== 33 || bytes[0] !== 1 || logID.toString("hex") !== id) throw new Refused("not a key");
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), bytes.subarray(1)]);
  return { logID, baseURL: name, publicKey: createPublicKey({ key: spki, format: "der", type: "spki" }) };
}

/** Has the package prove that a leaf is in a tree. */
function verifyInclusion(leaf, index, size, root, path) {
  const inclusionProof = { logIndex: index.toString(), hashes: path.map(hash) };
  verifyMerkleInclusion({ canonicalizedBody: Buffer.from(leaf), inclusionProof }, { logSize: size, logHash: root });
}

/** A proof of C2SP's tlog-proof for an entry. */
function verifyTlogProof(text, entry, log) {
  const [own, envelope] = parts(text, "\n\n", 2);
  const [label, index, ...path] = own.split("\n");
  if (label !== "c2sp.org/tlog-proof@v1") throw new Refused("there is no tlog-proof");
  const checkpoint = verifyCheckpoint({ inclusionProof: { checkpoint: { envelope } } }, [log]);
  if (checkpoint.origin !== log.baseURL) throw new Refused("the checkpoint is of another origin");
  verifyInclusion(entry, decimal(after("index ", index)), checkpoint.logSize, checkpoint.logHash, path);
}

/** The line of an account in the map. The package hashes leaves itself, so that it cannot be asked for an empty subtree. */
function verifyMap(map, account, root) {
  const key = sha256("audit-trail/account/v1\n", account);
  const [line, ...path] = map.split("\n");
  const [label, owner, size, own] = line.split(" ");
  if (label !== "head/1" || owner !== key.toString("base64")) throw new Refused("the line is not one of the account");
  verifyInclusion(`${line}\n`, BigInt(`0x${key.subarray(0, 6).toString("hex")}`), 1n << MAP_HEIGHT, root, path);
  return { size: decimal(size), root: hash(own) };
}

function verifyHead(text, log) {
  const [own, map, round] = parts(text, "\n\n", 3);
  const [entry, tlogProof] = parts(round, "\n", 2);
  const [label, , root] = entry.split(" ");
  if (label !== "round/1") throw new Refused("there is no round");
  verifyTlogProof(tlogProof, `${entry}\n`, log);
  return verifyMap(map, after("audit-trail/head/1\naccount ", own), hash(root));
}

function verifyProof(text, log) {
  if (!text.startsWith("audit-trail/proof/1\n")) return `a head of ${verifyHead(text, log).size} entries`;
  const [own, rest] = parts(text, "\n\n", 2);
  const head = verifyHead(rest, log);
  const [, position, entry, ...path] = own.split("\n").filter((line) => !line.startsWith("item "));
  const index = decimal(after("position ", position));
  verifyInclusion(`${entry}\n`, index, head.size, head.root, path);
  return `the entry at ${index} of ${head.size}`;
}

const [what, path, key] = process.argv.slice(2);
if (what !== "proof" || key === undefined) {
  console.error("usage: node verify.mjs proof FILE KEY");
  process.exit(2);
}
try {
  console.log(`accepted: ${verifyProof(readFileSync(path, "utf8"), trusted(key))}`);
} catch (error) {
  if (!(error instanceof Refused) && error.constructor.name !== "VerificationError") throw error;
  console.log(`refused: ${error.message}`);
  process.exitCode = 1;
}
