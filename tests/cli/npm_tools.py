"""Programs from npm that tests hold Waybill against, each in a folder with its lock file."""

import fcntl
import shutil
import subprocess
from pathlib import Path

from waybill_test import Skip


def installed(waybill, pinned):
    """The node_modules of what the lock file in `pinned` has; installed anew when that has changed."""
    tools = Path(waybill).parent / "test-tools" / pinned.name
    tools.mkdir(parents=True, exist_ok=True)
    with open(tools / ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done, wanted = tools / "installed.json", (pinned / "package-lock.json").read_text(encoding="utf-8")
        if not done.exists() or done.read_text(encoding="utf-8") != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(pinned / name, tools)
            made = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=tools, check=False,
                                  capture_output=True, timeout=240)
            if made.returncode != 0:
                raise Skip(f"npm cannot install {pinned.name}: " + made.stderr.decode(errors="replace").strip()[-300:])
            done.write_text(wanted, encoding="utf-8")
    return tools / "node_modules"
