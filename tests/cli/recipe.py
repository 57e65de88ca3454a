"""`waybill run --recipe`: what a recipe says is done, what the command line says wins, and what fails is told."""

import hashlib
import json
import os
import signal
import subprocess
import time

from waybill_test import PYTHON, case, equal, holds, lacks, main, status

SHOW = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv[1:], open(os.path.expanduser('~/.tool/a.json')).read()]))"


def write(scratch, name="recipe.json", **members):
    return scratch.write(name, json.dumps({"format": "waybill-recipe/1", "name": "a recipe", **members}))


def follow(scratch, *options, place="case", **others):
    return scratch.run("run", "--recipe", "recipe.json", "--case", place, *options, **others)


@case("a recipe says command, network, HOME, files, environment and arguments, and becomes part of the case")
def followed(scratch):
    file = write(scratch, command=[PYTHON, "-c", SHOW, "one"], network="sinkhole", home="fresh", clean_environment=True,
                 environment={"SET": "by recipe", "EMPTY": ""}, arguments=["", "--two"], account="none",
                 files=[{"path": ".tool/a.json", "json": {"a": [1]}}, {"path": "b/c", "text": "two\nlines"}])
    result = status(follow(scratch, environment={"SECRET": "x"}), 0)
    environment, arguments, settings = json.loads(result.out)
    equal((environment["SET"], environment["EMPTY"], environment.get("SECRET")), ("by recipe", "", None))
    equal(environment["HOME"], str(scratch.folder / "case/home"))
    equal(arguments, ["one", "", "--two"])
    equal(json.loads(settings), {"a": [1]})
    equal((scratch.folder / "case/home/b/c").read_text(), "two\nlines")
    equal((scratch.folder / "case/home/b/c").stat().st_mode & 0o777, 0o600)
    equal((scratch.folder / "case/data/recipe.json").read_bytes(), file.read_bytes())
    run = scratch.case_json("run.json")
    equal((run["network_from"], run["fresh_home"], run["clean_environment"]), ("recipe", True, True))
    equal(run["set_environment"], ["EMPTY", "SET"])
    told = {"name": "a recipe", "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "account": "none",
            "environment": [{"name": "SET", "value": "by recipe"}, {"name": "EMPTY", "value": ""}], "steps": [],
            "failure": None}
    equal(run["recipe"], told)
    equal(scratch.case_json("report.json")["run"]["recipe"], told)


@case("what the command line says wins, and of --env the case keeps names alone")
def command_line_wins(scratch):
    write(scratch, command=["false"], network="host", environment={"A": "recipe", "B": "recipe"}, arguments=["extra"],
          timeout="1ms", linger="60s")
    code = "import os, sys; print(os.environ['A'], os.environ['B'], os.environ['C'], *sys.argv[1:])"
    result = status(follow(scratch, "--network", "sinkhole", "--env", "B=line", "--env", "C=secret=value", "--timeout", "60s",
                           "--linger", "0", "--", PYTHON, "-c", code), 0)
    equal(result.out, "recipe line secret=value extra\n")
    run = scratch.case_json("run.json")
    equal((run["network"], run["network_from"], run["set_environment"]), ("sinkhole", "command-line", ["A", "B", "C"]))
    equal(run["timeout"], {"limit_ms": 60000, "reached": False})
    for path in (scratch.folder / "case/data").rglob("*"):
        if path.is_file():
            equal(b"secret=value" in path.read_bytes(), False, str(path))


@case("--env needs no recipe, and can name a proxy, which the report then knows")
def variables(scratch):
    result = status(scratch.sinkhole("sh", "-c", "echo $HTTPS_PROXY $A", options=("--env", "HTTPS_PROXY=http://u:p@127.0.0.1:8", "--env", "A=")), 0)
    equal(result.out, "http://u:p@127.0.0.1:8\n")
    proxies = scratch.case_json("run.json")["proxies"]["variables"]
    equal([(each["variable"], each["host"], each["port"]) for each in proxies], [("HTTPS_PROXY", "127.0.0.1", 8)])
    for wrong in ("A", "=x", "WAYBILL_MARK=x"):
        holds(status(scratch.sinkhole("true", options=("--env", wrong, "no case")), 64).err, "--env")
    holds(status(scratch.sinkhole("true", options=("--fresh-home", "--env", "HOME=/")), 64).err, "HOME", "fresh HOME")
    equal((scratch.folder / "case/data/run.json").exists(), True)


@case("set_up and clean_up run in the command's HOME and environment, without input, and their output goes to stderr")
def before_and_after(scratch):
    write(scratch, network="sinkhole", home="fresh", environment={"WHO": "me"},
          set_up=[["sh", "-c", "echo to-stdout $WHO; cat; tty; cp -r \"$HOME\"/in \"$HOME\"/prepared"], ["sh", "-c", "id -u >> ~/prepared"]],
          files=[{"path": "in", "text": "from file\n"}], command=["sh", "-c", "cat ~/prepared; exit 5"],
          clean_up=[["false"], ["sh", "-c", "rm ~/prepared; echo cleaned"]])
    result = status(follow(scratch, stdin=b"typed by the caller"), 5)
    equal(result.out, f"from file\n{os.getuid()}\n")
    holds(result.err, "to-stdout me", "not a tty", "cleaned", "clean_up[0] of the recipe, false: it ended with status 1")
    lacks(result.err, "typed by the caller")
    equal((scratch.folder / "case/home/prepared").exists(), False)
    lacks((scratch.folder / "case/data/owners.ndjson").read_text(), "to-stdout")  # their processes are not recorded


