"""Plants hostile content wherever a stranger can write: what is sent and executed in earnest, what the files of a case say,
rules, policies, plans and logs."""

import hashlib
import json
import os
import shutil

from clients import PREPARED
from hostile_table import ALL, PLACES, SHOWN, UTF8, planted
from waybill_test import PYTHON, status

# What each process sends: names as octets, each to an address of its own.
TALK = """
import struct
def octets(place):
    return TEXTS[place].encode('utf-8', 'surrogateescape')
def extension(number, body):
    return struct.pack('>HH', number, len(body)) + body
def hello(name, protocol):
    entry = struct.pack('>BH', 0, len(name)) + name
    offered = bytes([len(protocol)]) + protocol
    extensions = extension(0, struct.pack('>H', len(entry)) + entry) + extension(16, struct.pack('>H', len(offered)) + offered)
    body = b'\\x03\\x03' + b'r' * 32 + b'\\0' + b'\\0\\x02\\x13\\x01' + b'\\x01\\0' + struct.pack('>H', len(extensions)) + extensions
    message = b'\\x01' + struct.pack('>I', len(body))[1:] + body
    return b'\\x16\\x03\\x01' + struct.pack('>H', len(message)) + message
def line(place):
    return octets(place).replace(b'\\r', b'').replace(b'\\n', b'')
name = octets('DNS name')
labels = [name[at:at + 60] for at in range(0, len(name), 60)] + [b'example', b'']
question = b''.join(bytes([len(label)]) + label for label in labels)
tcp(f'192.0.2.{NUMBER + 100}', 443, hello(octets('server name'), octets('protocol')))
tcp(f'192.0.2.{NUMBER + 120}', 80, b'GET / HTTP/1.1\\r\\nHost: ' + line('Host') + b'\\r\\n\\r\\n')
tcp(f'192.0.2.{NUMBER + 140}', 8080, b'CONNECT ' + line('proxy target').replace(b' ', b'_') + b':443 HTTP/1.1\\r\\n\\r\\n')
tcp(f'192.0.2.{NUMBER + 160}', 22, b'SSH-2.0-' + line('SSH banner') + b'\\r\\n')
udp('192.0.2.3', 53, struct.pack('>HHHHHH', NUMBER + 1, 256, 1, 0, 0, 0) + question + b'\\0\\x01\\0\\x01')
udp(f'192.0.2.{NUMBER + 10}', 9999, b'x' * 200)
"""
ON_WIRE = ("server name", "DNS name", "Host", "proxy target", "protocol", "SSH banner")


def in_path(place, what):
    """As a name of a file can have it."""
    return planted(place, what).replace("/", "\u2215")


def speakers(scratch):
    """A program, a script and a folder for each class, and a command that runs them all."""
    program = scratch.folder / "interpreter"
    shutil.copy(os.path.realpath(PYTHON), program)
    lines = []
    for number, what in enumerate(ALL):
        texts = {place: planted(place, what) for place in ON_WIRE}
        place = scratch.folder / in_path("folder", what)
        place.mkdir()
        executable, script = place / in_path("executable", what), place / (in_path("script", what) + ".py")
        os.link(program, executable)
        script.write_bytes((f"TEXTS = {texts!r}\nNUMBER = {number}\n" + PREPARED + TALK).encode("ascii", "backslashreplace"))
        lines += [[os.fsencode(each) for each in (place, executable, script, planted("argument", what))]] * 2
    driver = f"import subprocess\nfor folder, *command in {lines!r}:\n    subprocess.run(command, cwd=folder, check=True)\n"
    return [PYTHON, str(scratch.write("driver.py", driver))]


