"""Subjects of protocols: what names an endpoint, and what only says what it speaks."""

import struct

import capture_files as files
import frames
import links
import messages
import quic
import tls
from subjects_layers import SUBJECTS
from traffic import CLIENT, CLIENT6, RESOLVER, SERVER, SERVER6, Traffic


def subject(describe):
    """A function that fills a Traffic, which is written as Ethernet in pcapng."""
    def add(fill):
        def make():
            traffic = Traffic()
            fill(traffic)
            return files.pcapng(traffic.records(links.ethernet))
        SUBJECTS[fill.__name__.replace("_", "-")] = (describe, make)
        return fill
    return add


@subject("TLS 1.3: hello, server's hello, application data")
def tls_13(traffic):
    connection = traffic.tcp().open().send(tls.hello("api.example"))
    connection.reply(tls.record(tls.server_hello()) + tls.application_data(80)).send(tls.application_data(40)).close()


@subject("TLS 1.2 with the protocol that the server chose; a second connection without a server name")
def tls_12(traffic):
    connection = traffic.tcp().open().send(tls.hello("old.example", version13=False))
    connection.reply(tls.record(tls.server_hello(version13=False, protocol="http/1.1"))).close()
    traffic.tcp((SERVER6, 8443), 50001).open().send(tls.hello(None, version13=False, protocols=())).reset()


@subject("one hello in three segments that arrive in another order, one of them twice; and one in two records")
def tls_split(traffic):
    whole = tls.hello("split.example", pad=100)
    connection = traffic.tcp().open()
    start, parts = connection.next_out, [whole[:40], whole[40:200], whole[200:]]
    for number in (2, 0, 0, 1):
        connection.next_out = start + sum(map(len, parts[:number]))
        connection.send(parts[number])
    connection.next_out = start + len(whole)
    connection.reply(tls.record(tls.server_hello())).close()
    message = tls.client_hello("records.example")
    traffic.tcp(client_port=50001).open().send(tls.record(message[:50]) + tls.record(message[50:])).reset()


@subject("HelloRetryRequest: two hellos in one connection")
def tls_retry(traffic):
    connection = traffic.tcp().open().send(tls.hello("retry.example"))
    connection.reply(tls.record(tls.server_hello(random=tls.RETRY)))
    again = tls.client_hello("retry.example", extra=tls.extension(44, tls.counted(2, b"cookie")))
    connection.send(tls.record(again)).reply(tls.record(tls.server_hello())).close()


@subject("an outer hello of Encrypted Client Hello, without and with an ECH configuration in the DNS before it")
def tls_ech(traffic):
    traffic.tcp().open().send(tls.hello("public.example", extra=tls.ech_outer())).reset()
    key = struct.pack(">BHH", 7, 0x20, 32) + b"\x22" * 32 + tls.counted(2, struct.pack(">HH", 1, 1))
    config = key + b"\0" + tls.counted(1, b"public.example") + tls.counted(2, b"")
    listed = tls.counted(2, struct.pack(">H", 0xfe0d) + tls.counted(2, config))
    service = struct.pack(">H", 1) + b"\0" + struct.pack(">H", 5) + tls.counted(2, listed)
    name, server = "hidden.example", "198.51.100.9"
    traffic.ask((CLIENT, 40001), (RESOLVER, 53), messages.dns_query(name, messages.HTTPS),
                messages.dns_answer(name, messages.dns_record(b"\xc0\x0c", messages.HTTPS, service),
                                    kind=messages.HTTPS))
    traffic.ask((CLIENT, 40002), (RESOLVER, 53), messages.dns_query(name),
                messages.dns_answer(name, messages.address_record(server)))
    traffic.tcp((server, 443), 50001).open().send(tls.hello("public.example", extra=tls.ech_outer())).reset()


@subject("a capture that begins inside a connection: the end that speaks to a known port is the client")
def tls_midstream(traffic):
    connection = traffic.tcp()
    connection.send(tls.application_data(60)).reply(tls.application_data(300)).close()


@subject("a hello that DTLS sends in two fragments")
def dtls_fragments(traffic):
    for part in tls.dtls_records("calls.example", fragment=60):
        traffic.ask((CLIENT, 40001), (SERVER, 5684), part)


@subject("QUIC version 1 with the server's answer, and version 2")
def quic_versions(traffic):
    hello = tls.client_hello("quic.example", protocols=("h3",), extra=tls.quic_parameters())
    answer = quic.crypto(0, tls.server_hello())
    traffic.ask((CLIENT, 40001), (SERVER, 443), quic.initial(b"\x01\x02\x03\x04\x05\x06\x07\x08", 0, quic.crypto(0, hello)),
                quic.initial(b"\x01\x02\x03\x04\x05\x06\x07\x08", 0, answer, side="server", source_id=b"\x0a" * 8))
    hello = tls.client_hello("quic2.example", protocols=("h3",), extra=tls.quic_parameters())
    traffic.ask((CLIENT6, 40002), (SERVER6, 443),
                quic.initial(b"\x08\x07\x06\x05\x04\x03\x02\x01", 0, quic.crypto(0, hello), version=0x6b3343cf))


