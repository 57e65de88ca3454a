"""Rule packs are JSON objects without a key that stands twice; `waybill rules lint` checks the rest."""

import json

FOLDER = "rules/packs/"


def object_of(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f'the key "{key}" stands twice')
    return dict(pairs)


def check(tree):
    for path in tree.files:
        if not (path.startswith(FOLDER) and path.endswith(".json")):
            continue
        try:
            pack = json.loads(tree.octets(path).decode("utf-8"), object_pairs_hook=object_of)
        except ValueError as error:
            yield f"{path}: {error}"
            continue
        if not isinstance(pack, dict):
            yield f"{path}: not an object"
