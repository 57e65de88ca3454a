"""The package that an interpreter runs: digests of its whole tree at the start and at the end, and a finding of what changed."""

import json
import subprocess
import time

from waybill_test import case, equal, holds, lacks, main, status

# As docs/formats/owners.md has it.
AGAIN = r"""{ find . -name __pycache__ -prune -o -path '*node_modules/.cache' -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0r sha256sum
  find . -name __pycache__ -prune -o -path '*node_modules/.cache' -prune -o -type l -printf '%P -> %l\n' | LC_ALL=C sort; } | sha256sum
"""
TOOL = "lib/node_modules/tool"


def package(scratch, script):
    (scratch.folder / TOOL / "node_modules/dep").mkdir(parents=True)
    scratch.write(f"{TOOL}/package.json", json.dumps({"name": "tool", "version": "1.2.3"}))
    scratch.write(f"{TOOL}/cli.sh", script)
    scratch.write(f"{TOOL}/node_modules/dep/index.js", "1\n")
    (scratch.folder / TOOL / "link").symlink_to("cli.sh")


def again(scratch):
    shell = subprocess.run(["bash", "-c", AGAIN], cwd=scratch.folder / TOOL, capture_output=True, text=True, check=True)
    return shell.stdout.split()[0]


def report(scratch):
    return json.loads((scratch.folder / "case/data/report.json").read_text())


@case("the tree of what an interpreter runs has one digest at the start and the end, which sha256sum gives again")
def unchanged(scratch):
    package(scratch, "curl -sm3 https://api.example.com/; true\n")
    result = status(scratch.sinkhole("sh", f"{TOOL}/cli.sh"), 0)
    lacks(result.err, "Changed while it ran")
    trees = report(scratch)["package_trees"]
    equal([(tree["package"], tree["change_count"]) for tree in trees], [({"name": "tool", "version": "1.2.3"}, 0)])
    equal((trees[0]["root"], trees[0]["start"]["files"], trees[0]["start"]["links"]), (str(scratch.folder / TOOL), 3, 1))
    equal((trees[0]["start"]["unread"], trees[0]["end"]["unread"]), (0, 0))
    equal({trees[0]["start"]["sha256"], trees[0]["end"]["sha256"]}, {again(scratch)})
    equal(report(scratch)["findings"], [])


@case("a dependency that is exchanged while the tool runs is a finding, in every report, and --fail-on-findings ends with 1")
def changed(scratch):
    package(scratch, f"curl -sm3 https://api.example.com/; sleep 1; echo 2 > {TOOL}/node_modules/dep/index.js; echo > {TOOL}/new; true\n")
    before = again(scratch)
    result = status(scratch.sinkhole("sh", f"{TOOL}/cli.sh", options=("--fail-on-findings",)), 1)
    sentence = "is not what it was when it began: 2 files differ: new (added), node_modules/dep/index.js (changed)"
    holds(" ".join(result.err.replace("│", " ").split()), "Changed while it ran", sentence)
    found = report(scratch)
    equal([tree["start"]["sha256"] for tree in found["package_trees"]], [before])
    equal([tree["end"]["sha256"] for tree in found["package_trees"]], [again(scratch)])
    finding = found["findings"][0]
    equal((finding["id"], finding["package_tree"], finding["variable"]), ("package-changed", 0, None))
    hosts = {each["id"]: each["endpoint"]["host"] for each in found["contacts"]}
    equal("api.example.com" in {hosts[each] for each in finding["contacts"]}, False, "curl is no part of the package")
    for form in ("html", "markdown", "sarif"):
        holds(status(scratch.run("report", "case", "--format", form), 0).out, "2 files differ")


@case("a recording that is killed has the tree as it was at the start")
def killed(scratch):
    package(scratch, "sleep 30\n")
    process = subprocess.Popen([scratch.waybill, "run", "--network", "sinkhole", "--case", "case", "--", "sh", f"{TOOL}/cli.sh"], cwd=scratch.folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    owners = scratch.folder / "case/data/owners.ndjson"
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not (owners.exists() and '"package-tree"' in owners.read_text()):
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait(30)
    status(scratch.run("analyze", "case"), 2)
    trees = report(scratch)["package_trees"]
    equal([(tree["start"]["sha256"], tree["start"]["unread"]) for tree in trees], [(again(scratch), 0)])


main(sinkhole=True)
