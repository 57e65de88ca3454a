"""Messages of protocols that name something, other than TLS and QUIC."""

import struct

from frames import packed

A, PTR, AAAA, SRV, HTTPS = 1, 12, 28, 33, 65
WITHOUT_HUFFMAN = b"\x82\x86\x84"  # RFC 7541, appendix A: :method GET, :scheme http, :path /


def dns_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def dns_query(name, kind=A, number=1, flags=0x0100):
    """RFC 1035, 4.1."""
    return struct.pack(">HHHHHH", number, flags, 1, 0, 0, 0) + dns_name(name) + struct.pack(">HH", kind, 1)


def dns_record(name, kind, data, ttl=300):
    return (name if isinstance(name, bytes) else dns_name(name)) + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def dns_answer(name, *records, kind=A, number=1, flags=0x8180):
    """Records with an empty name point to the question's."""
    head = struct.pack(">HHHHHH", number, flags, 1, len(records), 0, 0) + dns_name(name) + struct.pack(">HH", kind, 1)
    return head + b"".join(records)


def address_record(address, name=b"\xc0\x0c", ttl=300):
    return dns_record(name, AAAA if ":" in address else A, packed(address), ttl)


def over_tcp(message):
    """RFC 1035, 4.2.2."""
    return struct.pack(">H", len(message)) + message


def http_request(method, target, host, *lines, body=b""):
    head = [f"{method} {target} HTTP/1.1", f"Host: {host}", *lines]
    if body:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def http_response(status, *lines, body=b""):
    head = [f"HTTP/1.1 {status}", *lines, f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def http2_frame(kind, flags, stream, payload):
    """RFC 9113, 4.1."""
    return len(payload).to_bytes(3, "big") + struct.pack(">BBI", kind, flags, stream) + payload


HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HTTP2_SETTINGS = http2_frame(4, 0, 0, b"")


def socks5_request(host, port):
    """RFC 1928, 4, with a domain name."""
    return b"\x05\x01\x00\x03" + bytes([len(host)]) + host.encode() + struct.pack(">H", port)


def socks4a_request(host, port):
    return b"\x04\x01" + struct.pack(">H", port) + b"\0\0\0\1" + b"someone\0" + host.encode() + b"\0"


def ntp(mode):
    """RFC 5905, 7.3: version 4."""
    return struct.pack(">BBBb", 4 << 3 | mode, 0 if mode == 3 else 2, 6, -20) + bytes(36) + b"\xec\x00\x00\x00" * 2


def stun(kind, attributes=b""):
    """RFC 8489, 5."""
    return struct.pack(">HHI", kind, len(attributes), 0x2112a442) + b"\xab" * 12 + attributes


def wireguard(kind):
    """The handshake's initiation (1) or response (2), by its length and type."""
    return bytes([kind, 0, 0, 0]) + b"\xcd" * ({1: 148, 2: 92}[kind] - 4)


def sctp_init(source, destination):
    """RFC 9260, 3.3.2; the checksum is left zero."""
    chunk = struct.pack(">BBHIIHHI", 1, 0, 20, 1, 65536, 10, 10, 1)
    return struct.pack(">HHII", source, destination, 0, 0) + chunk
