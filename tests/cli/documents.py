"""The commands' pages: every option stands in them, and nothing that is not an option; their words are neutral."""

import re

from waybill_test import SOURCE, case, equal, lacks, main, status

COMMANDS = ("run", "capture", "analyze", "mark", "rules", "demo", "doctor", "annotate", "check", "diff", "experiment", "learn",
            "report", "redact", "seal", "trim", "verify")
WITH = {"seal": ("key", "custody")}  # commands that stand in the page of another one
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def page(command):
    return (SOURCE / f"docs/commands/{command}.md").read_text()


def helps(scratch, command):
    """What --help says of the command, and of each of its subcommands."""
    own = status(scratch.run(command, "--help"), 0).out
    yield own
    for name in re.findall(r"^  ([a-z-]+) ", own.partition("Subcommands:")[2], re.MULTILINE):
        yield status(scratch.run(command, name, "--help"), 0).out


@case("the table of options is what --help lists")
def options(scratch):
    for command in COMMANDS:
        shown = [text for each in (command, *WITH.get(command, ())) for text in helps(scratch, each)]
        told = set(OPTION.findall("".join(shown))) - {"--help"}
        rows = [line.split("|")[1] for line in page(command).splitlines() if line.startswith("| `-")]
        equal({option for row in rows for option in OPTION.findall(row)}, told, command)


@case("the subcommands of rules stand in its page")
def subcommands(scratch):
    told = status(scratch.run("rules", "--help"), 0).out.partition("Subcommands:")[2]
    listed = set(re.findall(r"^  ([a-z]+) ", told, re.MULTILINE))
    equal(set(re.findall(r"^\| `([a-z]+)[ `]", page("rules"), re.MULTILINE)), listed)


@case("the pages use neutral words")
def words(scratch):
    for command in COMMANDS:
        for word in ("leak", "suspicious", "compliant", "undocumented", "located in"):
            lacks(page(command).lower(), word)


main()
