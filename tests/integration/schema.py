#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""schema.py SCHEMA DOCUMENT: checks a document against a schema, for the words that ours use."""
import json
import re
import sys


def check(value, schema, root, where):
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        check(value, target, root, where)
    for one in schema.get("allOf", []):
        check(value, one, root, where)
    for several in ("oneOf", "anyOf"):
        if several not in schema:
            continue
        faults = []
        for one in schema[several]:
            try:
                check(value, one, root, where)
            except SystemExit as fault:
                faults.append(str(fault))
        fit = len(schema[several]) - len(faults)
        if fit == 0 or (fit > 1 and several == "oneOf"):
            sys.exit("%s: not one of the kinds: %s" % (where, "; ".join(faults)))
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
             "boolean": bool, "null": type(None)}
    types = schema.get("type", [])
    types = types if isinstance(types, list) else [types]
    if types and not any(isinstance(value, kinds[t]) for t in types):
        sys.exit("%s: not of type %s" % (where, " or ".join(types)))
    if "const" in schema and value != schema["const"]:
        sys.exit("%s: not %r" % (where, schema["const"]))
    if "enum" in schema and value not in schema["enum"]:
        sys.exit("%s: %r is none of %r" % (where, value, schema["enum"]))
    if "pattern" in schema and value is not None and not re.search(schema["pattern"], value):
        sys.exit("%s: %r does not match" % (where, value))
    if "minimum" in schema and value < schema["minimum"] or "maximum" in schema and value > schema["maximum"]:
        sys.exit("%s: %r is out of range" % (where, value))
    for name in schema.get("required", []):
        if name not in value:
            sys.exit("%s: lacks %s" % (where, name))
    if isinstance(value, dict):
        for name, v in value.items():
            more = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            if more is False:
                sys.exit("%s: has %s" % (where, name))
            check(v, more, root, where + "." + name)
    if isinstance(value, list):
        for i, v in enumerate(value):
            check(v, schema.get("items", {}), root, "%s[%d]" % (where, i))


with open(sys.argv[1]) as f:
    schema = json.load(f)
with open(sys.argv[2]) as f:
    check(json.load(f), schema, schema, "report")
