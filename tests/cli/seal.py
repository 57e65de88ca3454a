"""waybill key, seal, verify and custody: a case as evidence, checked by others' tools too."""

import base64
import json
import os
import random
import shutil
import subprocess
import time
from pathlib import Path

from npm_tools import installed
from waybill_test import SOURCE, Skip, case, equal, holds, lacks, main, status


def sealed(scratch, name="case"):
    """A case of a short run in the sinkhole, sealed by op.key."""
    ask = "curl -sm3 https://api.example.com/; curl -sm3 http://b.example.org/; true"
    status(scratch.sinkhole("sh", "-c", ask, options=("--case", name)), 0)
    if not (scratch.folder / "op.key").exists():
        status(scratch.run("key", "new", "op.key"), 0)
    return status(scratch.run("seal", name, "--key", "op.key"), 0)


def verify(scratch, *options, expected=0, name="case"):
    result = status(scratch.run("verify", name, "--key", "op.key.pub", *options), expected)
    small = Path(scratch.waybill).with_name("waybill-verify")
    without = [option for option in options if option != "--reproduce"]
    if without == list(options):  # the small program says the same
        other = scratch.execute([str(small), name, "--key", "op.key.pub", *without])
        equal((other.status, other.out), (result.status, result.out))
    return result


def tool(scratch, *command, folder=None, stdin=b"", expected=0):
    return status(scratch.execute(list(map(str, command)), stdin=stdin, folder=folder), expected)


@case("a sealed case is valid, is recomputed octet for octet, and is never written to again")
def whole(scratch):
    out = sealed(scratch).out
    holds(out, "sealed:", "waybill verify case --key op.key.pub")
    holds(verify(scratch).out, "valid: unchanged since it was sealed on 20", "nothing else is there")
    holds(verify(scratch, "--reproduce").out, "reproduced: its packets")
    holds(status(scratch.run("analyze", "case"), 73).err, "is sealed")
    holds(status(scratch.run("verify", "case"), 2).out, "valid but untrusted key")
    equal(json.loads(status(scratch.run("report", "case", "--format", "json"), 0).out)["format"], "waybill-report")


