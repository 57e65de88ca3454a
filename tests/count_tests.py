#!/usr/bin/env python3
"""Prints the closing line of a test run from ctest's JUnit file: how many passed, failed and were skipped, with why."""
import sys
import xml.etree.ElementTree as ElementTree


def main():
    cases = ElementTree.parse(sys.argv[1]).getroot().findall("testcase")
    skipped = [case for case in cases if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled")]
    failed = [case for case in cases if case.find("failure") is not None]
    for case in skipped:
        print(f"skipped: {case.get('name')}")
    passed = len(cases) - len(failed) - len(skipped)
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
