#!/usr/bin/env python3
"""Checks what no compiler checks: floors, budgets, fuzz corpora, words, rule packs, goldens, links."""

import argparse
import sys

sys.dont_write_bytecode = True
import budgets  # noqa: E402
import floors  # noqa: E402
import fuzzing  # noqa: E402
import goldens  # noqa: E402
import links  # noqa: E402
import packs  # noqa: E402
import words  # noqa: E402
from source_tree import SourceTree  # noqa: E402

CHECKS = {module.__name__: module.check for module in (floors, budgets, fuzzing, words, packs, goldens, links)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", help="the project's root folder")
    parser.add_argument("checks", nargs="*", help=f"of {', '.join(CHECKS)}; all by default")
    arguments = parser.parse_args()
    unknown = set(arguments.checks) - set(CHECKS)
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    tree = SourceTree(arguments.root)
    breaches = [breach for name in arguments.checks or CHECKS for breach in CHECKS[name](tree)]
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
