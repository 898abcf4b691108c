// SPDX-License-Identifier: GPL-3.0-or-later
// dsse.js FOLDER ENVELOPE KEY: whether a DSSE envelope is signed by KEY (a file NAME:BASE64), by what sigstore's
// verifiers are made of. FOLDER has node_modules with @sigstore/core (see GNUmakefile, setup-check).
"use strict";
const fs = require("fs");
const path = require("path");
const [folder, file, keyFile] = process.argv.slice(2);
const { crypto, dsse } = require(path.join(path.resolve(folder, "node_modules"), "@sigstore/core"));
const envelope = JSON.parse(fs.readFileSync(file, "utf8"));
const point = fs.readFileSync(keyFile, "utf8").trim().split(":")[1];
const head = Buffer.from("302a300506032b6570032100", "hex"); // an Ed25519 key of RFC 8410
const key = crypto.createPublicKey(
  "-----BEGIN PUBLIC KEY-----\n" + Buffer.concat([head, Buffer.from(point, "base64")]).toString("base64") +
    "\n-----END PUBLIC KEY-----\n");
const signed = dsse.preAuthEncoding(envelope.payloadType, Buffer.from(envelope.payload, "base64"));
if (!crypto.verify(signed, key, Buffer.from(envelope.signatures[0].sig, "base64"))) {
  console.log("sigstore: the signature is not by this key");
  process.exit(1);
}
