"""Subjects below the protocols: link layers, capture files, IP and tunnels."""

import gzip
import struct

import capture_files as files
import frames
import links
import messages
import tls
from traffic import CLIENT, CLIENT6, RESOLVER, RESOLVER6, SERVER, SERVER6, MILLISECOND, START, Traffic

SUBJECTS = {}


def subject(describe):
    def add(make):
        SUBJECTS[make.__name__.replace("_", "-")] = (describe, make)
        return make
    return add


def sample(ipv6=False):
    """A question, its answer, and a TLS connection to the address that it gave."""
    traffic = Traffic()
    client, resolver, server = (CLIENT6, RESOLVER6, SERVER6) if ipv6 else (CLIENT, RESOLVER, SERVER)
    kind = messages.AAAA if ipv6 else messages.A
    traffic.ask((client, 40001), (resolver, 53), messages.dns_query("api.example", kind),
                messages.dns_answer("api.example", messages.address_record(server), kind=kind))
    connection = traffic.tcp((server, 443)).open().send(tls.hello("api.example"))
    connection.reply(tls.record(tls.server_hello())).close()
    return traffic


def both():
    """The sample over IPv4, then over IPv6."""
    traffic, other = sample(), sample(ipv6=True)
    for packet in other.packets:
        traffic.put(packet.octets, packet.outgoing)
    return traffic


def add_link(name, describe, link, link_type):
    SUBJECTS[f"link-{name}"] = (describe, lambda: files.pcapng(both().records(link), link_type))


add_link("ethernet", "Ethernet II", links.ethernet, files.ETHERNET)
add_link("llc-snap", "IEEE 802.3 frames with a length, LLC and SNAP", links.llc_snap, files.ETHERNET)
add_link("vlan", "one 802.1Q tag", links.vlan, files.ETHERNET)
add_link("qinq", "an 802.1ad tag and an 802.1Q tag", links.qinq, files.ETHERNET)
add_link("mpls", "two MPLS labels", links.mpls, files.ETHERNET)
add_link("pppoe", "PPPoE session frames", links.pppoe, files.ETHERNET)
add_link("sll", "Linux cooked capture, version 1", links.sll, files.SLL)
add_link("sll2", "Linux cooked capture, version 2", links.sll2, files.SLL2)
add_link("raw", "bare IP packets, both versions on one interface", links.raw, files.RAW)
add_link("null", "BSD loopback, the family in little-endian order with Darwin's number for IPv6", links.null, files.NULL)
add_link("loop", "OpenBSD loopback, the family in network order with its own number for IPv6", links.loop, files.LOOP)
add_link("ppp", "PPP without address and control field", links.ppp, files.PPP)
add_link("ppp-hdlc", "PPP in HDLC-like framing", links.ppp_hdlc, files.PPP_HDLC)
add_link("c-hdlc", "Cisco HDLC", links.c_hdlc, files.C_HDLC)
add_link("frame-relay", "frame relay with the NLPIDs of both IP versions", links.frame_relay, files.FRELAY)
add_link("ieee802-11", "unencrypted QoS data frames to and from an access point", links.ieee802_11, files.IEEE802_11)
add_link("radiotap", "the same behind a radiotap header", links.radiotap, files.RADIOTAP)
add_link("nflog", "Linux netfilter log", links.nflog, files.NFLOG)


@subject("pcap in big-endian order, microseconds")
def file_pcap_big_endian():
    return files.pcap(sample().records(links.ethernet), order=">")


@subject("pcap with nanoseconds")
def file_pcap_nanoseconds():
    records = sample().records(links.ethernet)
    return files.pcap([(time + 123, frame) for time, frame in records], nanoseconds=True)


@subject("Kuznetzov's modified pcap")
def file_pcap_modified():
    return files.modified_pcap(sample().records(links.ethernet))


@subject("pcapng in big-endian order")
def file_pcapng_big_endian():
    return files.pcapng(sample().records(links.ethernet), order=">")


@subject("two pcapng sections of different byte order; in the second, two interfaces of different link types")
def file_pcapng_sections():
    traffic, other = sample(), sample(ipv6=True)
    out = files.Pcapng().section("<").interface()
    for time, frame in traffic.records(links.ethernet):
        out.packet(time, frame)
    out.section(">").interface(files.RAW).interface(files.SLL)
    for number, packet in enumerate(other.packets):
        link = links.raw if number % 2 == 0 else links.sll
        out.packet(packet.time + 20 * MILLISECOND, link(packet.octets, packet.outgoing), number % 2)
    return out.octets


@subject("interfaces with times in 2^-20 s, in milliseconds and without if_tsresol")
def file_pcapng_tsresol():
    out = files.Pcapng().section().interface(resolution=128 + 20).interface(resolution=3).interface(resolution=None)
    for number, (time, frame) in enumerate(sample().records(links.ethernet)):
        out.packet(time, frame, number % 3)
    return out.octets


@subject("an unknown block, a packet comment, a simple packet without a time, and 3 packets that the interface dropped")
def file_pcapng_blocks():
    out = files.Pcapng().section().interface()
    records = sample().records(links.ethernet)
    out.block(0x0bad, b"of no known kind")
    for time, frame in records:
        out.packet(time, frame, comment=b"a remark")
    out.simple_packet(links.ethernet(frames.icmp_echo(CLIENT, SERVER, False), True))
    return out.statistics(0, 3).octets


@subject("a decryption secrets block, which is counted and never used")
def file_pcapng_secrets():
    out = files.Pcapng().section().interface()
    out.secrets(b"CLIENT_RANDOM " + b"55" * 32 + b" " + b"00" * 48 + b"\n")
    for time, frame in sample().records(links.ethernet):
        out.packet(time, frame)
    return out.octets


