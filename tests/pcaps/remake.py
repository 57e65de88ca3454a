#!/usr/bin/env python3
"""The captures and README.md are what make.py makes, octet for octet: nothing else got in."""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.executable, str(HERE / "make.py"), scratch], check=True)
        made = {path.relative_to(scratch) for path in Path(scratch).rglob("*") if path.is_file()}
        kept = {path.relative_to(HERE) for path in HERE.glob("*/case.pcapng")} | {Path("README.md")}
        for path in sorted(made | kept):
            if path not in made:
                difference = "make.py does not make it"
            elif not (HERE / path).exists():
                difference = "make.py makes it, and it is not there"
            elif (HERE / path).read_bytes() != (Path(scratch) / path).read_bytes():
                difference = "is not what make.py makes"
            else:
                continue
            failures += 1
            print(f"{path}: {difference}")
    print(f"{len(made)} files made, {failures} differences")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
