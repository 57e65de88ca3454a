"""waybill redact: a share of a sealed case, in which names were replaced."""

import json
from pathlib import Path

from waybill_test import case, equal, holds, lacks, main, status


def sealed(scratch):
    ask = "curl -sm3 https://vpn.acme.example/; curl -sm3 https://api.other.example/; true"
    status(scratch.sinkhole("sh", "-c", ask), 0)
    status(scratch.run("key", "new", "op.key"), 0)
    status(scratch.run("seal", "case", "--key", "op.key"), 0)


def everything(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()).decode()


@case("a share says all but what was chosen, holds neither packets nor owners, and is tied to the seal")
def shared(scratch):
    sealed(scratch)
    out = status(scratch.run("redact", "case", "-o", "share", "--host", "*.acme.example", "--path", scratch.folder,
                             "--word", "curl"), 0).out
    holds(out, "fields replaced", "waybill verify share --key")
    share = scratch.folder / "share"
    equal(sorted(str(path.relative_to(share)) for path in share.rglob("*") if path.is_file()),
          ["data/events.ndjson", "data/report.json", "events.fields", "fields.dsse.json", "report.fields"])
    text = everything(share)
    lacks(text, "acme.example", str(scratch.folder), '"curl"')
    holds(text, "api.other.example", ".redacted")
    names = {contact["endpoint"]["host"] for contact in json.loads((share / "data/report.json").read_text())["contacts"]}
    equal(sorted(name and name.startswith("h-") and name.endswith(".redacted") or name == "api.other.example" for name in names if name),
          [True] * len([name for name in names if name]))
    verified = status(scratch.run("verify", "share", "--key", "op.key.pub"), 0).out
    holds(verified, "valid: a share of a sealed case", "replaced", "cannot be reproduced")
    holds(status(scratch.run("verify", "share"), 2).out, "valid but untrusted key")
    small = Path(scratch.waybill).with_name("waybill-verify")
    equal(scratch.execute([str(small), "share", "--key", "op.key.pub"]).out, verified)
    events = share / "data/events.ndjson"
    events.write_text(events.read_text().replace('"host":"api.other.example"', '"host":"api.other.invalid"', 1))
    holds(status(scratch.run("verify", "share", "--key", "op.key.pub"), 3).out, "data/events.ndjson: is not what was sealed")


@case("the case's holder opens one field, which verify holds against the share")
def opened(scratch):
    sealed(scratch)
    status(scratch.run("redact", "case", "-o", "share", "--host", "vpn.acme.example"), 0)
    report = scratch.case_json("report.json")
    number = next(i for i, each in enumerate(report["contacts"]) if each["endpoint"]["host"] == "vpn.acme.example")
    out = status(scratch.run("redact", "case", "--open", f"report:contacts/{number}/endpoint/host"), 0).out
    equal(json.loads(out)["value"], "vpn.acme.example")
    scratch.write("opened.json", out)
    holds(status(scratch.run("verify", "share", "--key", "op.key.pub", "--opened", "opened.json"), 0).out,
          "opened.json: is what was sealed at its place")
    scratch.write("lie.json", out.replace("vpn.acme.example", "www.acme.example"))
    holds(status(scratch.run("verify", "share", "--key", "op.key.pub", "--opened", "lie.json"), 3).out, "is something else")
    holds(status(scratch.run("redact", "case", "--open", "report:nothing"), 64).err, "events:12/endpoint/host")


@case("two shares of one case have the same pseudonyms, and what cannot be shared is told")
def same(scratch):
    sealed(scratch)
    for name in ("one", "two"):
        status(scratch.run("redact", "case", "-o", name, "--host", "*.example", "--address", "198.18.0.0/15"), 0)
    equal(everything(scratch.folder / "one"), everything(scratch.folder / "two"))
    lacks(everything(scratch.folder / "one"), '.example"', '"198.18.')
    holds(status(scratch.run("redact", "case", "-o", "one", "--host", "x.example"), 73).err, "not empty")
    holds(status(scratch.run("redact", "case", "-o", "three", "--host", "*"), 64).err, "--host")
    holds(status(scratch.run("redact", "case", "-o", "three", "--path", "home"), 64).err, "--path")
    holds(status(scratch.run("redact", "case"), 64).err, "-o DIR")
    (scratch.folder / "case/data/run.json").write_text("{}")
    holds(status(scratch.run("redact", "case", "-o", "three"), 3).err, "data/run.json: was changed")


main(sinkhole=True)
