"""Link layers and tunnels: each function takes an IP packet and which way it goes, and gives a frame or a packet."""

import struct

from frames import GRE, IPV4_IN_IP, IPV6_IN_IP, ip, udp

NEAR, FAR = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")  # locally administered
OUTER_NEAR, OUTER_FAR = "203.0.113.1", "203.0.113.2"


def ether_type(packet):
    return 0x86dd if packet[0] >> 4 == 6 else 0x0800


def addresses(outgoing):
    return FAR + NEAR if outgoing else NEAR + FAR


def ethernet_frame(outgoing, kind, payload):
    return addresses(outgoing) + struct.pack(">H", kind) + payload


def ethernet(packet, outgoing):
    return ethernet_frame(outgoing, ether_type(packet), packet)


def vlan(packet, outgoing):
    """IEEE 802.1Q: VLAN 7."""
    return ethernet_frame(outgoing, 0x8100, struct.pack(">HH", 7, ether_type(packet)) + packet)


def qinq(packet, outgoing):
    """IEEE 802.1ad: service VLAN 100, customer VLAN 7."""
    return ethernet_frame(outgoing, 0x88a8, struct.pack(">HHHH", 100, 0x8100, 7, ether_type(packet)) + packet)


def mpls(packet, outgoing):
    """RFC 3032: two labels, the second at the bottom of the stack."""
    return ethernet_frame(outgoing, 0x8847, struct.pack(">II", 16 << 12 | 64, 17 << 12 | 0x100 | 64) + packet)


def pppoe(packet, outgoing):
    """RFC 2516, 4."""
    protocol = 0x0057 if packet[0] >> 4 == 6 else 0x0021
    return ethernet_frame(outgoing, 0x8864, struct.pack(">BBHHH", 0x11, 0, 9, len(packet) + 2, protocol) + packet)


def llc_snap(packet, outgoing):
    """IEEE 802.3 with a length, LLC and SNAP (RFC 1042)."""
    payload = bytes.fromhex("aaaa03000000") + struct.pack(">H", ether_type(packet)) + packet
    return ethernet_frame(outgoing, len(payload), payload)


def sll(packet, outgoing):
    """LINKTYPE_LINUX_SLL."""
    return struct.pack(">HHH6sxxH", 4 if outgoing else 0, 1, 6, NEAR if outgoing else FAR, ether_type(packet)) + packet


def sll2(packet, outgoing):
    """LINKTYPE_LINUX_SLL2."""
    return struct.pack(">HHIHBB6sxx", ether_type(packet), 0, 2, 1, 4 if outgoing else 0, 6,
                       NEAR if outgoing else FAR) + packet


def raw(packet, outgoing):
    return packet


def null(packet, outgoing):
    """LINKTYPE_NULL, written by a little-endian Darwin: AF_INET is 2, AF_INET6 is 30."""
    return struct.pack("<I", 30 if packet[0] >> 4 == 6 else 2) + packet


def loop(packet, outgoing):
    """LINKTYPE_LOOP, of OpenBSD: AF_INET is 2, AF_INET6 is 24, in network order."""
    return struct.pack(">I", 24 if packet[0] >> 4 == 6 else 2) + packet


def ppp(packet, outgoing):
    """LINKTYPE_PPP, without address and control field."""
    return struct.pack(">H", 0x0057 if packet[0] >> 4 == 6 else 0x0021) + packet


def ppp_hdlc(packet, outgoing):
    """RFC 1662, 3.1."""
    return b"\xff\x03" + ppp(packet, outgoing)


def c_hdlc(packet, outgoing):
    return struct.pack(">BBH", 0x0f, 0, ether_type(packet)) + packet


def frame_relay(packet, outgoing):
    """RFC 2427: DLCI 100, unnumbered information, the NLPID of IP."""
    return b"\x18\x41\x03" + (b"\x8e" if packet[0] >> 4 == 6 else b"\xcc") + packet


def ieee802_11(packet, outgoing):
    """A QoS data frame to or from the access point (IEEE 802.11, 9.3.2.1)."""
    point = bytes.fromhex("020000000003")
    if outgoing:
        head = b"\x88\x01\0\0" + point + NEAR + FAR
    else:
        head = b"\x88\x02\0\0" + NEAR + point + FAR
    return head + b"\x10\0" + b"\0\0" + bytes.fromhex("aaaa03000000") + struct.pack(">H", ether_type(packet)) + packet


def radiotap(packet, outgoing):
    """A radiotap header with flags, rate and channel."""
    return struct.pack("<BBHIBBHH", 0, 0, 14, 0x0000000e, 0, 12, 2412, 0x00a0) + ieee802_11(packet, outgoing)


def nflog(packet, outgoing):
    """LINKTYPE_NFLOG: a packet header attribute, then the packet."""
    header = struct.pack(">BBH", 10 if packet[0] >> 4 == 6 else 2, 0, 5)
    hook = struct.pack("<HH", 8, 1) + struct.pack(">HBB", ether_type(packet), 3, 0)
    return header + hook + struct.pack("<HH", 4 + len(packet), 9) + packet + b"\0" * (-len(packet) % 4)


def ends(outgoing):
    return (OUTER_NEAR, OUTER_FAR) if outgoing else (OUTER_FAR, OUTER_NEAR)


def gre(packet, outgoing):
    """RFC 2784 with RFC 2890's key."""
    return ip(*ends(outgoing), GRE, struct.pack(">HHI", 0x2000, ether_type(packet), 42) + packet)


def ip_in_ip(packet, outgoing):
    """RFC 2003 and RFC 4213, 3."""
    return ip(*ends(outgoing), IPV6_IN_IP if packet[0] >> 4 == 6 else IPV4_IN_IP, packet)


def in_udp(port, payload, outgoing):
    near, far = (OUTER_NEAR, 40000 if port != 2152 else 2152), (OUTER_FAR, port)
    return udp(near, far, payload) if outgoing else udp(far, near, payload)


def vxlan(packet, outgoing):
    """RFC 7348, 5, as a tunnel's end sends it: to port 4789 both ways."""
    source, destination = ends(outgoing)
    return udp((source, 40000), (destination, 4789), struct.pack(">II", 0x08000000, 77 << 8) + ethernet(packet, outgoing))


def geneve(packet, outgoing):
    """RFC 8926, 3.4, with one option."""
    option = bytes.fromhex("0102 80 01 0a0b0c0d")
    header = struct.pack(">BBHI", 2, 0, 0x6558, 77 << 8)
    source, destination = ends(outgoing)
    return udp((source, 40000), (destination, 6081), header + option + ethernet(packet, outgoing))


def gtp(packet, outgoing):
    """3GPP TS 29.281, 5.1, with a sequence number."""
    return in_udp(2152, struct.pack(">BBHIHBB", 0x32, 255, 4 + len(packet), 1, 9, 0, 0) + packet, outgoing)


def teredo(packet, outgoing):
    """RFC 4380, 5.1.1."""
    return in_udp(3544, packet, outgoing)
