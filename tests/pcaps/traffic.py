"""Conversations: packets in order, a millisecond apart."""

from dataclasses import dataclass

import frames
from frames import ACK, FIN, PSH, RST, SYN

START = 1767225600 * 10 ** 9  # 2026-01-01T00:00:00Z
MILLISECOND = 10 ** 6
CLIENT, CLIENT6 = "192.0.2.10", "2001:db8::10"
RESOLVER, RESOLVER6 = "192.0.2.53", "2001:db8::53"
SERVER, SERVER6 = "198.51.100.7", "2001:db8:1::7"


@dataclass
class Packet:
    time: int
    octets: bytes  # from the IP header on
    outgoing: bool


class Traffic:
    def __init__(self):
        self.packets = []
        self.time = START

    def put(self, octets, outgoing=True):
        self.time += MILLISECOND
        self.packets.append(Packet(self.time, octets, outgoing))

    def ask(self, source, destination, *messages):
        """Datagrams there and back in turn; an empty one is left out."""
        for number, message in enumerate(messages):
            there = number % 2 == 0
            if message:
                self.put(frames.udp(*(source, destination) if there else (destination, source), message), there)

    def tcp(self, server=(SERVER, 443), client_port=50000):
        return Tcp(self, (CLIENT6 if ":" in server[0] else CLIENT, client_port), server)

    def through(self, tunnel):
        """The same packets inside a tunnel."""
        for packet in self.packets:
            packet.octets = tunnel(packet.octets, packet.outgoing)
        return self

    def records(self, link):
        return [(packet.time, link(packet.octets, packet.outgoing)) for packet in self.packets]


class Tcp:
    """A connection; its calls give itself, so that a conversation reads as a line."""

    def __init__(self, traffic, client, server):
        self.traffic, self.client, self.server = traffic, client, server
        self.next_out, self.next_in = 1000, 9000

    def out(self, flags, payload=b""):
        self.traffic.put(frames.tcp(self.client, self.server, self.next_out, self.next_in, flags, payload))
        self.next_out += len(payload) + (1 if flags & (SYN | FIN) else 0)
        return self

    def back(self, flags, payload=b""):
        self.traffic.put(frames.tcp(self.server, self.client, self.next_in, self.next_out, flags, payload), False)
        self.next_in += len(payload) + (1 if flags & (SYN | FIN) else 0)
        return self

    def open(self):
        acknowledged, self.next_in = self.next_in, 0
        self.out(SYN)
        self.next_in = acknowledged
        return self.back(SYN | ACK).out(ACK)

    def send(self, *parts):
        for part in parts:
            self.out(PSH | ACK, part)
        return self

    def reply(self, *parts):
        for part in parts:
            self.back(PSH | ACK, part)
        return self

    def close(self):
        return self.out(FIN | ACK).back(FIN | ACK).out(ACK)

    def reset(self):
        return self.back(RST | ACK)
