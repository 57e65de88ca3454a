"""What every command pays before it begins, and what it does not."""

import re

from captures import conversation, files
from waybill_test import case, equal, holds, lacks, main, status


@case("no command loads libpcap, libpsl or the sinkhole's libraries before it calls them")
def deferred(scratch):
    loaded = scratch.run("--version", environment={"LD_TRACE_LOADED_OBJECTS": "1"})
    holds(loaded.out, "libcrypto", "libzstd")
    lacks(loaded.out, "libpcap", "libpsl", "libnl", "libnftables", "libdbus")


@case("a filter loads libpcap, and says what is wrong with an expression")
def filtered(scratch):
    scratch.write("a.pcapng", files.pcapng(conversation()))
    whole = status(scratch.run("analyze", "--format", "json", "a.pcapng"), 0).json()
    kept = status(scratch.run("analyze", "--format", "json", "--filter", "ip or ip6", "a.pcapng"), 0).json()
    equal(kept["totals"]["packets"], whole["totals"]["packets"])
    holds(scratch.run("analyze", "--filter", "no such thing", "a.pcapng").err, "syntax error")


@case("a report as JSON tells the digest of each pack and of the public suffix list")
def digests(scratch):
    scratch.write("a.pcapng", files.pcapng(conversation()))
    rules = status(scratch.run("analyze", "--format", "json", "a.pcapng"), 0).json()["rules"]
    for pack in rules["packs"]:
        equal(bool(re.fullmatch("[0-9a-f]{64}", pack["sha256"])), True, pack["id"])
    equal(bool(re.fullmatch(".* ([0-9a-f]{64}|[0-9a-f]{40})", rules["public_suffix_list"])), True, "the list")


main()
