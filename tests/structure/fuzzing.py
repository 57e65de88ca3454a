"""Every fuzz target has a corpus, every corpus a target, every parser of wire/ a test and a target."""

from pathlib import PurePosixPath

CORPUS = "tests/corpus/"

# Files of wire/ that read no octets from outside, or are reached through another parser's target: why.
WITHOUT_TARGET = {
    "wire/dns_ech_config.cpp": "read by way of wire/dns_rdata.h in dns_message_fuzz and dns_cache_fuzz",
    "wire/dns_message.cpp": "read by way of wire/dns_event.h in dns_message_fuzz",
    "wire/dns_types.cpp": "a table; its texts are written in dns_message_fuzz",
    "wire/http2.cpp": "frames are read in http2_stream_fuzz",
    "wire/ieee802_11.cpp": "read by way of wire/link_layer.h in link_layer_fuzz",
    "wire/ja3.cpp": "made by way of wire/tls_fingerprint.h in tls_fingerprint_fuzz",
    "wire/ja4.cpp": "made by way of wire/tls_fingerprint.h in tls_fingerprint_fuzz",
    "wire/quic_version.cpp": "a table; looked up in quic_packet_fuzz",
}
WITHOUT_TEST = {
    "wire/dns_types.cpp": "a table; its texts are compared in dns_rdata_test",
    "wire/quic_version.cpp": "a table; looked up in quic_packet_test",
}


def includes(tree, path, header):
    return f'#include "{header}"' in tree.text(path)


def unreached(tree, what, users, exceptions):
    """The sources of wire/ whose header none of `users` includes."""
    for path in tree.code("wire"):
        if not path.endswith(".cpp") or path.endswith("_fuzz.cpp") or path in exceptions:
            continue
        header = path[: -len(".cpp")] + ".h"
        if not any(includes(tree, user, header) for user in users):
            yield f"{path}: no {what} includes {header}"
    for path in exceptions:
        if path not in tree.files:
            yield f"{path}: excepted from having a {what}, but not there"


def check(tree):
    targets = [path for path in tree.code() if path.endswith("_fuzz.cpp")]
    names = {PurePosixPath(path).stem for path in targets}
    corpora = {path[len(CORPUS):].split("/")[0] for path in tree.files
               if path.startswith(CORPUS) and path.count("/") > CORPUS.count("/")}
    for name in sorted(names - corpora):
        yield f"{CORPUS}{name}/: missing or empty, though there is a target {name}.cpp"
    for name in sorted(corpora - names):
        yield f"{CORPUS}{name}/: no target {name}.cpp uses it"
    tests = [path for path in tree.code("tests") if path.endswith("_test.cpp")]
    yield from unreached(tree, "test", tests, WITHOUT_TEST)
    yield from unreached(tree, "fuzz target", targets, WITHOUT_TARGET)