@case("sha256sum and openssl alone verify a case: no tool of ours is needed")
def foreign(scratch):
    sealed(scratch)
    bag = scratch.folder / "case"
    tool(scratch, "sha256sum", "-c", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt", folder=bag)
    # As docs/commands/verify.md has it.
    script = """set -e
python3 -c 'import json,base64,sys; e=json.load(open("case/seal.dsse.json"))
open("payload","wb").write(base64.b64decode(e["payload"])); open("sig","wb").write(base64.b64decode(e["signatures"][0]["sig"]))'
(printf 'DSSEv1 28 application/vnd.in-toto+json %s ' "$(stat -c %s payload)"; cat payload) > signed
openssl pkeyutl -verify -pubin -inkey op.key.pub -rawin -in signed -sigfile sig
"""
    holds(tool(scratch, "bash", "-c", script).out, "Signature Verified Successfully")
    envelope = json.loads((bag / "seal.dsse.json").read_text())
    der = tool(scratch, "bash", "-c", "openssl pkey -pubin -in op.key.pub -outform DER | sha256sum").out
    equal(envelope["signatures"][0]["keyid"], der.split()[0])
    statement = json.loads(base64.b64decode(envelope["payload"]))
    equal((statement["_type"], statement["predicateType"]),
          ("https://in-toto.io/Statement/v1", "https://in-toto.io/attestation/runtime-trace/v0.1"))
    paths = {each["name"] for each in statement["subject"]}
    equal(paths, {str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file()} - {"seal.dsse.json", "fields.dsse.json"})
    hosts = {each["host"] for each in statement["predicate"]["monitorLog"]["network"]}
    equal({"api.example.com", "b.example.org"} <= hosts, True)


VERIFY = """
const fs = require('fs'), core = require(process.argv[2] + '/@sigstore/core');
const envelope = JSON.parse(fs.readFileSync('case/seal.dsse.json'));
const payload = Buffer.from(envelope.payload, 'base64');
const key = core.crypto.createPublicKey(fs.readFileSync('op.key.pub', 'utf8'));
const holds = each => core.crypto.verify(core.dsse.preAuthEncoding(envelope.payloadType, each), key,
                                         Buffer.from(envelope.signatures[0].sig, 'base64'));
const changed = Buffer.from(payload);
changed[100] ^= 1;
console.log(holds(payload), holds(changed));
"""


@case("a verifier of envelopes that others wrote (@sigstore/core) takes the seal, and not one of which a bit is flipped")
def sigstore(scratch):
    if shutil.which("npm") is None:
        raise Skip("npm is not installed; ./dev deps does that")
    sealed(scratch)
    scratch.write("verify.js", VERIFY)
    modules = installed(scratch.waybill, SOURCE / "tests/cli/sigstore")
    equal(tool(scratch, "node", "verify.js", modules).out, "true false\n")


POLICY = {"format": "waybill-policy/1", "id": "lab", "title": "Only api.example.com", "version": "2026-11-27", "default": "deny",
          "entries": [{"id": "api", "hosts": ["api.example.com"], "effect": "allow", "reason": "what the lab asked for"}]}


@case("a policy's verdict is sealed with the case, as a verification result that other tools read, and computed again")
def judged(scratch):
    ask = "curl -sm3 https://api.example.com/; curl -sm3 http://b.example.org/; true"
    status(scratch.sinkhole("sh", "-c", ask), 0)
    status(scratch.run("key", "new", "op.key"), 0)
    scratch.write("lab.json", json.dumps(POLICY))
    holds(status(scratch.run("seal", "case", "--key", "op.key", "--policy", "none"), 78).err, "no policy of this name")
    holds(status(scratch.run("seal", "case", "--key", "op.key", "--policy", "lab.json"), 0).out, "judged  by lab:", "1 allowed")
    holds(verify(scratch).out, "judged when it was sealed: data/verdict.json")
    verify(scratch, "--reproduce")
    bag = scratch.folder / "case"
    said = status(scratch.run("check", "case", "--policy", "lab.json", "--json"), 1).out
    equal((bag / "data/verdict.json").read_text(), said, "what check says")
    statement = json.loads(base64.b64decode(json.loads((bag / "verdict.dsse.json").read_text())["payload"]))
    equal(statement["predicateType"], "https://in-toto.io/attestation/svr/v0.2")
    predicate = statement["predicate"]
    equal(sorted(predicate), ["properties", "timeCreated", "verifier"])
    policy = predicate["verifier"]["policies"][0]
    digest = tool(scratch, "sha256sum", "lab.json").out.split()[0]
    equal((policy["name"], policy["uri"], policy["digest"]), ("lab", "data/policy.json", {"sha256": digest}))
    equal(predicate["properties"], ["WAYBILL_COMPLETE_CAPTURE"])
    equal({each["name"] for each in statement["subject"]},
          {str(path.relative_to(bag)) for path in (bag / "data").rglob("*") if path.is_file()})
    holds(status(scratch.run("seal", "case", "--key", "op.key", "--policy", "lab.json"), 64).err, "waybill check")
    status(scratch.run("key", "new", "reviewer.key"), 0)
    holds(status(scratch.run("seal", "case", "--key", "reviewer.key"), 0).out, "2 signatures")
    equal(len(json.loads((bag / "verdict.dsse.json").read_text())["signatures"]), 2)
    verify(scratch)


@case("a verdict is sealed that a policy's words give: each property stands only where it holds")
def properties(scratch):
    status(scratch.run("key", "new", "op.key"), 0)
    passed = ["WAYBILL_POLICY_PASSED", "WAYBILL_NO_DENIED_ENDPOINT", "WAYBILL_NO_UNDECLARED_ENDPOINT", "WAYBILL_COMPLETE_CAPTURE"]
    for number, (effect, properties) in enumerate((("allow", passed), ("review", passed[:2] + passed[3:]), ("deny", passed[3:]))):
        status(scratch.sinkhole("curl", "-sm3", "http://b.example.org/", options=("--case", f"case{number}")), 0)
        scratch.write("all.json", json.dumps({**POLICY, "default": effect, "entries": []}))
        status(scratch.run("seal", f"case{number}", "--key", "op.key", "--policy", "all.json"), 0)
        envelope = json.loads((scratch.folder / f"case{number}/verdict.dsse.json").read_text())
        equal(json.loads(base64.b64decode(envelope["payload"]))["predicate"]["properties"], properties, effect)


@case("a second person signs the same seal, and each is found by their key")
def two(scratch):
    sealed(scratch)
    status(scratch.run("key", "new", "reviewer.key"), 0)
    holds(status(scratch.run("seal", "case", "--key", "reviewer.key"), 0).out, "signed too by key", "2 signatures")
    holds(verify(scratch).out, "which is none that you named: not checked")
    out = verify(scratch, "--key", "reviewer.key.pub").out
    lacks(out, "not checked")
    holds(status(scratch.run("seal", "case", "--key", "op.key"), 0).out, "sealed already, and by this key")
    (scratch.folder / "case/data/run.json").write_text("{}")
    status(scratch.run("key", "new", "late.key"), 0)
    holds(status(scratch.run("seal", "case", "--key", "late.key"), 3).err, "data/run.json: was changed")


@case("changes on disk, of any kind and in any place, are found and named")
def attacked(scratch):
    sealed(scratch)
    bag = scratch.folder / "case"
    draw = random.Random(20261127)
    files = sorted(path for path in bag.rglob("*") if path.is_file())
    small = str(Path(scratch.waybill).with_name("waybill-verify"))
    for number in range(40):
        path = draw.choice(files)
        kind = draw.choice(("flip", "truncate", "extend", "swap", "rename", "link", "add"))
        before = path.read_bytes()
        named = str(path.relative_to(bag))
        other = draw.choice([each for each in files if each.read_bytes() != before])
        kept = other.read_bytes()
        if kind == "flip" and before:
            place = draw.randrange(len(before))
            path.write_bytes(before[:place] + bytes([before[place] ^ 1 << draw.randrange(8)]) + before[place + 1:])
        elif kind == "truncate" and before:
            path.write_bytes(before[:draw.randrange(len(before))])
        elif kind == "extend":
            path.write_bytes(before + b"x")
        elif kind == "swap":
            path.write_bytes(kept)
            other.write_bytes(before)
        elif kind == "rename":
            path.rename(path.with_name(path.name + ".old"))
        elif kind == "link":
            path.rename(scratch.folder / "aside")
            path.symlink_to(scratch.folder / "aside")
        else:
            kind = "add"
            path.with_name("added").write_bytes(b"x")
            named = str(path.with_name("added").relative_to(bag))
        result = scratch.execute([small, "case", "--key", "op.key.pub"])
        equal((kind, named, result.status), (kind, named, 3))
        holds(result.out, named)
        for added in (path.with_name(path.name + ".old"), path.with_name("added")):
            added.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(before)
        other.write_bytes(kept)
    verify(scratch)


@case("a time-stamp by an authority of one's own is kept and verified, and one of another seal is not")
def stamped(scratch):
    sealed(scratch)
    tsa = """set -e
mkdir tsa; cd tsa
openssl req -x509 -newkey ed25519 -nodes -keyout root.key -out root.pem -days 2 -subj /CN=root 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=authority 2>/dev/null
printf 'extendedKeyUsage=critical,timeStamping\\n' > ext
openssl x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile ext -out tsa.pem 2>/dev/null
echo 01 > serial
cat > tsa.cnf <<'END'
[tsa]
default_tsa = t
[t]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
END
"""
    tool(scratch, "bash", "-c", tsa)
    holds(status(scratch.run("seal", "case", "--timestamp-request", "r.tsq"), 0).out, "--timestamp-response")
    tool(scratch, "openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "../r.tsq", "-out", "../r.tsr",
         folder=scratch.folder / "tsa")
    holds(status(scratch.run("seal", "case", "--timestamp-response", "r.tsr"), 0).out, "time-stamped 20")
    holds(verify(scratch).out, "by an authority that was not checked")
    lacks(verify(scratch, "--timestamp-roots", "tsa/root.pem").out, "not checked")
    holds(verify(scratch, "--timestamp-roots", "tsa/tsa.csr", expected=3).out, "holds no certificate")
    tool(scratch, "bash", "-c", "openssl req -x509 -newkey ed25519 -nodes -keyout o.key -out o.pem -subj /CN=other 2>/dev/null")
    holds(verify(scratch, "--timestamp-roots", "o.pem", expected=3).out, "seal.dsse.json.tsr: is signed by no authority")
    tool(scratch, "openssl", "ts", "-verify", "-data", "case/seal.dsse.json", "-in", "case/seal.dsse.json.tsr", "-CAfile",
         "tsa/root.pem")
    sealed(scratch, "second")
    shutil.copy(scratch.folder / "case/seal.dsse.json.tsr", scratch.folder / "second/seal.dsse.json.tsr")
    holds(verify(scratch, expected=3, name="second").out, "is a time-stamp of something else")
    holds(status(scratch.run("seal", "second", "--timestamp-response", "r.tsr"), 65).err, "of something else")


@case("custody is noted behind what was noted before, sealed with it, and told by verify")
def custody(scratch):
    status(scratch.sinkhole("true"), 0)
    status(scratch.run("key", "new", "op.key"), 0)
    holds(status(scratch.run("custody", "add", "case", "recorded in the lab", "--by", "Ana"), 0).out, "Ana  recorded")
    status(scratch.run("seal", "case", "--key", "op.key"), 0)
    status(scratch.run("custody", "add", "case", "handed to the auditor", "--key", "op.key"), 0)
    holds(verify(scratch).out, "custody: 2 entries in one chain, 1 sealed")
    out = status(scratch.run("custody", "list", "case"), 0).out.splitlines()
    equal(len(out), 2)
    holds(out[1], "handed to the auditor", "signed")
    holds(status(scratch.run("custody", "add", "case", "two\nlines"), 64).err, "text that shows")
    path = scratch.folder / "case/custody.ndjson"
    lines = path.read_text().splitlines(keepends=True)
    equal(json.loads(lines[1])["seal"] is not None, True)
    path.write_text(lines[0].replace("lab", "bar") + lines[1])
    holds(verify(scratch, expected=3).out, "custody.ndjson, line 2: it does not follow the line before")
    holds(status(scratch.run("custody", "add", "case", "x"), 3).err, "custody.ndjson, line 2")


@case("what is recorded is tied to checkpoints as it is written, signed where a key is given, and nothing of it can be changed")
def checkpoints(scratch):
    status(scratch.run("key", "new", "op.key"), 0)
    ask = "curl -sm3 https://api.example.com/; sleep 1.5; curl -sm3 https://b.example.org/; true"
    status(scratch.sinkhole("sh", "-c", ask, options=("--key", "op.key")), 0)
    out = verify(scratch, expected=2).out
    holds(out, "not sealed", "recorded with 2 checkpoints in one chain, signed by a key that you named")
    lacks(out, "broke off", "came after")
    holds(status(scratch.run("verify", "case"), 2).out, "signed by no key that you named")
    data = scratch.folder / "case/data"
    packets = (data / "packets-0001.pcapng").read_bytes()
    (data / "packets-0001.pcapng").write_bytes(packets[:700] + bytes([packets[700] ^ 1]) + packets[701:])
    holds(verify(scratch, expected=3).out, "data/packets-0001.pcapng: is not what was recorded: its first")
    holds(status(scratch.run("seal", "case", "--key", "op.key"), 3).err, "it is not what was recorded")
    (data / "packets-0001.pcapng").write_bytes(packets)
    lines = (data / "checkpoints.ndjson").read_text().splitlines(keepends=True)
    (data / "checkpoints.ndjson").write_text(lines[0].replace('"end":false', '"end":true') + lines[1])
    holds(verify(scratch, expected=3).out, "checkpoints.ndjson, line 2: it does not follow")
    (data / "checkpoints.ndjson").write_text("".join(lines))
    status(scratch.run("seal", "case", "--key", "op.key"), 0)
    holds(verify(scratch).out, "recorded with 2 checkpoints")


@case("a recording that is killed leaves a prefix that its checkpoints show to be whole")
def killed(scratch):
    status(scratch.run("key", "new", "op.key"), 0)
    run = subprocess.Popen([scratch.waybill, "run", "--network", "sinkhole", "--key", "op.key", "--case", "case", "--", "sh", "-c",
                            "for i in $(seq 100); do curl -sm3 https://a$i.example.com/; sleep .1; done"], cwd=scratch.folder,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    path = scratch.folder / "case/data/checkpoints.ndjson"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (not path.exists() or path.read_text().count("\n") < 2):
        time.sleep(.05)
    run.kill()
    run.wait()
    lines = path.read_text().count("\n")
    while time.monotonic() < deadline and path.read_text().count("\n") == lines:
        time.sleep(.05)  # the keeper's last look
    holds(verify(scratch, expected=2).out, "signed by a key that you named; it broke off")
    status(scratch.run("analyze", "case"), 2)
    status(scratch.run("seal", "case", "--key", "op.key"), 0)
    holds(verify(scratch, "--reproduce").out, "it broke off", "reproduced")


@case("HOME of the run is moved out before a case is sealed, and what else stands there is refused")
def place(scratch):
    status(scratch.sinkhole("sh", "-c", "echo secret > $HOME/token", options=("--fresh-home",)), 0)
    status(scratch.run("key", "new", "op.key"), 0)
    scratch.write("case/notes.txt", "x")
    holds(status(scratch.run("seal", "case", "--key", "op.key"), 73).err, "notes.txt: is no part of a case")
    (scratch.folder / "case/notes.txt").unlink()
    (scratch.folder / "case/data/link").symlink_to("/etc/passwd")
    holds(status(scratch.run("seal", "case", "--key", "op.key"), 65).err, "data/link: it is no regular file")
    (scratch.folder / "case/data/link").unlink()
    holds(status(scratch.run("seal", "case", "--key", "op.key"), 0).out, "case-home")
    equal((scratch.folder / "case-home/token").read_text(), "secret\n")
    verify(scratch)


@case("results that are not what the recording gives are not sealed")
def stale(scratch):
    status(scratch.sinkhole("true"), 0)
    status(scratch.run("key", "new", "op.key"), 0)
    path = scratch.folder / "case/data/events.ndjson"
    path.write_text(path.read_text().replace('"capture"', '"other"'))
    holds(status(scratch.run("seal", "case", "--key", "op.key"), 65).err, "data/events.ndjson: line", "waybill analyze")
    status(scratch.run("analyze", "case"), 0)
    status(scratch.run("seal", "case", "--key", "op.key"), 0)
    verify(scratch, "--reproduce")


@case("a key that others may read, or that is none, seals nothing, and no key is overwritten")
def keys(scratch):
    status(scratch.sinkhole("true"), 0)
    out = status(scratch.run("key", "new", "op.key"), 0).out
    holds(out, "op.key.pub", "keep it")
    equal(oct((scratch.folder / "op.key").stat().st_mode & 0o777), "0o600")
    holds(status(scratch.run("key", "new", "op.key"), 73).err, "is there")
    (scratch.folder / "op.key").chmod(0o644)
    holds(status(scratch.run("seal", "case", "--key", "op.key"), 66).err, "chmod 600")
    (scratch.folder / "op.key").chmod(0o600)
    os.chmod(scratch.folder / "op.key.pub", 0o600)
    holds(status(scratch.run("seal", "case", "--key", "op.key.pub"), 65).err, "name the private one")
    holds(status(scratch.run("verify", "case", "--key", "op.key"), 66).err, "name the public one")
    holds(status(scratch.run("seal", "case"), 64).err, "--key")
    holds(status(scratch.run("verify", "nowhere", "--key", "op.key.pub"), 66).err, "nowhere")
    holds(status(scratch.run("verify", "case", "--key", "op.key.pub"), 2).out, "not sealed: nothing says")


main(sinkhole=True)
