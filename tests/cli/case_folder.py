"""The case that waybill run writes, and its analysis again."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from clients import client
from waybill_test import case, equal, holds, lacks, main, status

TALK = client("""tls("api.example", 443, "api.example")
tcp("plain.example", 80, b"GET /path HTTP/1.1\\r\\nHost: plain.example\\r\\n\\r\\n")
udp("time.example", 9999, b"x")
""")


@case("it holds run.json, packets, events, the report and the packs that were used, and nothing else")
def files(scratch):
    status(scratch.sinkhole(*TALK), 0)
    data = scratch.folder / "case/data"
    equal(sorted(path.name for path in (scratch.folder / "case").iterdir()), ["data"])
    owners = ["owners.ndjson"] if os.geteuid() == 0 else []
    equal(sorted(path.name for path in data.iterdir()),
          ["checkpoints.ndjson", "events.ndjson", "marks.ndjson", *owners, "packets-0001.pcapng", "report.json", "rules", "run.json"])
    equal((data / "packets-0001.pcapng").read_bytes()[:4], b"\x0a\x0d\x0d\x0a")
    packs = scratch.case_json("report.json")["rules"]["packs"]
    kept = {path.name for path in (data / "rules").iterdir()}
    equal(kept, {pack["id"] + ".json" for pack in packs} | {"public_suffix_list.dafsa"})


@case("run.json says who, what, where and how")
def run_json(scratch):
    status(scratch.sinkhole("env", "sh", "-c", "exit 3", options=("--fresh-home", "--operator", "Ana", "--purpose", "an order")), 3)
    run = scratch.case_json("run.json")
    facts = run["circumstances"]
    equal((facts["operator"], facts["purpose"]), ("Ana", "an order"))
    machine = "/etc/machine-id"
    if os.path.exists(machine):
        lacks((scratch.folder / "case/data/run.json").read_text(), Path(machine).read_text().strip())  # it stays here
    clock = facts["clock"]
    lasted = clock["end"]["since_boot_ns"] - clock["begin"]["since_boot_ns"]
    assert 0 < lasted < 60_000_000_000 and clock["begin"]["system"] < run["ended"], clock
    equal(run["command"], ["env", "sh", "-c", "exit 3"])
    equal((run["network"], run["exit"]["code"], run["trimmed"], run["fresh_home"]), ("sinkhole", 3, True, True))
    equal(run["working_directory"], str(scratch.folder))
    equal(sorted(each["name"] for each in run["interfaces"]), ["eth0", "lo"])
    assert run["started"] < run["ended"]
    holds(" ".join(gap["kind"] for gap in run["gaps"]), "attempts-only")
    equal(run["stop"], "processes-ended")
    equal((run["method"]["packets"], run["method"]["filter"], run["method"]["selection"]), ("network-namespace", None, []))
    equal({"HOME", "PATH"} <= set(run["environment"]), True)
    lacks((scratch.folder / "case/data/run.json").read_text(), os.environ["PATH"])
    equal([Path(program["executable"]["path"]).resolve() for program in run["programs"]],
          [Path(shutil.which(name)).resolve() for name in ("env", "sh")])
    shell = run["programs"][1]["executable"]
    digest = subprocess.run(["sha256sum", shell["path"]], capture_output=True, check=True, text=True).stdout.split()[0]
    equal(shell["sha256"], digest)
    again = subprocess.run(["bash", "-c", r"find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"],
                           cwd=scratch.folder / "case/data/rules", capture_output=True, check=True, text=True)
    equal(run["rules_sha256"], again.stdout.split()[0])


@case("run.json says why the recording ended, whatever ended it")
def stop(scratch):
    waits = "(sleep 30 &) ; curl -sm3 http://a.example.com/; true"
    for name, expected, reason, options, command in (("late", 124, "timeout", ("--timeout", "1s"), ["sleep", "30"]),
                                                     ("left", 0, "command-ended", ("--linger", "200ms"), ["sh", "-c", waits])):
        status(scratch.sinkhole(*command, options=("--case", name, *options)), expected)
        equal(scratch.case_json("run.json", name)["stop"], reason, name)
    process = subprocess.Popen([scratch.waybill, "run", "--network", "sinkhole", "--case", "killed", "--", "sleep", "30"],
                               cwd=scratch.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not (scratch.folder / "killed/data/owners.ndjson").exists():
        time.sleep(0.05)
    process.kill()
    process.wait(30)
    equal(scratch.case_json("run.json", "killed")["stop"], "broke-off")


@case("analysing it again gives the same octets, here and elsewhere")
def again(scratch):
    status(scratch.sinkhole(*TALK), 0)
    data = scratch.folder / "case/data"
    before = {name: (data / name).read_bytes() for name in ("events.ndjson", "report.json", "run.json")}
    (data / "events.ndjson").unlink()
    printed = status(scratch.run("analyze", "case", "--format", "json"), 0).out
    shutil.copytree(scratch.folder / "case", scratch.folder / "elsewhere/copy")
    status(scratch.run("analyze", "elsewhere/copy/", folder=scratch.folder), 0)
    for place in (data, scratch.folder / "elsewhere/copy/data"):
        for name, octets in before.items():
            equal((place / name).read_bytes() == octets, True, f"{place}/{name} is as before")
    equal(json.loads(printed), json.loads(before["report.json"]))
    events = status(scratch.run("analyze", "case", "--format", "ndjson"), 0).out
    equal(events.encode() == before["events.ndjson"], True, "printed events")


@case("a filter is for capture files; a case is analysed whole, and the message says so")
def no_filter(scratch):
    status(scratch.sinkhole("true"), 0)
    holds(status(scratch.run("analyze", "--filter", "tcp", "case"), 64).err, "--filter")


@case("a case in which a pipe or a link stands in a file's place is refused at once, and nothing is waited for")
def no_file(scratch):
    status(scratch.sinkhole(*TALK), 0)
    for name in ("owners.ndjson", "marks.ndjson", "packets-0001.pcapng", "run.json"):
        for make in (os.mkfifo, lambda path: os.symlink("/dev/zero", path)):
            path = scratch.folder / "case/data" / name
            aside = path.rename(scratch.folder / "aside")
            make(path)
            result = scratch.execute([scratch.waybill, "report", "case"], timeout=20)
            equal((name, result.status in (65, 66)), (name, True), result.err)
            path.unlink()
            aside.rename(path)
    status(scratch.run("report", "case"), 0)


@case("a sealed case is not written to, and ends with 73")
def sealed(scratch):
    status(scratch.sinkhole("true"), 0)
    scratch.write("case/manifest-sha256.txt", "")
    before = (scratch.folder / "case/data/report.json").stat().st_mtime_ns
    holds(status(scratch.run("analyze", "case"), 73).err, "sealed")
    equal((scratch.folder / "case/data/report.json").stat().st_mtime_ns, before)


@case("a run.json that was damaged ends with 65 and says what is wrong with it")
def damaged(scratch):
    status(scratch.sinkhole("true"), 0)
    for octets in ("{", "{}", "[]", '{"format":"waybill-run","v":99}'):
        scratch.write("case/data/run.json", octets)
        holds(status(scratch.run("analyze", "case"), 65).err, "run.json")


@case("a run.json cannot point out of its case")
def outside(scratch):
    status(scratch.sinkhole(*TALK), 0)
    shutil.copy(scratch.folder / "case/data/packets-0001.pcapng", scratch.folder / "outside.pcapng")
    run = scratch.case_json("run.json")
    run["packet_files"] = ["../../outside.pcapng"]
    scratch.write("case/data/run.json", json.dumps(run))
    holds(status(scratch.run("analyze", "case"), 66).err, "data/outside.pcapng")


@case("two runs of one command get the same synthetic addresses for the same names")
def same_addresses(scratch):
    found = []
    for place in ("one", "two"):
        status(scratch.sinkhole(*TALK, options=("--case", place)), 0)
        found.append({(answer["name"], answer["rtype"], answer["rdata"]) for event in scratch.case_events("dns", place)
                      for answer in event["answers"]})
    equal(found[0], found[1])
    equal({name for name, _, _ in found[0]}, {"api.example", "plain.example", "time.example"})
    for _, kind, address in found[0]:
        assert address.startswith(("198.18.", "198.19.") if kind == "A" else "2001:2:"), address


main(sinkhole=True)
