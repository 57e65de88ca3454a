"""waybill run: how it ends."""

import os
import signal
import subprocess
import time

from waybill_test import SINKHOLE, case, equal, holds, main, python, status


@case("without --network it ends with 64 and explains the choices, before anything is run")
def no_network(scratch):
    nothing = {"XDG_CONFIG_HOME": str(scratch.folder), "SUDO_UID": None}
    result = status(scratch.run("run", "--case", "case", "--", "touch", "ran", environment=nothing), 64)
    holds(result.err, "--network sinkhole", "--network isolated", "--network host", "nothing leaves this machine")
    assert not (scratch.folder / "ran").exists()
    assert not (scratch.folder / "case").exists()


@case("an unknown option, mode or no command at all end with 64")
def usage(scratch):
    for arguments in (["run", "--network", "sinkhole"], [*SINKHOLE, "--no-such", "--", "true"],
                      ["run", "--network", "moon", "--", "true"], [*SINKHOLE, "--keep", "half", "--", "true"],
                      [*SINKHOLE, "--linger", "-1", "--", "true"]):
        result = status(scratch.run(*arguments), 64)
        controls = [character for character in result.err if ord(character) < 32 and character != "\n"]
        equal(controls, [], f"control characters of {arguments}")


@case("a word that means no network ends with 64 and says which words do")
def unknown_network(scratch):
    result = status(scratch.run("run", "--network", "moon", "--", "touch", "ran"), 64)
    holds(result.err, "moon is not one of: ", "sinkhole", "isolated", "host")
    assert not (scratch.folder / "ran").exists()


@case("a signal that comes while a run begins ends it, whenever that is: by itself, before the command, or by the command's end")
def signalled_early(scratch):
    modes = ("sinkhole", "host") if os.geteuid() == 0 else ("sinkhole",)
    began = set()
    for mode in modes:
        for number in range(12):
            case, place = scratch.folder / f"{mode}-{number}", scratch.folder / f"began-{mode}-{number}"
            command = [scratch.waybill, "run", "--network", mode, "--case", str(case), "--", "sh", "-c",
                       f"touch {place}; exec sleep 60"]
            run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=scratch.folder)
            scratch.running.append(run)
            time.sleep(number * number * 0.004)
            while number == 11 and run.poll() is None and not place.exists():  # however slow this machine is
                time.sleep(0.01)
            run.send_signal(signal.SIGTERM)
            said = run.communicate(timeout=30)[1].decode()
            what = f"{mode}, {number}: {run.returncode}, {said}"
            assert run.returncode in (77, 128 + signal.SIGTERM, -signal.SIGTERM), what
            if run.returncode == 77:
                holds(said, "signal 15 came before the command began: it was not run")
                assert not place.exists() and not case.exists(), what
            began.add(place.exists())
    equal(began, {True, False}, "some commands had begun by then, and some not")


@case("the command's own status is passed on, and 128 + n for a signal")
def passed_on(scratch):
    for number, (command, expected) in enumerate(((["true"], 0), (["sh", "-c", "exit 3"], 3), (["sh", "-c", "exit 255"], 255),
                                                  (["sh", "-c", "kill -9 $$"], 137), (["sh", "-c", "kill -TERM $$"], 143))):
        place = f"case{number}"
        status(scratch.sinkhole(*command, options=("--case", place)), expected)
        end = scratch.case_json("run.json", place)["exit"]
        equal(end["signal"], expected - 128 if expected in (137, 143) else 0, str(command))
        equal(end["code"], expected, str(command))


@case("a command that is not found ends with 127, one that cannot be executed with 126; both are named")
def not_executed(scratch):
    holds(status(scratch.sinkhole("no-such-command-here"), 127).err, "no-such-command-here")
    plain = scratch.write("plain.txt", "words")
    result = status(scratch.sinkhole(str(plain), options=("--case", "other")), 126)
    holds(result.err, "plain.txt", "Permission denied")


@case("a folder that is there and not empty ends with 73, and the command does not run")
def case_exists(scratch):
    (scratch.folder / "case").mkdir()
    scratch.write("case/mine.txt", "mine")
    result = status(scratch.sinkhole("touch", "ran"), 73)
    holds(result.err, "case", "--case")
    assert not (scratch.folder / "ran").exists()
    equal([path.name for path in (scratch.folder / "case").iterdir()], ["mine.txt"])


@case("a case that cannot be made ends with 73")
def case_below_a_file(scratch):
    scratch.write("file", "")
    status(scratch.sinkhole("true", options=("--case", "file/case")), 73)


@case("a bad rule pack ends with 78 before the command runs")
def bad_rules(scratch):
    (scratch.folder / "packs").mkdir()
    scratch.write("packs/broken.json", "{")
    holds(status(scratch.sinkhole("touch", "ran", options=("--rules", "packs")), 78).err, "broken.json")
    assert not (scratch.folder / "ran").exists()


@case("a report that cannot be delivered ends with 125 whatever the command's status, and the case has it all the same")
def not_delivered(scratch):
    quiet = python("raise SystemExit(3)")
    script = 'exec "$@" >/dev/full'
    result = scratch.execute(["sh", "-c", script, "sh", scratch.waybill, *SINKHOLE, "--case", "one", "--json", "--", *quiet])
    holds(status(result, 125).err, "waybill: ", "No space left on device")
    result = scratch.sinkhole(*quiet, options=("--case", "two", "--report-file", "absent/report.txt"))
    holds(status(result, 125).err, "absent/report.txt", "No such file or directory")
    for place in ("one", "two"):
        equal(scratch.case_json("run.json", place)["exit"]["code"], 3)
        equal(scratch.case_json("report.json", place)["contacts"], [])


@case("--fail-on-findings ends with 1 for an endpoint without a cited purpose, else as the command does")
def fail_on_findings(scratch):
    connect = python("import socket; socket.create_connection(('198.51.100.7', 443), 30); raise SystemExit(4)")
    status(scratch.sinkhole(*connect, options=("--case", "one")), 4)
    status(scratch.sinkhole(*connect, options=("--case", "two", "--fail-on-findings")), 1)
    status(scratch.sinkhole("sh", "-c", "exit 3", options=("--case", "three", "--fail-on-findings")), 3)


@case("processes that the command leaves behind are ended after --linger, and counted")
def leftover(scratch):
    result = status(scratch.sinkhole("sh", "-c", "sleep 300 & exit 0", options=("--linger", "1s"), timeout=60), 0)
    holds(result.err, "ended by Waybill after the command had ended")


main(sinkhole=True)