def edit_lines(path, change):
    """Changes each object of a file of such lines."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(json.dumps(changed) + "\n" for line in lines for changed in change(line)), encoding="utf-8")


def plant_case(scratch):
    """`case`: recorded in earnest; then what only a stranger's case can say is written into its files. Gives what the
    recording itself printed."""
    recorded = status(scratch.sinkhole(*speakers(scratch), options=("--case", "case", "--keep-args", "--all")), 0)
    data = scratch.folder / "case/data"
    run = json.loads((data / "run.json").read_text(encoding="utf-8"))
    run["interfaces"] += [{"name": planted("interface", what), "received": 0, "dropped": 0, "interface_dropped": 0} for what in UTF8]
    (data / "run.json").write_text(json.dumps(run), encoding="utf-8")
    seen = []

    def of_stranger(line):
        if line["type"] == "process" and line["id"] > 1:
            what = ALL[(line["id"] - 2) // 2]  # each class has two processes; only one is said to be of a package
            seen.append(what)
            if what in UTF8 and line["id"] % 2:
                line["cgroup"] = "/" + planted("cgroup", what)
                line["container"] = planted("container", what)
                line["package"] = {"name": planted("package", what), "version": "1"}
        yield line
    edit_lines(data / "owners.ndjson", of_stranger)
    assert set(seen) == set(ALL), seen
    header = {"type": "header", "v": 1, "format": "waybill-marks", "waybill": run["waybill"]}
    marks = [{"type": "mark", "v": 1, "at": run["started"], "label": planted("mark", what)} for what in UTF8]
    (data / "marks.ndjson").write_text("".join(json.dumps(line) + "\n" for line in (header, *marks)), encoding="utf-8")
    return recorded.err


def pack(texts, addresses):
    """A pack of one's own whose rules have these texts, each of an address."""
    def rule(number, text, address):
        source = {"title": text, "url": "https://example.com/", "grade": "standard", "read": "2026-01-01", "paraphrase": text, "read_via": text}
        return {"id": f"hostile/r{number}", "vendor": text, "products": [text, "all of them"], "match": {"addresses": [address]},
                "purposes": ["telemetry"], "statement": text, "sources": [source], "operators": [{"name": text, "source": "https://example.com/"}],
                "examples": {"match": [address], "no_match": ["198.51.100.1"]}}
    return {"format": "waybill-rule-pack/1", "id": "hostile", "title": texts[0], "version": "2026-01-02", "vendor": texts[0],
            "registrable_domains": [], "licence": texts[0],
            "rules": [rule(number, *each) for number, each in enumerate(zip(texts, addresses))]}


def policy(texts, addresses):
    return {"format": "waybill-policy/1", "id": "p", "title": texts[0], "version": "2026-01-02", "default": "deny",
            "entries": [{"id": f"e{number}", "effect": "review", "addresses": [address], "reason": text}
                        for number, (text, address) in enumerate(zip(texts, addresses))]}


def plant_rules(scratch):
    """`packs` and `policy.json`, which speak of what each process sent to an address without a name."""
    addresses = [f"192.0.2.{ALL.index(what) + 10}" for what in SHOWN]
    (scratch.folder / "packs").mkdir()
    scratch.write("packs/hostile.json", json.dumps(pack([planted("rule", what) for what in SHOWN], addresses)))
    scratch.write("policy.json", json.dumps(policy([planted("policy", what) for what in SHOWN], addresses)))


def plant_seal(scratch):
    """`whole`: a sealed case; `sealed`: the same, to which a stranger added files and entries of custody."""
    status(scratch.sinkhole("true", options=("--case", "sealed")), 0)
    status(scratch.run("key", "new", "op.key"), 0)
    status(scratch.run("seal", "sealed", "--key", "op.key"), 0)
    shutil.copytree(scratch.folder / "sealed", scratch.folder / "whole")
    previous, lines = None, []
    for number, what in enumerate(SHOWN, 1):
        text = planted("custody", what)
        entry = {"type": "custody", "v": 1, "number": number, "at": "2026-01-01T00:00:00Z", "by": text, "what": text, "seal": None,
                 "previous": previous}
        lines.append(json.dumps(entry, separators=(",", ":"), ensure_ascii=False) + "\n")
        previous = hashlib.sha256(lines[-1][:-1].encode()).hexdigest()
    (scratch.folder / "sealed/custody.ndjson").write_text("".join(lines), encoding="utf-8", newline="")
    for what in ALL:
        (scratch.folder / "sealed/data" / in_path("file", what)).write_text("x")


def plant_experiment(scratch):
    """`experiment`: a run in each of as many arms as there are texts; each run's case then holds what `case` does."""
    arms = [{"name": planted("arm", what)[:80], "environment": {f"A{number}": planted("arm", what)}} for number, what in enumerate(SHOWN)]
    plan = {"format": "waybill-plan/1", "name": planted("arm", "markup"), "repeats": 1, "arms": arms,
            "recipe": {"command": ["/bin/true"], "network": "sinkhole", "linger": "0s"}}
    scratch.write("plan.json", json.dumps(plan))
    status(scratch.run("experiment", "--out", "experiment", "plan.json", timeout=280), 0)
    for place in (scratch.folder / "experiment/runs").glob("*/data"):
        for name in ("packets-0001.pcapng", "owners.ndjson", "marks.ndjson"):
            shutil.copy(scratch.folder / "case/data" / name, place / name)


def plant_logs(scratch):
    """`log.csv`: a table of endpoints whose other cells are hostile. And `hosts`, a list that is not."""
    texts = [planted("log", what).replace("\r", "").replace("\n", "").replace('"', '""') for what in ALL]
    rows = ["host,note,process\r\n"] + [f'h{number}.example,"{text}","{text}"\r\n' for number, text in enumerate(texts)]
    scratch.write("log.csv", "".join(rows).encode("utf-8", "surrogateescape"))
    scratch.write("hosts", "a.example\n")


assert set(ON_WIRE) <= set(PLACES)
