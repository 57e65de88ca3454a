#!/usr/bin/python3
"""Makes the sample case of `waybill demo` anew: `./dev demo`, or demo/make.py WAYBILL with a program that is built.

It records demo/acme-coder in the sinkhole with the rules of demo/rules, and seals the case with a key made for it, of
which the private half is gone when this ends. What comes of it is to be looked at and committed."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

DEMO = pathlib.Path(__file__).resolve().parent
SAMPLE = DEMO / "sample"
# The paths that the case tells are those of this folder, wherever the project lies.
PLACE = pathlib.Path("/tmp/waybill-demo")
MOST_OCTETS = 1_000_000


def waybill(program, *arguments, **environment):
    """Runs Waybill in PLACE, with nothing of this machine's in its environment; gives its standard output."""
    own = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(PLACE), **environment}
    ended = subprocess.run([program, *map(str, arguments)], cwd=PLACE, env=own, timeout=120, check=False,
                           stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    if ended.returncode != 0:
        sys.exit(f"demo: waybill {arguments[0]} ended with {ended.returncode}")
    return ended.stdout.decode()


def record(program, key):
    """Records the tool, seals the case, and holds it against what was promised of it."""
    for name in ("acme-coder", "acme-updater"):
        shutil.copy(DEMO / name, PLACE / name)
    shipped = PLACE / "shipped"  # of the packs that come with Waybill the one that a sinkhole needs
    shipped.mkdir()
    shutil.copy(DEMO.parent / "rules/packs/protocols.json", shipped)
    waybill(program, "run", "--network", "sinkhole", "--case", "case", "--clean-env", "--rules", DEMO / "rules",
            "--operator", "demo/make.py", "--purpose", "the sample case of waybill demo", "--", PLACE / "acme-coder",
            WAYBILL_PACKS=str(shipped))
    waybill(program, "key", "new", key)
    waybill(program, "custody", "add", "case", "recorded for waybill demo", "--by", "demo/make.py", "--key", key)
    waybill(program, "seal", "case", "--key", key)
    print(waybill(program, "verify", "case", "--key", f"{key}.pub", "--reproduce"), end="")


def replace(public_key):
    """Puts the case and its public key in the place of those that are there."""
    octets = sum(path.stat().st_size for path in (PLACE / "case").rglob("*") if path.is_file())
    if octets > MOST_OCTETS:
        sys.exit(f"demo: the case has {octets} octets, and {MOST_OCTETS} are the most that is shipped")
    shutil.rmtree(SAMPLE / "case", ignore_errors=True)
    shutil.copytree(PLACE / "case", SAMPLE / "case", copy_function=shutil.copyfile)
    shutil.copyfile(public_key, SAMPLE / "demo.key.pub")
    print(f"demo: {SAMPLE}: {octets} octets; the private key is gone")


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} WAYBILL")
    program = os.path.abspath(sys.argv[1])
    try:
        PLACE.mkdir()
    except FileExistsError:
        sys.exit(f"demo: {PLACE} is there; another maker runs, or left it behind: then remove it")
    try:
        with tempfile.TemporaryDirectory() as keys:
            record(program, f"{keys}/demo.key")
            replace(f"{keys}/demo.key.pub")
    finally:
        shutil.rmtree(PLACE)


main()
