"""Rule packs of many patterns, as a later version will carry them."""

import json

RULES_A_PACK = 500
PATTERNS_A_RULE = 10


def rule(pack, number):
    hosts = [f"service-{number}-{at}.{pack}.example" for at in range(PATTERNS_A_RULE)]
    hosts[0] = f"*.suffix-{number}.{pack}.example"
    hosts[1] = f"edge-*.region-{number}.{pack}.example"
    return {
        "id": f"{pack}/rule-{number}", "vendor": f"Vendor {pack}", "products": ["Tool"],
        "match": {"hosts": hosts, "ports": [443]}, "purposes": ["telemetry"],
        "statement": "Takes usage events of the tool, as its documentation says.",
        "sources": [{
            "title": "Tool: data that is sent", "url": f"https://docs.{pack}.example/events/{number}",
            "grade": "vendor-documentation", "read": "2026-01-01",
            "paraphrase": "The page lists the host as the one that events go to.",
        }],
        "examples": {"match": [f"{hosts[2]}:443"], "no_match": [f"{pack}.example"]},
    }


def write_packs(folder, patterns):
    """Packs with that many host patterns in all."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(patterns // (RULES_A_PACK * PATTERNS_A_RULE)):
        name = f"pack-{number}"
        pack = {
            "format": "waybill-rule-pack/1", "id": name, "title": name, "version": "2026-01-01", "vendor": "several",
            "registrable_domains": [f"{name}.example"], "licence": "CC0-1.0",
            "rules": [rule(name, at) for at in range(RULES_A_PACK)],
        }
        (folder / f"{name}.json").write_text(json.dumps(pack, indent=2), encoding="utf-8")
