"""waybill analyze: how it ends, and what it says when it does not end well."""

import os

from captures import conversation, files
from waybill_test import case, equal, holds, main, status

GOOD = files.pcapng(conversation())


@case("a good capture ends with 0")
def good(scratch):
    scratch.write("a.pcapng", GOOD)
    result = status(scratch.run("analyze", "a.pcapng"), 0)
    holds(result.out, "api.example")
    equal(result.err, "", "stderr")


@case("a capture of a header alone ends with 0, for nothing was lost")
def header_only(scratch):
    scratch.write("a.pcap", files.pcap([]))
    holds(status(scratch.run("analyze", "a.pcap"), 0).out, "a.pcap")


@case("a torn file and reported drops end with 2, and the report says what is missing")
def incomplete(scratch):
    scratch.write("torn.pcapng", GOOD[:-7])
    holds(status(scratch.run("analyze", "torn.pcapng"), 2).out, "api.example", "ends inside a record")
    dropping = files.Pcapng().section().interface()
    for time, frame in conversation():
        dropping.packet(time, frame)
    scratch.write("drops.pcapng", dropping.statistics(0, 7).octets)
    result = status(scratch.run("analyze", "--format", "ndjson", "drops.pcapng"), 2)
    equal(result.events("capture")[0]["dropped"], 7)


@case("a command line that is not understood ends with 64")
def usage(scratch):
    scratch.write("a.pcapng", GOOD)
    for arguments in ([], ["analyze"], ["analyze", "--no-such", "a.pcapng"], ["analyze", "--format", "xml", "a.pcapng"],
                      ["no-such-command"]):
        result = status(scratch.run(*arguments), 64)
        equal(result.out, "", f"stdout of {arguments}")
        assert result.err, arguments


@case("what is wrong with a command line is named, and where to read how it goes")
def usage_message(scratch):
    for arguments, message in ((["no-such-command"], "waybill: no-such-command is not expected here; see: waybill --help"),
                               (["analyze"], "waybill analyze: INPUT is required; see: waybill analyze --help"),
                               (["analyze", "--no-such", "--", "a.pcapng"],
                                "waybill analyze: --no-such is not expected here; see: waybill analyze --help"),
                               (["analyze", "a.pcapng", "--format", "x\x1b[31m"],
                                "waybill analyze: --format: x\\x1b[31m is not one of: json, ndjson, text; "
                                "see: waybill analyze --help"),
                               (["rules", "explain", "a.example", "more"],
                                "waybill rules explain: more is not expected here; see: waybill rules explain --help")):
        equal(status(scratch.run(*arguments), 64).err, message + "\n")


@case("a filter that libpcap does not understand ends with 64 and is quoted")
def bad_filter(scratch):
    scratch.write("a.pcapng", GOOD)
    holds(status(scratch.run("analyze", "--filter", "tcp prot 443", "a.pcapng"), 64).err, "tcp prot 443")


@case("what is no capture ends with 65; the message names the file and what to do")
def not_understood(scratch):
    for name, octets, said in (("empty.pcap", b"", "is empty"), ("text.pcap", b"just some words, no capture\n" * 9, "editcap"),
                               ("lz4.pcap", b"\x04\x22\x4d\x18" + bytes(40), "lz4 -d"),
                               ("short.pcap", files.pcap([])[:20], "short.pcap")):
        scratch.write(name, octets)
        holds(status(scratch.run("analyze", name), 65).err, name, said)


@case("a file that is not there, or may not be read, ends with 66")
def not_readable(scratch):
    holds(status(scratch.run("analyze", "absent.pcap"), 66).err, "absent.pcap", "No such file")
    if os.geteuid() != 0:
        path = scratch.write("secret.pcap", GOOD)
        path.chmod(0)
        holds(status(scratch.run("analyze", "secret.pcap"), 66).err, "secret.pcap", "Permission denied")


@case("a folder that is no case ends with 65")
def no_case(scratch):
    (scratch.folder / "folder").mkdir()
    holds(status(scratch.run("analyze", "folder"), 65).err, "data/run.json")


@case("--help and --version go to stdout and end with 0")
def help_and_version(scratch):
    for arguments in (["--help"], ["analyze", "--help"], ["run", "--help"], ["rules", "explain", "--help"], ["--version"]):
        result = status(scratch.run(*arguments), 0)
        holds(result.out, "aybill")
        controls = [character for character in result.out if ord(character) < 32 and character != "\n"]
        equal(controls, [], f"control characters of {arguments}")


main()
