#!/usr/bin/python3
"""Makes the sample case of `waybill demo` anew: `./dev demo`, or demo/make.py WAYBILL with a program that is built.

It records demo/acme-coder in the sinkhole with the rules of demo/rules, and seals the case with a key made for it, of
which the private half is gone when this ends. What comes of it is to be looked at and committed."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

DEMO = pathlib.Path(__file__).resolve().parent
MOST_OCTETS = 1_000_000


def waybill(program, place, *arguments, **environment):
    """Runs Waybill in `place`, with nothing of this machine's in its environment; gives its standard output."""
    own = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(place), **environment}
    ended = subprocess.run([program, *map(str, arguments)], cwd=place, env=own, timeout=120, check=False,
                           stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    if ended.returncode != 0:
        print(f"demo: waybill {arguments[0]} ended with {ended.returncode}", file=sys.stderr)
        sys.exit(ended.returncode)
    return ended.stdout.decode()


def record(program, place, key):
    """Records the tool, seals the case, and holds it against what was promised of it."""
    for name in ("acme-coder", "acme-updater"):
        shutil.copy(DEMO / name, place / name)
    shipped = place / "shipped"  # of the packs that come with Waybill the one that a sinkhole needs
    shipped.mkdir()
    shutil.copy(DEMO.parent / "rules/packs/protocols.json", shipped)
    waybill(program, place, "run", "--network", "sinkhole", "--case", "case", "--clean-env", "--rules", DEMO / "rules",
            "--operator", "demo/make.py", "--purpose", "the sample case of waybill demo", "--", place / "acme-coder",
            WAYBILL_PACKS=str(shipped))
    waybill(program, place, "key", "new", key)
    waybill(program, place, "custody", "add", "case", "recorded for waybill demo", "--by", "demo/make.py", "--key", key)
    waybill(program, place, "seal", "case", "--key", key, "--policy", DEMO / "sample/policy.json")
    print(waybill(program, place, "verify", "case", "--key", f"{key}.pub", "--reproduce"), end="")


def replace(sample, case, public_key):
    """Puts the case and its public key in the place of those that are there."""
    octets = sum(path.stat().st_size for path in case.rglob("*") if path.is_file())
    if octets > MOST_OCTETS:
        sys.exit(f"demo: the case has {octets} octets, and {MOST_OCTETS} are the most that is shipped")
    shutil.rmtree(sample / "case", ignore_errors=True)
    shutil.copytree(case, sample / "case", copy_function=shutil.copyfile)
    shutil.copyfile(public_key, sample / "demo.key.pub")
    print(f"demo: {sample}: {octets} octets; the private key is gone")


def main():
    parser = argparse.ArgumentParser(description="Makes the sample case of `waybill demo` anew.")
    parser.add_argument("waybill", metavar="WAYBILL", help="the program, built")
    parser.add_argument("--sample", type=pathlib.Path, default=DEMO / "sample", help="where the case and its key go")
    parser.add_argument("--place", type=pathlib.Path, default=pathlib.Path("/tmp/waybill-demo"),
                        help="the folder of the recording, whose path the case tells")
    chosen = parser.parse_args()
    try:
        chosen.place.mkdir()
    except FileExistsError:
        sys.exit(f"demo: {chosen.place} is there: another maker runs, or one was killed; then remove it")
    try:
        with tempfile.TemporaryDirectory() as keys:
            record(os.path.abspath(chosen.waybill), chosen.place, f"{keys}/demo.key")
            replace(chosen.sample, chosen.place / "case", f"{keys}/demo.key.pub")
    finally:
        shutil.rmtree(chosen.place)


main()
