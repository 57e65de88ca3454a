#!/usr/bin/env python3
"""How many packets of a busy link are captured: waybill capture beside tcpdump and dumpcap, in turn in the same run.

A veth pair in a network namespace of its own, UDP frames of 900 octets at a steady rate for three seconds. Tells for
each program how many arrived at the interface, and how many of these it has. Needs root; tcpdump and dumpcap where they
are there.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

SET_UP = """
set -e
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
ip link set lo up
ip link add out0 type veth peer name in0
ip link set out0 up
ip link set in0 up
echo up
exec cat
"""


class Link:
    """The namespace; gone with the `with`."""

    def __enter__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", SET_UP], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.holder.stdout.readline() == b"up\n", "no network namespace can be made"
        self.inside = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net"]
        return self

    def __exit__(self, *_):
        self.holder.stdin.close()
        self.holder.wait(30)

    def received(self):
        text = subprocess.run([*self.inside, "cat", "/proc/net/dev"], capture_output=True, text=True, check=True).stdout
        return int(next(line for line in text.splitlines() if "in0" in line).replace(":", " ").split()[2])


def of_waybill(place, _):
    run = json.loads(Path(place, "case/data/run.json").read_text())
    assert run["interfaces"][0]["name"] == "in0"
    report = json.loads(Path(place, "case/data/report.json").read_text())
    return report["totals"]["packets"], run["interfaces"][0]["dropped"]


def of_tcpdump(_, err):
    return (int(re.search(r"(\d+) packets captured", err)[1]), int(re.search(r"(\d+) packets dropped by kernel", err)[1]))


def of_dumpcap(_, err):
    captured, dropped = re.search(r"received/dropped on interface '?in0'?: (\d+)/(\d+)", err).groups()
    return int(captured), int(dropped)


def programs(waybill, place):
    yield "waybill", [waybill, "capture", "-i", "in0", "--case", f"{place}/case"], of_waybill
    yield "tcpdump", ["tcpdump", "-i", "in0", "-B", "65536", "-n", "-w", f"{place}/tcpdump.pcap", "-Z", "root"], of_tcpdump
    yield "dumpcap", ["dumpcap", "-i", "in0", "-B", "64", "-q", "-w", f"{place}/dumpcap.pcapng"], of_dumpcap


def measured(link, sender, command, read, place, rate):
    running = subprocess.Popen([*link.inside, *command], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    time.sleep(1.5)
    before = link.received()
    first = ["nice", "-n", "-20"]  # so that the rate asked for is sent, and who captures has the rest of the processors
    sent = int(subprocess.run([*link.inside, *first, sender, "out0", str(rate), "3", "900"], capture_output=True, check=True).stdout)
    arrived = link.received() - before
    time.sleep(1)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=180)
    return sent, arrived, *read(place, err)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waybill", default="build/release/waybill")
    parser.add_argument("--sender", default="build/release/bench/waybill_send")
    parser.add_argument("--rates", type=int, nargs="*", default=[250_000, 500_000, 1_000_000])
    options = parser.parse_args()
    print(f"{'program':<10}{'asked pps':>11}{'sent':>10}{'arrived':>10}{'captured':>10}{'lost':>8}")
    for rate in options.rates:
        with tempfile.TemporaryDirectory() as place, Link() as link:
            for name, command, read in programs(os.path.abspath(options.waybill), place):
                if shutil.which(command[0]) is None:
                    print(f"{name:<10} is not installed")
                    continue
                sent, arrived, captured, _ = measured(link, os.path.abspath(options.sender), command, read, place, rate)
                print(f"{name:<10}{rate:>11}{sent:>10}{arrived:>10}{captured:>10}{(arrived - captured) / max(arrived, 1):>8.2%}")


main()
