"""TLS and DTLS hellos (RFC 5246, RFC 8446, RFC 6347). Randoms and keys are runs of one octet: nothing is secret here."""

import struct

GROUPS = (29, 23)
SUITES_13 = (0x1301, 0x1302, 0x1303)
SUITES_12 = (0xc02b, 0xc02f, 0x009c)
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")  # RFC 8446, 4.1.3


def counted(size, octets):
    return len(octets).to_bytes(size, "big") + octets


def shorts(*numbers):
    return b"".join(struct.pack(">H", number) for number in numbers)


def extension(kind, body):
    return struct.pack(">H", kind) + counted(2, body)


def server_name(host):
    return extension(0, counted(2, b"\0" + counted(2, host.encode())))


def alpn(*protocols):
    return extension(16, counted(2, b"".join(counted(1, protocol.encode()) for protocol in protocols)))


def key_share(group=29, octets=32):
    return extension(51, counted(2, shorts(group) + counted(2, b"\x11" * octets)))


def ech_outer():
    """encrypted_client_hello, outer (draft-ietf-tls-esni, 5): as a GREASE one or a real one looks."""
    return extension(0xfe0d, b"\0" + shorts(1, 1) + b"\x2a" + counted(2, b"\x22" * 32) + counted(2, b"\x33" * 64))


def quic_parameters():
    return extension(57, b"\x01\x04\x80\x00\x75\x30" + b"\x0f\x00")


def client_hello(host, *, protocols=("h2", "http/1.1"), version13=True, extra=b"", pad=0):
    """A handshake message."""
    names = server_name(host) if host else b""
    extensions = names + extension(11, b"\x01\x00") + extension(10, counted(2, shorts(*GROUPS)))
    extensions += extension(13, counted(2, shorts(0x0403, 0x0804, 0x0401)))
    if protocols:
        extensions += alpn(*protocols)
    if version13:
        extensions += extension(43, counted(1, shorts(0x0304, 0x0303))) + extension(45, b"\x01\x01") + key_share()
    extensions += extra + (extension(21, b"\0" * pad) if pad else b"")
    suites = shorts(*(SUITES_13 + SUITES_12 if version13 else SUITES_12))
    session = counted(1, b"\x44" * 32) if version13 else b"\0"
    body = shorts(0x0303) + b"\x55" * 32 + session + counted(2, suites) + b"\x01\0" + counted(2, extensions)
    return b"\x01" + counted(3, body)


def server_hello(*, version13=True, protocol=None, random=b"\x66" * 32):
    extensions = b""
    if version13:
        share = shorts(23) if random == RETRY else shorts(29) + counted(2, b"\x77" * 32)
        extensions = extension(43, shorts(0x0304)) + extension(51, share)
    if protocol:
        extensions += alpn(protocol)
    session = counted(1, b"\x44" * 32) if version13 else b"\0"
    suite = 0x1301 if version13 else 0xc02f
    return b"\x02" + counted(3, shorts(0x0303) + random + session + shorts(suite) + b"\0" + counted(2, extensions))


def record(message, kind=22, version=0x0303):
    return struct.pack(">BH", kind, version) + counted(2, message)


def hello(host, **options):
    return record(client_hello(host, **options), version=0x0301)


def application_data(octets):
    return record(b"\x99" * octets, kind=23)


ALERT = record(b"\x01\x00", kind=21)


def dtls_records(host, fragment=10 ** 6):
    """A DTLS 1.2 ClientHello in as many handshake fragments as it takes, a record each (RFC 6347, 4.2.3)."""
    whole = client_hello(host, version13=False, protocols=("webrtc",))
    body = b"\xfe\xfd" + whole[6:]
    body = body[:35] + b"\0" + body[35:]  # after the session id: no cookie
    for number, start in enumerate(range(0, len(body), fragment)):
        part = body[start:start + fragment]
        message = b"\x01" + len(body).to_bytes(3, "big") + shorts(0) + start.to_bytes(3, "big") + counted(3, part)
        yield b"\x16\xfe\xff" + shorts(0) + number.to_bytes(6, "big") + counted(2, message)
