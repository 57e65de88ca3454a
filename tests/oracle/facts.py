#!/usr/bin/env python3
"""Holds the rule packs against a collection of documented endpoints and switches.

The collection stands beside the project, in ../shared/facts. Every pattern of it is one of a rule, or stands in
docs/rule-packs.md with the reason why it is none. Where it is absent the test is skipped, and says so.
"""
import argparse
import json
import re
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
LEAST_WORD = 6  # letters of a variable, a setting or a flag by which a switch is told from others
GENERAL = {"telemetry", "analytics", "disable", "disabled", "enabled", "setting", "settings", "config", "privacy", "metrics",
           "collection", "reports", "statistics", "namespace", "command", "default", "Settings", "Telemetry"}  # tell none
OTHER_WORDS = {  # whose letters alone do not tell them
    "audit=false": "npm/no-audit",
    "hidden setting telemetry.level = off (cody namespace)": "sourcegraph/cody-telemetry-level",
    "Amazon Q telemetry setting": "aws/q-vscode-telemetry",
    "Cline Telemetry toggle": "cline/telemetry-toggle",
    "Telemetry setting in the extension": "roo-code/telemetry-setting",
    "VS Code telemetry disabled": "cline/vscode-telemetry-level",
    "npx @nuxt/telemetry disable": "nuxt/telemetry-disable",
    "telemetry: false in nuxt.config": "nuxt/telemetry-option",
}


def expression(pattern):
    """What a host pattern of a pack matches (docs/formats/rule-pack.md, section 3)."""
    leads = pattern.startswith("*.")
    body = re.escape(pattern[2:] if leads else pattern).replace(r"\*", "[^.]*")
    return re.compile(("(.+[.])" if leads else "") + re.sub(r"\\\{[a-z0-9\\-]+\\\}", "[^.]+", body))


def probe(pattern):
    """A name that such a pattern of the collection stands for."""
    named = re.sub(r"\{[^}]*\}", "x", pattern)
    return re.sub(r"^\*\.", "x.", named).replace("*", "x")


def words(text):
    return {word.strip(".-") for word in re.findall(r"[A-Za-z_.-]{%d,}" % LEAST_WORD, text)} - GENERAL


class Packs:
    def __init__(self):
        packs = [json.loads(path.read_text()) for path in sorted((SOURCE / "rules/packs").glob("*.json"))]
        matches = [rule["match"] for pack in packs for rule in pack["rules"]]
        self.hosts = [host.lower() for match in matches for host in match.get("hosts", [])]
        self.domains = [domain for match in matches for domain in match.get("domains", [])]
        self.addresses = {address for match in matches for address in match.get("addresses", [])}
        self.expressions = [expression(host) for host in self.hosts]
        self.ids = {each["id"] for pack in packs for each in pack.get("switches", [])}
        self.names = {each["name"] for pack in packs for each in pack.get("switches", [])}
        self.switches = [words(each["name"] + json.dumps(each.get("set", {})))
                         for pack in packs for each in pack.get("switches", [])]
        self.left_out = (SOURCE / "docs/rule-packs.md").read_text().lower()

    def know(self, pattern):
        name = probe(pattern)
        return (pattern in self.hosts or pattern in self.addresses
                or any(name == domain or name.endswith("." + domain) for domain in self.domains)
                or any(each.fullmatch(name) for each in self.expressions) or f"`{pattern}`" in self.left_out)

    def have_switch(self, mechanism):
        if mechanism in OTHER_WORDS:
            return OTHER_WORDS[mechanism] in self.ids
        return (mechanism in self.names or any(words(mechanism) & each for each in self.switches)
                or mechanism.lower() in self.left_out)


def rows(folder, prefix):
    for path in sorted(folder.glob(f"{prefix}-*.jsonl")):
        yield from map(json.loads, path.read_text().splitlines())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", required=True)
    folder = Path(parser.parse_args().shared, "facts")
    if not folder.is_dir():
        print("skipped: no collection of documented endpoints stands beside the project")
        return 77
    packs = Packs()
    patterns = sorted({row["pattern"].lower() for row in rows(folder, "endpoints")})
    switches = sorted({row["mechanism"] for row in rows(folder, "optouts")})
    missing = [each for each in patterns if not packs.know(each)]
    missing += [each for each in switches if not packs.have_switch(each)]
    for each in missing:
        print(f"neither a rule nor a reason: {each}")
    print(f"{len(patterns)} patterns and {len(switches)} switches, {len(missing)} neither in a pack nor told as left out")
    return 1 if missing or not patterns or not switches else 0


if __name__ == "__main__":
    sys.exit(main())
