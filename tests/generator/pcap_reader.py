"""A second reader of the generator's captures, so that its truth is not believed because it says so.

Knows what the generator writes and no more: Ethernet, IPv4 and IPv6 without options, TCP and UDP.
"""

import ipaddress
import struct
from collections import Counter, defaultdict

TRANSPORTS = {6: "tcp", 17: "udp"}


class Wrong(Exception):
    """The capture is not what it should be."""


def records(path):
    """Time in microseconds and octets of each frame."""
    with open(path, "rb") as file:
        magic, _, _, _, _, _, link_type = struct.unpack("<IHHIIII", file.read(24))
        if (magic, link_type) != (0xA1B2C3D4, 1):
            raise Wrong(f"{path}: not a pcap file of Ethernet frames with microseconds")
        while header := file.read(16):
            seconds, microseconds, captured, length = struct.unpack("<IIII", header)
            frame = file.read(captured)
            if captured != length or len(frame) != length:
                raise Wrong(f"{path}: a frame that is not whole")
            yield seconds * 1_000_000 + microseconds, frame


def folded_sum(octets):
    """The one's complement sum of RFC 1071; 0xffff over octets that hold their own right checksum."""
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def parse(frame):
    """Transport, (address, port) of sender and receiver, payload octets and whether a connection is opened."""
    ethertype = struct.unpack(">H", frame[12:14])[0]
    if ethertype == 0x0800:
        header, protocol, addresses, length = 20, frame[23], frame[26:34], struct.unpack(">H", frame[16:18])[0]
        if frame[14] != 0x45 or length != len(frame) - 14 or folded_sum(frame[14:34]) != 0xFFFF:
            raise Wrong("an IPv4 header that is not right")
    else:
        header, protocol, addresses, length = 40, frame[20], frame[22:54], struct.unpack(">H", frame[18:20])[0]
        if ethertype != 0x86DD or frame[14] >> 4 != 6 or length != len(frame) - 54:
            raise Wrong("an IPv6 header that is not right")
    segment = frame[14 + header:]
    pseudo_header = addresses + struct.pack(">II", len(segment), protocol)
    if folded_sum(pseudo_header + segment) != 0xFFFF:
        raise Wrong("a TCP or UDP checksum that is not right")
    half = len(addresses) // 2
    source_port, target_port = struct.unpack(">HH", segment[:4])
    offset = 8 if protocol == 17 else segment[12] >> 4 << 2
    opens = protocol == 17 or segment[13] & 0x12 == 0x02
    return (TRANSPORTS[protocol], (ipaddress.ip_address(addresses[:half]), source_port),
            (ipaddress.ip_address(addresses[half:]), target_port), len(segment) - offset, opens)


def count(path):
    """Volumes by transport and direction, and flows by transport, as the truth has them."""
    flows, volumes, last = {}, defaultdict(Counter), 0
    for at, frame in records(path):
        if at < last:
            raise Wrong(f"{path}: time goes backwards")
        last = at
        transport, source, target, payload, opens = parse(frame)
        if (transport, target, source) in flows:
            way = "in"
        else:
            way = "out"
            if not opens and (transport, source, target) not in flows:
                raise Wrong(f"{path}: a connection without its SYN")
            flows.setdefault((transport, source, target), len(flows))
        sizes = {"packets": 1, "wire_bytes": len(frame), "ip_bytes": len(frame) - 14, "payload_bytes": payload}
        for what, size in sizes.items():
            volumes[transport][what, way] += size
    return volumes, Counter(transport for transport, _, _ in flows)
