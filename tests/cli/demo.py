"""waybill demo: the sample case that comes with the program, from the build folder and installed, and what makes it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from waybill_test import NOBODY, PYTHON, SOURCE, Skip, case, equal, holds, lacks, main, status

MAKE = "made anew by `./dev demo`, looked at and committed"
NAMES = {"api.acme.example", "download.example.net", "events.acme.example", "login.acme.example", "pixel.collector.test"}


def shown(scratch, *options, expected=0, waybill=None, **others):
    """Copies the sample; gives the result."""
    command = [waybill or scratch.waybill, "demo", *map(str, options)]
    return status(scratch.execute(command, **others), expected)


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def installed(scratch, *parts):
    """The program as it is installed under a prefix, with these folders of share/waybill; gives its path."""
    prefix = scratch.folder / "prefix"
    (prefix / "bin").mkdir(parents=True)
    shutil.copy(scratch.waybill, prefix / "bin/waybill")
    build = Path(scratch.waybill).parent
    staged = scratch.folder / "staged"
    tool = ["cmake", "--install", str(build), "--prefix", str(staged)]
    if parts:
        ended = subprocess.run(tool, capture_output=True, timeout=300, check=False)
        equal(ended.returncode, 0, ended.stderr.decode())
        assert (staged / "bin/waybill").exists(), "the program is installed"
    for part in parts:
        shutil.copytree(staged / "share/waybill" / part, prefix / "share/waybill" / part)
    return str(prefix / "bin/waybill")


@case("it copies a sealed case, verifies it, writes its report, and says what it is and what to try")
def whole(scratch):
    out = shown(scratch, "--no-open").out
    holds(out, "waybill-demo: a sealed sample case", "Attempted to contact 6 endpoints, 1 without a cited purpose", "nothing lost",
          "valid: unchanged since it was sealed on 20", "waybill report waybill-demo/case")
    sample = files(SOURCE / "demo/sample")
    copied = files(scratch.folder / "waybill-demo")
    page = copied.pop("report.html").decode()
    equal(copied, sample)
    assert sum(map(len, sample.values())) < 1_000_000, "it is small"
    holds(page, "pixel.collector.test", "1 violation of policy sample", "no-telemetry", "signed in")
    equal(status(scratch.run("report", "waybill-demo/case", "--format", "html", "--policy", "waybill-demo/policy.json"), 0).out, page)
    holds(status(scratch.run("check", "waybill-demo/case", "--policy", "waybill-demo/policy.json"), 1).out,
          "deny    events.acme.example:443")


@case("the commands that it proposes do what it says, in a folder whose name a shell would take apart, too")
def proposed(scratch):
    for folder in ("sample", "a sample; of 'mine'"):
        out = shown(scratch, folder, "--no-open").out
        commands = [line.removeprefix("try").strip() for line in out.partition("\n\n")[2].splitlines()]
        equal(len(commands), 3)
        environment = {**os.environ, "PATH": f"{scratch.folder / 'bin'}:{os.environ['PATH']}"}
        (scratch.folder / "bin").mkdir(exist_ok=True)
        if not (scratch.folder / "bin/waybill").exists():
            (scratch.folder / "bin/waybill").symlink_to(scratch.waybill)
        for command in commands:
            status(scratch.execute(["bash", "-c", command], environment=environment), 0)


@case("this program's analysis gives the sample's events and report octet for octet")
def reproduced(scratch):
    shown(scratch, "sample", "--no-open")
    result = scratch.run("verify", "sample/case", "--key", "sample/demo.key.pub", "--reproduce")
    if result.status != 0 or "  reproduced: " not in result.out:
        raise AssertionError(f"the analysis gives something else than the sample case holds; if that is meant, the sample is to be {MAKE}:\n"
                             f"{result.out}{result.err}")


@case("it shows what it is for: two processes, phases, an even interval, a host without a cited purpose, reserved names alone")
def shows(scratch):
    shown(scratch, "sample", "--no-open")
    report = scratch.case_json("report.json", "sample/case")
    contacts = {(contact["endpoint"]["host"] or contact["endpoint"]["address"], contact["owner"]["process"]): contact for contact in report["contacts"]}
    equal({host for host, _ in contacts}, NAMES | {"10.77.0.1"}, f"the hosts; it can be {MAKE}")
    equal(len({process for _, process in contacts}), 2)
    by_host = {host: contact for (host, _), contact in contacts.items()}
    beats = by_host["events.acme.example"]["intervals"]
    assert 0.7e9 < beats["shortest_ns"] <= beats["longest_ns"] < 1.5e9, beats
    equal([host for host, contact in by_host.items() if not contact["rating"]["cited"]], ["pixel.collector.test"])
    equal([phase["label"] for phase in report["phases"]][1:3], ["signed in", "idle"])
    told = "".join(octets.decode() for name, octets in files(scratch.folder / "sample/case").items()
                   if name.endswith(("json", "txt", "ndjson", ".key")))
    lacks(told, str(SOURCE))


@case("nothing is overwritten, and what fails leaves nothing behind")
def refused(scratch):
    scratch.write("notes", "mine")
    (scratch.folder / "empty").mkdir()
    (scratch.folder / "dangling").symlink_to("nowhere")
    for place in ("notes", "empty", "dangling"):
        holds(shown(scratch, place, "--no-open", expected=73).err, f"{place}: is there", "waybill demo FOLDER")
    equal((scratch.folder / "notes").read_text(), "mine")
    holds(shown(scratch, "no/such/place", "--no-open", expected=73).err, "no/such/place: No such file")
    assert not (scratch.folder / "nowhere").exists()


@case("installed by cmake it is found beside bin/, by the installed program, without the source tree")
def found(scratch):
    if shutil.which("cmake") is None:
        raise Skip("cmake is not installed; ./dev deps does that")
    program = installed(scratch, "demo")
    shown(scratch, "sample", "--no-open", waybill=program)
    copied = files(scratch.folder / "sample")
    copied.pop("report.html")
    equal(copied, files(SOURCE / "demo/sample"))


@case("without the sample it says where it looked, and a damaged one is not shown")
def missing(scratch):
    program = installed(scratch)
    message = shown(scratch, "sample", "--no-open", expected=66, waybill=program).err
    holds(message, "the sample case, which comes with Waybill, is not there", "prefix/share/waybill/demo", "cmake --install")
    place = scratch.folder / "prefix/share/waybill/demo"
    shutil.copytree(SOURCE / "demo/sample", place)
    packets = place / "case/data/packets-0001.pcapng"
    octets = bytearray(packets.read_bytes())
    octets[900] ^= 1
    packets.write_bytes(octets)
    message = shown(scratch, "sample", "--no-open", expected=3, waybill=program).err
    holds(message, "not what was sealed", "packets-0001.pcapng", "install Waybill again")
    shutil.rmtree(place)
    shutil.copytree(SOURCE / "demo/sample", place)
    (place / "policy.json").unlink()
    holds(shown(scratch, "sample", "--no-open", expected=78, waybill=program).err, "policy.json")
    assert not (scratch.folder / "sample").exists(), "nothing is left behind"


@case("the page is handed to the user's browser, and to none where that is not wanted")
def opened(scratch):
    scratch.folder.chmod(0o755)
    given = scratch.folder / "given"
    given.mkdir()
    browser = scratch.write("browser", f"#!/bin/sh\nprintf '%s' \"$1\" >'{given}/new' && mv '{given}/new' '{given}/address'\n")
    browser.chmod(0o755)
    asked = {"BROWSER": str(browser)}
    equal(shown(scratch, "quiet", "--no-open", environment=asked).err, "")
    if os.geteuid() == 0:
        holds(shown(scratch, "of-root", environment=asked).err, "of-root/report.html", "the browser would run as root")
        program = scratch.folder / "tree/build/dev/waybill"
        program.parent.mkdir(parents=True)
        shutil.copy(scratch.waybill, program)
        shutil.copytree(SOURCE / "demo/sample", scratch.folder / "tree/demo/sample")
        for path in (scratch.folder / "tree").rglob("*"):
            path.chmod(0o755)
        os.chown(given, NOBODY, NOBODY)
        become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        ended = status(scratch.execute([*become, str(program), "demo", "sample"], environment=asked, folder=given), 0)
    else:
        ended = shown(scratch, "sample", environment=asked, folder=given)
    holds(ended.err, f"{given}/sample/report.html", "opened")
    subprocess.run(["sh", "-c", f"for i in $(seq 200); do test -e '{given}/address' && exit; sleep .05; done; exit 1"], check=True)
    equal((given / "address").read_text(), f"file://{given}/sample/report.html")
    holds((given / "sample/report.html").read_text(), "Attempted to contact")


@case("its maker makes another of the same kind, with a key of its own")
def made(scratch):
    sample = scratch.folder / "another"
    sample.mkdir()
    command = [PYTHON, "-B", SOURCE / "demo/make.py", scratch.waybill, "--sample", sample, "--place", scratch.folder / "place"]
    ended = scratch.execute(list(map(str, command)))
    if ended.status == 77:
        raise Skip(f"this host does not permit the sinkhole: {ended.err.strip().splitlines()[-2]}")
    holds(status(ended, 0).out, "reproduced: its packets", "the private key is gone")
    assert not (scratch.folder / "place").exists()
    before = SOURCE / "demo/sample"
    assert (sample / "demo.key.pub").read_bytes() != (before / "demo.key.pub").read_bytes()
    equal([name for name, octets in files(sample).items() if b"PRIVATE" in octets], [])
    reports = [json.loads((each / "case/data/report.json").read_text()) for each in (before, sample)]
    rows = [sorted((contact["endpoint"]["host"] or "", contact["endpoint"]["port"], contact["flow_count"], contact["rating"]["rule"] or "")
                   for contact in report["contacts"]) for report in reports]
    equal(rows[1], rows[0], f"what is recorded now; the sample is to be {MAKE}")


main()