@subject("snoop")
def file_snoop():
    return files.snoop(sample().records(links.ethernet))


@subject("pcapng in gzip, as two members")
def file_gzip():
    octets = files.pcapng(sample().records(links.ethernet))
    return b"".join(gzip.compress(part, mtime=0) for part in (octets[:500], octets[500:]))


@subject("pcap in a zstd frame of raw blocks")
def file_zstd():
    return files.zstd(files.pcap(sample().records(links.ethernet)))


@subject("a pcapng that ends inside a packet: what came before is reported, and that the file is torn")
def file_torn():
    return files.pcapng(sample().records(links.ethernet))[:-21]


@subject("a snap length of 96 octets, which cuts the hello")
def file_snap_length():
    out = files.Pcapng().section().interface(snaplen=96)
    for time, frame in sample().records(links.ethernet):
        out.packet(time, frame[:96], wire_length=len(frame))
    return out.octets


@subject("hop-by-hop options, destination options and a routing header before TCP and UDP")
def ip_extension_headers():
    traffic = Traffic()
    padding = b"\x01\x04\0\0\0\0"
    for packet in sample(ipv6=True).packets:
        octets = packet.octets
        routing = bytes([octets[6], 0, 253, 0]) + bytes(4)  # a type for experiments (RFC 4727, 4), no segments left
        options = bytes([43, 0]) + padding
        hop_by_hop = bytes([60, 0]) + padding
        payload = hop_by_hop + options + routing + octets[40:]
        source, destination = (CLIENT6, None) if packet.outgoing else (None, CLIENT6)
        other = RESOLVER6 if octets[6] == frames.UDP else SERVER6
        traffic.put(frames.ipv6(source or other, destination or other, 0, payload), packet.outgoing)
    return files.pcapng(traffic.records(links.ethernet))


@subject("IPv4 options (router alert, then the end of the list)")
def ip_options():
    traffic = Traffic()
    question = frames.udp_datagram((CLIENT, 40001), (RESOLVER, 53), messages.dns_query("api.example"))
    traffic.put(frames.ipv4(CLIENT, RESOLVER, frames.UDP, question, options=b"\x94\x04\0\0\0\0\0\0"))
    return files.pcapng(traffic.records(links.ethernet))


def long_answer(kind, *addresses):
    return messages.dns_answer("api.example", *(messages.address_record(each) for each in addresses), kind=kind)


@subject("a DNS answer in IPv4 fragments, the last of them first")
def ip_fragments():
    traffic = Traffic()
    traffic.put(frames.udp((CLIENT, 40001), (RESOLVER, 53), messages.dns_query("api.example")))
    answer = long_answer(messages.A, SERVER, "198.51.100.8", "198.51.100.9")
    for part in reversed(list(frames.fragments_of(frames.udp((RESOLVER, 53), (CLIENT, 40001), answer), 32))):
        traffic.put(part, False)
    traffic.tcp((SERVER, 443)).open().close()
    return files.pcapng(traffic.records(links.ethernet))


@subject("a DNS answer in IPv6 fragments")
def ip_fragments_ipv6():
    traffic = Traffic()
    traffic.put(frames.udp((CLIENT6, 40001), (RESOLVER6, 53), messages.dns_query("api.example", messages.AAAA)))
    answer = long_answer(messages.AAAA, SERVER6, "2001:db8:1::8")
    for part in frames.fragments_of_ipv6(frames.udp((RESOLVER6, 53), (CLIENT6, 40001), answer), 32):
        traffic.put(part, False)
    return files.pcapng(traffic.records(links.ethernet))


@subject("a datagram of which the second of three fragments is missing")
def ip_fragments_missing():
    traffic = Traffic()
    answer = long_answer(messages.A, SERVER, "198.51.100.8", "198.51.100.9")
    parts = list(frames.fragments_of(frames.udp((RESOLVER, 53), (CLIENT, 40001), answer), 32))
    for part in parts[:1] + parts[2:]:
        traffic.put(part, False)
    return files.pcapng(traffic.records(links.ethernet))


@subject("ARP, a spanning tree frame and an IP header that is too short: nothing is made of them but a gap")
def ip_absent():
    arp = struct.pack(">HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, links.NEAR, frames.packed(CLIENT), bytes(6),
                      frames.packed(RESOLVER))
    tree = bytes.fromhex("0180c2000000") + links.NEAR + struct.pack(">H", 38) + b"\x42\x42\x03" + bytes(35)
    cut = links.ethernet_frame(True, 0x0800, frames.icmp_echo(CLIENT, SERVER, False)[:12])
    whole = [links.ethernet_frame(True, 0x0806, arp), tree, cut]
    return files.pcapng([(START + MILLISECOND * at, frame) for at, frame in enumerate(whole)])


def add_tunnel(name, describe, tunnel, traffic=sample):
    SUBJECTS[f"tunnel-{name}"] = (describe, lambda: files.pcapng(traffic().through(tunnel).records(links.ethernet)))


add_tunnel("gre", "GRE with a key", links.gre)
add_tunnel("ip-in-ip", "IPv4 and IPv6 in IPv4", links.ip_in_ip, both)
add_tunnel("vxlan", "Ethernet in VXLAN", links.vxlan)
add_tunnel("geneve", "Ethernet in Geneve with an option", links.geneve)
add_tunnel("gtp", "GTP-U with a sequence number", links.gtp)
add_tunnel("teredo", "IPv6 in Teredo", links.teredo, lambda: sample(ipv6=True))
add_tunnel("nested", "IP in IP in GRE", lambda packet, outgoing: links.gre(links.ip_in_ip(packet, outgoing), outgoing))
