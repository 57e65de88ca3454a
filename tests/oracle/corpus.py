#!/usr/bin/env python3
"""Holds the analysis against a corpus of public captures with ground truth from independent tools.

The corpus stands beside the project, in ../shared/corpus, with an adapter that runs `waybill analyze --format ndjson` on
each capture and a scorer. Where it is absent the test is skipped, and says so.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

# Every recall, over all items and as the mean over captures, and no false item at all.
LEAST_RECALL = 0.99
# Where the analysis and the truth differ, and why the analysis is right: (what the scorer counts, how many, reason).
KNOWN_DIFFERENCES = [
    ("file_packets", 1, "a big-endian pcapng with three Custom Blocks: the truth's tool counts them as packets, "
                        "draft-ietf-opsawg-pcapng, 4.7 does not"),
    ("file_bytes", 1, "the same three Custom Blocks"),
    ("ts", 2, "times that a 64-bit count of nanoseconds cannot hold are set to its end and noted; and a fraction of "
              "1,000,000 us is carried into the seconds, where the truth prints it as a decimal fraction"),
]


def score(corpus, waybill, scratch):
    """The scorer's table as text and its figures."""
    lines = os.path.join(scratch, "waybill.jsonl")
    figures = os.path.join(scratch, "figures.json")
    with open(lines, "w") as out:
        subprocess.run([sys.executable, os.path.join(corpus, "adapters", "waybill.py"), waybill, corpus],
                       stdout=out, check=True)
    table = subprocess.run([sys.executable, os.path.join(corpus, "score.py"), lines, "--json", figures],
                           stdout=subprocess.PIPE, check=True, text=True).stdout
    with open(figures) as file:
        return table, json.load(file)


def breaches(figures):
    known = {name: allowed for name, allowed, _ in KNOWN_DIFFERENCES}
    for kind, figure in figures.items():
        if isinstance(figure, list):
            right, total = figure
            if total - right > known.get(kind, 0):
                yield f"{kind}: {right} of {total} right"
        elif isinstance(figure, dict):
            if figure.get("recall") is None and figure.get("truth"):
                yield f"{kind}: not reported"
            for measure in ("recall", "macro_recall"):
                if figure.get(measure) is not None and figure[measure] < LEAST_RECALL:
                    yield f"{kind}: {measure} {figure[measure]:.4f} is below {LEAST_RECALL}"
            if figure.get("fp"):
                yield f"{kind}: {figure['fp']} false items"
    if figures.get("forbidden"):
        yield f"{figures['forbidden']} names reported that only decryption shows"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waybill", required=True)
    parser.add_argument("--shared", required=True)
    arguments = parser.parse_args()
    corpus = os.path.join(arguments.shared, "corpus")
    if not os.path.exists(os.path.join(corpus, "score.py")):
        print("skipped: no corpus of public captures stands beside the project")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        table, figures = score(corpus, os.path.abspath(arguments.waybill), scratch)
    print(table)
    for name, allowed, reason in KNOWN_DIFFERENCES:
        print(f"known difference, {name}, {allowed}: {reason}")
    found = list(breaches(figures))
    for breach in found:
        print("BREACH", breach)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
