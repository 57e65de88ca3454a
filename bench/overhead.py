#!/usr/bin/env python3
"""What a recorded build takes longer than the same build by itself.

A make of some hundred small C files, three processes each (gcc, cc1, as): bare and recorded in turn, so that what else the machine
does meets both alike. Tells the median of the pairs' ratios with its interval, and how long a run of `true` takes.
Needs make and gcc, and root for --network host; in the sinkhole and in isolated networks nothing is sent.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

BARS = {"host": 1.05, "isolated": 1.10}
START_BAR = 0.150


def project(folder, files):
    """C files that take gcc some hundredths of a second each."""
    for number in range(files):
        body = "".join(f"int f{number}_{i}(int x) {{ return x * {i} + f{number}_{i - 1}(x ^ {i}); }}\n" for i in range(1, 60))
        (folder / f"m{number}.c").write_text(f"#include <stdio.h>\n#include <stdlib.h>\nint f{number}_0(int x) {{ return x; }}\n{body}")
    objects = " ".join(f"m{number}.o" for number in range(files))
    (folder / "Makefile").write_text(f"all: {objects}\n%.o: %.c\n\tgcc -O1 -c $< -o $@\nclean:\n\trm -f *.o\n")


def seconds(command, folder):
    subprocess.run(["make", "-s", "clean"], cwd=folder, check=True)
    begin = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begin


def interval(values):
    """95 % of the medians of samples drawn from these values again and again (bootstrap, fixed seed)."""
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(2000))
    return medians[50], medians[1949]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waybill", default="build/release/waybill")
    parser.add_argument("--network", default="host", choices=("host", "isolated", "sinkhole"))
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--files", type=int, default=340, help="of which each is three processes")
    parser.add_argument("--uid", type=int, help="who runs Waybill and the builds, where root measures; default: who calls")
    options = parser.parse_args()
    waybill = os.path.abspath(options.waybill)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "project")
        folder.mkdir()
        project(folder, options.files)
        become = []
        if options.uid:
            for path in (Path(place), folder, *folder.iterdir()):
                os.chown(path, options.uid, options.uid)
            become = ["setpriv", f"--reuid={options.uid}", f"--regid={options.uid}", "--clear-groups", "env", f"HOME={place}"]
        build = [*become, "make", "-s", f"-j{os.cpu_count()}"]

        def recorded(command):
            case = Path(place, "case")
            shutil.rmtree(case, ignore_errors=True)
            whole = [*become, waybill, "run", "--network", options.network, "--case", str(case), "--", *command]
            return seconds(whole, folder)

        seconds(build, folder)  # what is read is in memory from then on
        pairs, starts = [], []
        for _ in range(options.pairs):
            bare = seconds(build, folder)
            pairs.append((bare, recorded(build[len(become):])))
            starts.append(recorded(["true"]))
    ratios = [long / short for short, long in pairs]
    low, high = interval(ratios)
    median = statistics.median(ratios)
    bar = BARS.get(options.network)
    print(f"{options.network}: {len(pairs)} pairs, bare {statistics.median(short for short, _ in pairs):.2f} s")
    print(f"  ratio   median {median:.3f}, 95 % interval {low:.3f} to {high:.3f}, single {min(ratios):.3f} to {max(ratios):.3f}"
          + (f", bar {bar:.2f}: {'pass' if median <= bar else 'OVER'}" if bar else ""))
    low, high = interval(starts)
    median = statistics.median(starts)
    print(f"  start   median {median * 1000:.0f} ms, 95 % interval {low * 1000:.0f} to {high * 1000:.0f}, bar "
          f"{START_BAR * 1000:.0f}: {'pass' if median <= START_BAR else 'OVER'}")


main()
