"""waybill run: what the user's configuration says where the command line does not."""

import os

from configurations import NO_SUDO, configured, did_not_run, ran_in, run, says
from waybill_test import case, equal, holds, lacks, main, status


@case("the mode stands in the configuration: the first line says so and from which file, and run.json whose choice it was")
def mode(scratch):
    file = configured(scratch, says(network="sinkhole"))
    result = status(run(scratch, "--", "true"), 0)
    holds(result.err.splitlines()[0], f"network: sinkhole (from {file}) · nothing can leave this machine · HOME is yours")
    ran_in(scratch, "sinkhole", "configuration")


@case("without XDG_CONFIG_HOME, or with one that is no absolute path, it is the file below ~/.config")
def below_home(scratch):
    file = configured(scratch, says(network="sinkhole"), folder=".config")
    for number, folder in enumerate((None, "config")):
        environment = {**NO_SUDO, "HOME": str(scratch.folder), "XDG_CONFIG_HOME": folder}
        result = status(scratch.run("run", "--case", f"case{number}", "--", "true", environment=environment), 0)
        holds(result.err.splitlines()[0], f"(from {file})")


@case("--network wins, and then the file is not even read")
def option_wins(scratch):
    configured(scratch, "no JSON")
    result = status(run(scratch, "--network", "sinkhole", "--", "true"), 0)
    lacks(result.err, "config.json")
    ran_in(scratch, "sinkhole", "command-line")


@case("where neither the command line nor the configuration has a mode it ends with 64 and says what to write, and where")
def neither(scratch):
    file = scratch.folder / "config/waybill/config.json"
    advice = ("run needs --network", "--network sinkhole", str(file), '{"version": 1, "run": {"network": "sinkhole"}}')
    did_not_run(scratch, run(scratch, "--", "touch", "ran"), 64, *advice)
    configured(scratch, says(uplink="pasta"))
    did_not_run(scratch, run(scratch, "--", "touch", "ran"), 64, *advice)
    lacks(run(scratch, "--", "true", environment={"HOME": None, "XDG_CONFIG_HOME": None}).err, "config.json")


@case("in a home that the caller may not look into, of another user for one, there is no configuration of the caller's")
def home_of_another(scratch):
    configured(scratch, says(network="sinkhole"), folder="closed/.config")
    closed = scratch.folder / "closed"
    closed.chmod(0)
    environment = {**NO_SUDO, "HOME": str(closed), "XDG_CONFIG_HOME": None}
    result = scratch.run("run", "--case", "case", "--", "true", environment=environment)
    closed.chmod(0o700)
    equal(result.status, 0 if os.geteuid() == 0 else 64, result.err)  # root may look everywhere


@case("a configuration that is not understood ends with 65, names file, place, what is wrong and what to write, and nothing runs")
def not_understood(scratch):
    file = configured(scratch, "")
    for text, words in (("{", "it is not JSON: line 1, column 2"),
                        ('{"version": 2}', "version: it must be 1"),
                        (says(network="moon"), 'run.network: it must be "sinkhole", "isolated" or "host", and is "moon"'),
                        (says(netwrok="host"), 'run.netwrok: there is no such member; write "network" or "uplink"'),
                        (says(network="\u001b[31mred"), 'and is "\\x1b[31mred"')):
        file.write_text(text)
        did_not_run(scratch, run(scratch, "--", "touch", "ran"), 65, f"{file}: ", words)


@case("a configuration that others may write to, or that is no file, ends with 66 and says why it is not followed")
def not_trusted(scratch):
    file = configured(scratch, says(network="sinkhole"))
    for permissions in (0o620, 0o666):
        file.chmod(permissions)
        did_not_run(scratch, run(scratch, "--", "touch", "ran"), 66, f"{file}: others may write to it (mode {permissions:04o})",
                    "chmod go-w")
    file.unlink()
    file.mkdir()
    did_not_run(scratch, run(scratch, "--", "touch", "ran"), 66, f"{file}: no regular file")


@case("an uplink of the configuration is that of an isolated network, and of no other mode")
def uplink(scratch):
    file = configured(scratch, says(uplink="slirp4netns"))
    lacks(status(run(scratch, "--network", "sinkhole", "--", "true"), 0).err, "slirp4netns")
    empty = scratch.folder / "empty"
    empty.mkdir()
    tried = scratch.run("run", "--network", "isolated", "--case", "isolated", "--", "touch", "ran", environment={
        **NO_SUDO, "XDG_CONFIG_HOME": str(scratch.folder / "config"), "PATH": str(empty)})
    holds(status(tried, 77).err.splitlines()[0], f"uplink: slirp4netns (from {file})")
    equal((scratch.folder / "ran").exists(), False)


main(sinkhole=True)
