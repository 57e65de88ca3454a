"""Octets of network and transport headers, with lengths and checksums that are right."""

import ipaddress
import struct

TCP, UDP, ICMP, ICMPV6, SCTP, GRE, IPV4_IN_IP, IPV6_IN_IP = 6, 17, 1, 58, 132, 47, 4, 41
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def checksum(octets):
    """RFC 1071."""
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def packed(address):
    return ipaddress.ip_address(address).packed


def ipv4(source, destination, protocol, payload, identification=1, fragment=0x4000, options=b""):
    """RFC 791, 3.1. `fragment` is flags and offset as they stand in the header; by default "don't fragment"."""
    octets = 20 + len(options)
    header = struct.pack(">BBHHHBBH4s4s", 0x40 | octets // 4, 0, octets + len(payload), identification, fragment, 64,
                         protocol, 0, packed(source), packed(destination)) + options
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + payload


def ipv6(source, destination, next_header, payload):
    """RFC 8200, 3. Extension headers are part of the payload."""
    return struct.pack(">IHBB16s16s", 0x60000000, len(payload), next_header, 64, packed(source),
                       packed(destination)) + payload


def ip(source, destination, protocol, payload):
    return (ipv6 if ":" in source else ipv4)(source, destination, protocol, payload)


def with_checksum(source, destination, protocol, segment, place):
    """Fills the checksum over the pseudo header (RFC 9293, 3.1; RFC 768; RFC 8200, 8.1) in at `place`."""
    pseudo = packed(source) + packed(destination) + struct.pack(">II", len(segment), protocol)
    value = checksum(pseudo + segment) or 0xffff
    return segment[:place] + struct.pack(">H", value) + segment[place + 2:]


def udp_datagram(source, destination, payload):
    """RFC 768; source and destination are (address, port)."""
    segment = struct.pack(">HHHH", source[1], destination[1], 8 + len(payload), 0) + payload
    return with_checksum(source[0], destination[0], UDP, segment, 6)


def udp(source, destination, payload):
    return ip(source[0], destination[0], UDP, udp_datagram(source, destination, payload))


def tcp(source, destination, sequence, acknowledgment, flags, payload=b""):
    """RFC 9293, 3.1, without options."""
    segment = struct.pack(">HHIIBBHHH", source[1], destination[1], sequence, acknowledgment, 5 << 4, flags, 64240, 0,
                          0) + payload
    return ip(source[0], destination[0], TCP, with_checksum(source[0], destination[0], TCP, segment, 16))


def icmp_echo(source, destination, reply, payload=b"0123456789abcdef"):
    """RFC 792 and RFC 4443, 4.1."""
    if ":" in source:
        message = struct.pack(">BBHHH", 129 if reply else 128, 0, 0, 7, 1) + payload
        return ipv6(source, destination, ICMPV6, with_checksum(source, destination, ICMPV6, message, 2))
    message = struct.pack(">BBHHH", 0 if reply else 8, 0, 0, 7, 1) + payload
    message = message[:2] + struct.pack(">H", checksum(message)) + message[4:]
    return ipv4(source, destination, ICMP, message)


def fragments_of(packet, octets):
    """The fragments of an IPv4 packet, with `octets` (a multiple of 8) of payload in all but the last."""
    header, payload = packet[:20], packet[20:]
    source, destination = (str(ipaddress.ip_address(header[at:at + 4])) for at in (12, 16))
    for start in range(0, len(payload), octets):
        more = 0x2000 if start + octets < len(payload) else 0
        yield ipv4(source, destination, header[9], payload[start:start + octets], 77, more | start // 8)


def fragments_of_ipv6(packet, octets):
    """The same with fragment headers (RFC 8200, 4.5)."""
    source, destination = (str(ipaddress.ip_address(packet[at:at + 16])) for at in (8, 24))
    payload = packet[40:]
    for start in range(0, len(payload), octets):
        more = 1 if start + octets < len(payload) else 0
        header = struct.pack(">BBHI", packet[6], 0, start | more, 77)
        yield ipv6(source, destination, 44, header + payload[start:start + octets])
