"""Configurations of a user, and runs that read them."""

import json

from waybill_test import equal, holds, status

NO_SUDO = {"SUDO_UID": None, "SUDO_GID": None, "SUDO_USER": None}


def configured(scratch, text, folder="config"):
    place = scratch.folder / folder / "waybill"
    place.mkdir(parents=True)
    file = place / "config.json"
    file.write_text(text)
    file.chmod(0o600)
    return file


def says(**run):
    return json.dumps({"version": 1, "run": run})


def run(scratch, *arguments, environment=None):
    """Runs waybill with a home and a folder of configurations in the scratch folder, without sudo."""
    own = {**NO_SUDO, "HOME": str(scratch.folder), "XDG_CONFIG_HOME": str(scratch.folder / "config"), **(environment or {})}
    return scratch.run("run", "--case", "case", *arguments, environment=own)


def ran_in(scratch, mode, source):
    told = scratch.case_json("run.json")
    equal((told["network"], told["network_from"]), (mode, source), "run.json")


def did_not_run(scratch, result, expected, *words):
    holds(status(result, expected).err, *words)
    for name in ("ran", "case"):
        equal((scratch.folder / name).exists(), False, name)
