#!/usr/bin/env python3
"""Makes schema.json: what OCSF's published schema says of the classes and objects that Waybill writes.

    extract.py REPOSITORY COMMIT > schema.json

REPOSITORY is a clone of github.com/ocsf/ocsf-schema (Apache-2.0), COMMIT one of it: a release. Kept are of each class and
object its attributes with their requirement, type and numbers, and its constraints; of each type what a value must be.
"""

import json
import subprocess
import sys

CLASSES = {"network_activity": "events/network/network_activity.json", "dns_activity": "events/network/dns_activity.json",
           "base_event": "events/base_event.json"}
PARENTS = {"network": "events/network/network.json", "base_event": "events/base_event.json"}
OBJECTS = ("metadata", "product", "network_endpoint", "network_connection_info", "network_traffic", "ja4_fingerprint",
           "tls", "fingerprint", "actor", "process", "file", "device", "dns_query", "dns_answer", "object")


def read(path):
    text = subprocess.run(["git", "-C", sys.argv[1], "show", f"{sys.argv[2]}:{path}"], check=True, capture_output=True).stdout
    return json.loads(text)


def merged(attributes, more, profile=None):
    for name, attribute in more.items():
        if name == "$include":
            for path in [attribute] if isinstance(attribute, str) else attribute:
                included = read(path)
                merged(attributes, included["attributes"], included["name"] if included.get("meta") == "profile" else None)
            continue
        known = attributes.setdefault(name, {})
        if profile:
            known["profile"] = profile
        numbers = {**known.get("enum", {}), **attribute.get("enum", {})}
        known.update(attribute)
        if numbers:
            known["enum"] = numbers
    return attributes


def resolved(path, parent_of):
    """Attributes and constraints, with those of what it extends."""
    told = read(path)
    attributes, constraints = {}, {}
    if told.get("extends"):
        attributes, constraints = resolved(parent_of(told["extends"]), parent_of)
    merged(attributes, told["attributes"])
    constraints = told.get("constraints", constraints)
    return attributes, constraints


def shortened(attributes, dictionary):
    kept = {}
    for name, attribute in sorted(attributes.items()):
        entry = dictionary[name]
        each = {"type": attribute.get("object_type") or attribute.get("type") or entry["type"],
                "requirement": attribute.get("requirement") or "optional"}
        if each["type"] == "object_t" or entry.get("type") == "object_t":
            each["type"] = entry["type"]
        if entry.get("object_type"):
            each["object"] = entry["object_type"]
        if entry.get("is_array") or attribute.get("is_array"):
            each["is_array"] = True
        if attribute.get("profile"):
            each["profile"] = attribute["profile"]
        numbers = {**entry.get("enum", {}), **attribute.get("enum", {})}
        if numbers and name not in ("category_uid", "class_uid", "type_uid"):  # they follow from the class
            each["enum"] = sorted(numbers, key=lambda number: (len(number), number))
        kept[name] = each
    return kept


def main():
    dictionary = read("dictionary.json")
    known = dictionary["attributes"]
    # An object in the dictionary is a type without "_t".
    types = dictionary["types"]["attributes"]
    for entry in known.values():
        if entry["type"] not in types:
            entry["object_type"], entry["type"] = entry["type"], "object_t"
    out = {"from": "github.com/ocsf/ocsf-schema", "licence": "Apache-2.0", "commit": sys.argv[2],
           "version": read("version.json")["version"], "classes": {}, "objects": {}, "types": {}}
    categories = read("categories.json")["attributes"]
    for name, path in CLASSES.items():
        attributes, constraints = resolved(path, PARENTS.get)
        told = read(path)
        category = categories["network"]["uid"] if "network" in path else 0
        out["classes"][name] = {"category_uid": category, "class_uid": category * 1000 + told.get("uid", 0),
                                "constraints": constraints, "attributes": shortened(attributes, known)}
    for name in OBJECTS:
        attributes, constraints = resolved(f"objects/{name}.json", lambda parent: f"objects/{parent}.json")
        out["objects"][name] = {"constraints": constraints, "attributes": shortened(attributes, known)}
    for name, entry in sorted(types.items()):
        out["types"][name] = {key: entry[key] for key in ("regex", "max_len", "range", "type") if key in entry}
    print(json.dumps(out, indent=1, sort_keys=True))


main()
