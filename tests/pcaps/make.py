#!/usr/bin/env python3
"""Writes every golden's capture, and README.md, into a folder: make.py FOLDER. The same octets each time."""

import sys
from pathlib import Path

import subjects_protocols  # adds its subjects to the same table
from subjects_layers import SUBJECTS

CAPTURE = "case.pcapng"
LARGEST = 10 * 1024

HEAD = """# Goldens

A folder is a subject: `case.pcapng`, a capture that `make.py` makes, and `case.expected.json`, what `waybill analyze`
finds in it. The packets are made octet by octet, with names below `.example` and addresses for documentation; nobody's
traffic is in them. A capture has the same name whatever its format is, since formats are told by their first octets.

`make.py tests/pcaps` writes the captures and this page. `WAYBILL_BLESS=1 ctest -L golden` writes what is found: read the
difference before it is committed. `second_opinion.py` compares the names that were found with tshark's.

| subject | what is special in it |
|---|---|
"""


def main():
    folder = Path(sys.argv[1])
    page = HEAD
    for name, (describe, make) in sorted(SUBJECTS.items()):
        octets = make()
        if len(octets) > LARGEST:
            sys.exit(f"{name}: {len(octets)} octets are more than a golden may have")
        (folder / name).mkdir(exist_ok=True)
        (folder / name / CAPTURE).write_bytes(octets)
        page += f"| `{name}` | {describe} |\n"
    (folder / "README.md").write_text(page)


if __name__ == "__main__":
    main()