@subject("a QUIC hello over two Initial packets, its pieces in another order")
def quic_split(traffic):
    hello = tls.client_hello("large.example", protocols=("h3",), extra=tls.quic_parameters(), pad=600)
    identifier = b"\x11\x12\x13\x14\x15\x16\x17\x18"
    first = quic.crypto(500, hello[500:]) + b"\x01" + quic.crypto(0, hello[:100])
    for number, piece in enumerate([first, quic.crypto(100, hello[100:500])]):
        traffic.ask((CLIENT, 40001), (SERVER, 443), quic.initial(identifier, number, piece))


@subject("questions over UDP: an alias with two addresses, a name that is not there, and one without an answer")
def dns_udp(traffic):
    client, resolver = (CLIENT, 40001), (RESOLVER, 53)
    alias = messages.dns_record(b"\xc0\x0c", 5, messages.dns_name("edge.cdn.example"))
    addresses = [messages.address_record(each, messages.dns_name("edge.cdn.example"))
                 for each in (SERVER, "198.51.100.8")]
    traffic.ask(client, resolver, messages.dns_query("www.example.com", number=7),
                messages.dns_answer("www.example.com", alias, *addresses, number=7))
    traffic.ask(client, resolver, messages.dns_query("absent.example", number=8),
                messages.dns_answer("absent.example", number=8, flags=0x8183))
    traffic.ask(client, resolver, messages.dns_query("silent.example", number=9))
    traffic.tcp((SERVER, 8080)).open().reset()


@subject("DNS over TCP: two questions in one segment, an answer in two")
def dns_tcp(traffic):
    questions = b"".join(messages.over_tcp(messages.dns_query(name, number=at))
                         for at, name in enumerate(("one.example", "two.example")))
    answers = b"".join(messages.over_tcp(messages.dns_answer(name, messages.address_record(SERVER), number=at))
                       for at, name in enumerate(("one.example", "two.example")))
    traffic.tcp((RESOLVER, 53)).open().send(questions).reply(answers[:30], answers[30:]).close()


@subject("multicast DNS: a service's question and its answer with pointer and service records")
def dns_mdns(traffic):
    group = ("224.0.0.251", 5353)
    service, instance = "_ipp._tcp.local", "printer._ipp._tcp.local"
    traffic.put(frames.udp((CLIENT, 5353), group, messages.dns_query(service, messages.PTR, 0, 0)))
    records = [messages.dns_record(service, messages.PTR, messages.dns_name(instance)),
               messages.dns_record(instance, messages.SRV, struct.pack(">HHH", 0, 0, 631)
                                   + messages.dns_name("host.local")),
               messages.address_record("192.0.2.20", messages.dns_name("host.local"))]
    answer = struct.pack(">HHHHHH", 0, 0x8400, 0, len(records), 0, 0) + b"".join(records)
    traffic.put(frames.udp(("192.0.2.20", 5353), group, answer))


@subject("LLMNR: a question to the group, and its answer")
def dns_llmnr(traffic):
    traffic.put(frames.udp((CLIENT, 40001), ("224.0.0.252", 5355), messages.dns_query("fileserver", flags=0)))
    answer = messages.dns_answer("fileserver", messages.address_record("192.0.2.30"), flags=0x8000)
    traffic.put(frames.udp(("192.0.2.30", 5355), (CLIENT, 40001), answer), False)


