// SPDX-License-Identifier: GPL-3.0-or-later
// schema.js FOLDER cyclonedx|spdx|sarif FILE: checks FILE by the schema of its format. FOLDER has node_modules with
// ajv, ajv-formats and @cyclonedx/cyclonedx-library (see GNUmakefile, setup-check).
"use strict";
const fs = require("fs");
const path = require("path");
const [folder, format, file] = process.argv.slice(2);
const modules = path.resolve(folder, "node_modules");
const read = (name) => JSON.parse(fs.readFileSync(name, "utf8"));
const Ajv = require(path.join(modules, "ajv"));
const formats = require(path.join(modules, "ajv-formats"));
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: format !== "sarif" });
(formats.default || formats)(ajv);
ajv.addFormat("iri-reference", true);
ajv.addFormat("idn-email", true);
const bom = path.join(modules, "@cyclonedx/cyclonedx-library/res/schema");
let schema;
if (format === "cyclonedx") {
  for (const name of ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"])
    ajv.addSchema(read(path.join(bom, name)), "http://cyclonedx.org/schema/" + name);
  schema = read(path.join(bom, "bom-1.5.SNAPSHOT.schema.json"));
} else if (format === "sarif") {
  const sarif = read(path.join(modules, "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
  // Of draft 4 it uses nothing that this ajv reads otherwise, but for how a schema names itself.
  delete sarif.$schema;
  delete sarif.id;
  schema = sarif;
} else {
  schema = read(path.join(__dirname, "../data/spdx-2.3.schema.json"));
}
const validate = ajv.compile(schema);
if (!validate(read(file))) {
  for (const e of validate.errors) console.log(`${e.instancePath}: ${e.message}`);
  process.exit(1);
}
