"""Capture files: pcap and its relatives, pcapng, snoop. A record is (time in nanoseconds, frame)."""

import struct

ETHERNET, NULL, PPP, PPP_HDLC, RAW, C_HDLC, IEEE802_11, FRELAY, LOOP, SLL, RADIOTAP, NFLOG, SLL2 = (
    1, 0, 9, 50, 101, 104, 105, 107, 108, 113, 127, 239, 276)
SECOND = 10 ** 9


def pcap(records, link_type=ETHERNET, order="<", nanoseconds=False):
    """draft-ietf-opsawg-pcap."""
    magic, unit = (0xa1b23c4d, 1) if nanoseconds else (0xa1b2c3d4, 1000)
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link_type)
    for time, frame in records:
        out += struct.pack(order + "IIII", time // SECOND, time % SECOND // unit, len(frame), len(frame)) + frame
    return out


def modified_pcap(records, link_type=ETHERNET):
    """Kuznetzov's variant of old Linux kernels: each record names its interface, protocol and packet type."""
    out = struct.pack("<IHHiIII", 0xa1b2cd34, 2, 4, 0, 0, 262144, link_type)
    for time, frame in records:
        out += struct.pack("<IIII", time // SECOND, time % SECOND // 1000, len(frame), len(frame))
        out += struct.pack("<IHBx", 2, 0x0800, 0) + frame
    return out


def snoop(records):
    """RFC 1761; data link type 4 is Ethernet."""
    out = b"snoop\0\0\0" + struct.pack(">II", 2, 4)
    for time, frame in records:
        padding = -len(frame) % 4
        out += struct.pack(">IIIIII", len(frame), len(frame), 24 + len(frame) + padding, 0, time // SECOND,
                           time % SECOND // 1000) + frame + b"\0" * padding
    return out


class Pcapng:
    """A pcapng file that is written block by block (draft-ietf-opsawg-pcapng)."""

    def __init__(self):
        self.octets = b""
        self.order = "<"
        self.units = []

    def block(self, kind, body):
        body += b"\0" * (-len(body) % 4)
        length = struct.pack(self.order + "I", 12 + len(body))
        self.octets += struct.pack(self.order + "I", kind) + length + body + length
        return self

    def option(self, code, value):
        return struct.pack(self.order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)

    def section(self, order="<"):
        self.order, self.units = order, []
        return self.block(0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1))

    def interface(self, link_type=ETHERNET, resolution=9, snaplen=0):
        """`resolution` is if_tsresol; None leaves it out, which means microseconds."""
        self.units.append(1000 if resolution is None else 10 ** (9 - resolution) if resolution < 128
                          else SECOND / 2 ** (resolution - 128))
        options = b"" if resolution is None else self.option(9, bytes([resolution])) + self.option(0, b"")
        return self.block(1, struct.pack(self.order + "HHI", link_type, 0, snaplen) + options)

    def packet(self, time, frame, interface=0, wire_length=None, comment=None):
        units = int(time // self.units[interface])
        body = struct.pack(self.order + "IIIII", interface, units >> 32, units & 0xffffffff, len(frame),
                           wire_length or len(frame)) + frame + b"\0" * (-len(frame) % 4)
        if comment:
            body += self.option(1, comment) + self.option(0, b"")
        return self.block(6, body)

    def simple_packet(self, frame):
        return self.block(3, struct.pack(self.order + "I", len(frame)) + frame)

    def statistics(self, interface, dropped):
        body = struct.pack(self.order + "III", interface, 0, 0) + self.option(5, struct.pack(self.order + "Q", dropped))
        return self.block(5, body + self.option(0, b""))

    def secrets(self, text):
        """A decryption secrets block with a TLS key log."""
        return self.block(10, struct.pack(self.order + "II", 0x544c534b, len(text)) + text)


def pcapng(records, link_type=ETHERNET, order="<"):
    out = Pcapng().section(order).interface(link_type)
    for time, frame in records:
        out.packet(time, frame)
    return out.octets


def zstd(octets):
    """RFC 8878: one frame of raw blocks, which any reader must take."""
    size = 1 << 10
    out = b"\x28\xb5\x2f\xfd" + b"\xa0" + struct.pack("<I", len(octets))
    for start in range(0, len(octets), size):
        part = octets[start:start + size]
        last = 1 if start + size >= len(octets) else 0
        out += struct.pack("<I", last | len(part) << 3)[:3] + part
    return out