@subject("HTTP/1.1 over one connection: a body that looks like a request, pipelining, another host, an absolute target")
def http_1(traffic):
    body = b"GET /inside HTTP/1.1\r\nHost: never.example\r\n\r\n"
    connection = traffic.tcp((SERVER, 80)).open()
    connection.send(messages.http_request("POST", "/upload", "files.example", body=body))
    connection.reply(messages.http_response("204 No Content"))
    connection.send(messages.http_request("GET", "/a", "files.example")
                    + messages.http_request("HEAD", "http://other.example:8080/b", "ignored.example"))
    connection.reply(messages.http_response("200 OK", body=b"x" * 10) + b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
    connection.close()


@subject("a proxy: CONNECT, and TLS to another name inside it; a CONNECT that is refused")
def http_connect(traffic):
    proxy = ("203.0.113.8", 3128)
    connection = traffic.tcp(proxy).open().send(messages.http_request("CONNECT", "api.example:443", "api.example:443"))
    connection.reply(b"HTTP/1.1 200 Connection established\r\n\r\n").send(tls.hello("api.example")).reply(
        tls.record(tls.server_hello())).close()
    refused = traffic.tcp(proxy, 50001).open()
    refused.send(messages.http_request("CONNECT", "[2001:db8:1::7]:8443", "[2001:db8:1::7]:8443"))
    refused.reply(messages.http_response("403 Forbidden")).close()


@subject("HTTP/2 in clear with prior knowledge: two streams, the second authority Huffman-coded as in RFC 7541, C.4.1")
def http_2(traffic):
    plain = messages.WITHOUT_HUFFMAN + b"\x41" + bytes([len("grpc.example")]) + b"grpc.example"
    coded = messages.WITHOUT_HUFFMAN + bytes.fromhex("418cf1e3c2e5f23a6ba0ab90f4ff")
    connection = traffic.tcp((SERVER, 8080)).open()
    connection.send(messages.HTTP2_PREFACE + messages.HTTP2_SETTINGS + messages.http2_frame(1, 5, 1, plain))
    connection.reply(messages.HTTP2_SETTINGS).send(messages.http2_frame(1, 5, 3, coded)).close()


@subject("SOCKS 5 to a name and TLS inside it; SOCKS 4a")
def socks(traffic):
    proxy = ("203.0.113.8", 1080)
    connection = traffic.tcp(proxy).open().send(b"\x05\x01\x00").reply(b"\x05\x00")
    connection.send(messages.socks5_request("api.example", 443)).reply(b"\x05\0\0\x01\0\0\0\0\0\0")
    connection.send(tls.hello("api.example")).close()
    connection = traffic.tcp(proxy, 50001).open().send(messages.socks4a_request("old.example", 80))
    connection.reply(b"\0\x5a\0\0\0\0\0\0").send(messages.http_request("GET", "/", "old.example")).close()


@subject("SSH: the two identification strings")
def ssh(traffic):
    connection = traffic.tcp((SERVER, 22)).open().reply(b"SSH-2.0-Server_9.2\r\n").send(b"SSH-2.0-Client_1.0\r\n")
    connection.close()


@subject("STARTTLS in SMTP, IMAP and PostgreSQL, each with a hello after it")
def starttls(traffic):
    smtp = traffic.tcp((SERVER, 25)).open().reply(b"220 mail.example ESMTP\r\n").send(b"EHLO client.example\r\n")
    smtp.reply(b"250-mail.example\r\n250 STARTTLS\r\n").send(b"STARTTLS\r\n").reply(b"220 go ahead\r\n")
    smtp.send(tls.hello("mail.example")).close()
    imap = traffic.tcp((SERVER, 143), 50001).open().reply(b"* OK ready\r\n").send(b"a1 STARTTLS\r\n")
    imap.reply(b"a1 OK begin\r\n").send(tls.hello("imap.example")).close()
    database = traffic.tcp((SERVER, 5432), 50002).open().send(struct.pack(">II", 8, 80877103)).reply(b"S")
    database.send(tls.hello("db.example")).close()


@subject("NTP, STUN, a WireGuard handshake and datagrams of no known protocol")
def udp_others(traffic):
    traffic.ask((CLIENT, 123), ("198.51.100.123", 123), messages.ntp(3), messages.ntp(4))
    traffic.ask((CLIENT, 40002), (SERVER, 3478), messages.stun(0x0001), messages.stun(0x0101, bytes.fromhex(
        "00200008 0001 a147 e112a643")))
    traffic.ask((CLIENT, 40003), (SERVER, 51820), messages.wireguard(1), messages.wireguard(2))
    traffic.ask((CLIENT, 40004), (SERVER, 9999), b"hello", b"world!!")


@subject("ICMP and ICMPv6 echo, SCTP, and an IP protocol that is not read")
def ip_others(traffic):
    for source, destination in ((CLIENT, SERVER), (CLIENT6, SERVER6)):
        traffic.put(frames.icmp_echo(source, destination, False))
        traffic.put(frames.icmp_echo(destination, source, True), False)
    traffic.put(frames.ipv4(CLIENT, SERVER, frames.SCTP, messages.sctp_init(40001, 36412)))
    traffic.put(frames.ipv4(CLIENT, "224.0.0.18", 112, bytes(20)))


@subject("connections that are refused, that nobody answers, and two with the same ports one after the other")
def tcp_ends(traffic):
    traffic.tcp((SERVER, 81)).out(frames.SYN).reset()
    silent = traffic.tcp((SERVER, 82)).out(frames.SYN)
    silent.next_out -= 1
    silent.out(frames.SYN)
    traffic.tcp((SERVER, 83)).open().reset()
    again = traffic.tcp((SERVER, 83))
    again.next_out, again.next_in = 777000, 888000
    again.open().close()


@subject("names with octets that a terminal or a report could trip over")
def names_hostile(traffic):
    query = messages.dns_query("x.example").replace(b"\x01x\x07", b"\x07\x1b[2Jx\0\n\x07")
    traffic.ask((CLIENT, 40001), (RESOLVER, 53), query)
    traffic.tcp().open().send(tls.hello("a\x1b[31m\"<b>.example")).reset()
    traffic.tcp((SERVER, 80), 50001).open().send(messages.http_request("GET", "/", "h\x07\x9b.example")).reset()