@case("a set-up that fails stops everything: the command is not run, clean_up is, and no case is left")
def set_up_fails(scratch):
    for command, reason in ((["sh", "-c", "exit 3"], "it ended with status 3"),
                            (["sh", "-c", "kill -9 $$"], "signal 9 ended it"),
                            (["no-such-program"], "No such file")):
        write(scratch, network="sinkhole", home="fresh", set_up=[command, ["touch", "second"]],
              command=["touch", "ran"], clean_up=[["touch", "cleaned"]])
        result = status(follow(scratch), 125)
        holds(result.err, "set_up[0] of the recipe", reason, "nothing was run")
        equal(sorted(path.name for path in scratch.folder.iterdir()), ["cleaned", "recipe.json"])
        (scratch.folder / "cleaned").unlink()


@case("a recipe that is wrong is refused with its place, before anything runs")
def wrong(scratch):
    for members, place in (({"comand": []}, "recipe.json: comand: there is no such field"),
                           ({"steps": [{"type": "a"}]}, "recipe.json: terminal: "),
                           ({"home": "fresh", "files": [{"path": "../x", "text": ""}]}, "recipe.json: files[0].path: "),
                           ({"set_up": [["true"], []]}, "recipe.json: set_up[1]: "),
                           ({"format": "waybill-recipe/9"}, "recipe.json: format: ")):
        write(scratch, **{"network": "sinkhole", "command": ["touch", "ran"], **members})
        holds(status(follow(scratch), 65).err, place)
    scratch.write("recipe.json", "{")
    holds(status(follow(scratch), 65).err, "recipe.json: it is not JSON: line 1")
    (scratch.folder / "recipe.json").unlink()
    holds(status(follow(scratch), 66).err, "recipe.json", "No such file")
    write(scratch, network="sinkhole")
    holds(status(follow(scratch), 64).err, "needs a command")
    equal(sorted(path.name for path in scratch.folder.iterdir()), ["recipe.json"])


@case("a command whose time is over is ended with what it started, and run and report say so")
def timeout(scratch):
    began = time.monotonic()
    result = status(scratch.sinkhole("sh", "-c", "sleep 100 & exec sleep 100", options=("--timeout", "1s", "--linger", "100s")), 124)
    assert time.monotonic() - began < 30, "what it left behind has no more time either"
    holds(result.err, "the command was ended 1000ms after it began")
    run = scratch.case_json("run.json")
    equal((run["timeout"], run["exit"]["signal"]), ({"limit_ms": 1000, "reached": True}, signal.SIGTERM))
    equal(scratch.case_json("report.json")["run"]["timed_out"], True)
    deaf = f"trap '' TERM; echo up; {PYTHON} -c 'import time; time.sleep(100)' & while :; do sleep 1; done"
    result = status(scratch.sinkhole("sh", "-c", deaf, options=("--timeout", "1s", "--case", "deaf")), 124)
    equal((result.out, scratch.case_json("run.json", "deaf")["exit"]["signal"]), ("up\n", signal.SIGKILL))
    quick = status(scratch.sinkhole("sh", "-c", "exit 4", options=("--timeout", "60s", "--case", "quick")), 4)
    lacks(quick.err, "was ended")


@case("a command of the set-up whose time is over is ended with what it started, deaf or not, and nothing is run")
def timeout_of_set_up(scratch):
    for set_up in ("echo up; sleep 100 & wait", "trap '' TERM; while :; do sleep 1; done"):
        write(scratch, network="sinkhole", command=["touch", "ran"], clean_up=[["touch", "cleaned"]], timeout="1s",
              set_up=[["sh", "-c", set_up]])
        began = time.monotonic()
        holds(status(follow(scratch), 125).err, "set_up[0]", "its time was over", "nothing was run")
        assert time.monotonic() - began < 30, set_up
        equal(sorted(path.name for path in scratch.folder.iterdir()), ["cleaned", "recipe.json"])
    write(scratch, network="sinkhole", command=["sh", "-c", "exit 3"], timeout="60s", set_up=[["sleep", "0.1"]])
    status(follow(scratch), 3)


@case("a signal in the set-up ends it, and what was made for the run is gone")
def signalled_in_set_up(scratch):
    write(scratch, network="sinkhole", home="fresh", command=["touch", "ran"], clean_up=[["touch", "cleaned"]],
          set_up=[["sh", "-c", "echo up >&2; sleep 100 & wait"]])
    running = subprocess.Popen([scratch.waybill, "run", "--recipe", "recipe.json", "--case", "case"], cwd=scratch.folder,
                               stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    scratch.running.append(running)
    while running.stderr.readline() != b"up\n":
        pass
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=60)
    equal(running.returncode, 125, err.decode())
    holds(err.decode(), "set_up[0]", "nothing was run")
    equal(sorted(path.name for path in scratch.folder.iterdir()), ["cleaned", "recipe.json"])


main(sinkhole=True)
