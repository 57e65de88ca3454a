"""Each floor includes itself and what lies below it (docs/architecture.md)."""

import re

from source_tree import MODULES

# What a folder may include beside itself. The siblings capture to evidence never include one another.
BELOW = {
    "base": set(),
    "model": {"base"},
    "wire": {"base", "model"},
    "capture": {"base", "model", "wire"},
    "analyze": {"base", "model", "wire"},
    "logs": {"base", "model", "wire"},
    "rules": {"base", "model"},
    "report": {"base", "model"},
    "evidence": {"base", "model", "wire"},
    "cli": set(MODULES) - {"verify"},
    "verify": {"base", "evidence"},
    # The generator is an independent second opinion: it shares no parser with what it measures. Look-ups are the rules' own.
    "bench": {"base", "model", "rules"},
    "tests": {*MODULES, "bench"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def check(tree):
    present = set(tree.files)
    for path in tree.code():
        folder = path.split("/")[0]
        if folder not in BELOW:
            yield f"{path}: code outside the known folders {', '.join(sorted(BELOW))}"
            continue
        allowed = BELOW[folder] | ({"tests"} if path.endswith("_fuzz.cpp") else set())  # a program that tests, not a part
        for number, line in enumerate(tree.lines(path), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            included = found.group(1)
            target = included.split("/")[0]
            if included not in present:
                yield f"{path}:{number}: \"{included}\" is no file below the root, where includes start"
            elif target != folder and target not in allowed:
                yield f"{path}:{number}: {folder}/ may not include {target}/"
