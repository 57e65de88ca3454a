"""docs/evidence.md: its commands run as they stand there, in the sinkhole and with others' tools."""

import os
import shutil
import subprocess

from pages import script
from waybill_test import SOURCE, Skip, case, equal, holds, lacks, main


@case("every command of the page ends as the page says, and the share has no name that was to be replaced")
def page(scratch):
    for tool in ("openssl", "tshark", "curl"):
        if shutil.which(tool) is None:
            raise Skip(f"{tool} is not installed; ./dev deps does that")
    (scratch.folder / "bin").mkdir()
    (scratch.folder / "bin/waybill").symlink_to(scratch.waybill)
    scratch.write("page.sh", "set -u\n" + "".join(script(SOURCE / "docs/evidence.md")))
    environment = {**os.environ, "PATH": f"{scratch.folder}/bin:{os.environ['PATH']}", "TERM": "dumb",
                   "XDG_STATE_HOME": str(scratch.folder / "state"), "XDG_CONFIG_HOME": str(scratch.folder / "no-configuration")}
    ended = subprocess.run(["bash", "page.sh"], cwd=scratch.folder, env=environment, capture_output=True, text=True,
                           timeout=280, check=False)
    equal(ended.returncode, 0, ended.stdout + ended.stderr)
    share = "".join(path.read_text() for path in (scratch.folder / "share").rglob("*") if path.is_file())
    lacks(share, "acme.example", str(scratch.folder))
    holds(share, "plain.example", ".redacted")


main(sinkhole=True)
