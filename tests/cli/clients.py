"""Commands that talk, to be run in the sinkhole: Python programs that meet its refusals without a word."""

from waybill_test import python

PREPARED = """import contextlib, socket, ssl, sys
@contextlib.contextmanager
def refused():
    with contextlib.suppress(OSError):
        yield
def tcp(host, port, octets=b"", answer=True):
    with refused(), socket.create_connection((host, port), 30) as client:
        client.sendall(octets)
        while answer and client.recv(4096):
            pass
def udp(host, port, octets, family=socket.AF_INET):
    with refused(), socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(0.3)
        client.connect((host, port))
        client.send(octets)
        client.recv(4096)
def tls(host, port, name, protocols=("http/1.1",)):
    context = ssl.create_default_context()
    context.set_alpn_protocols(list(protocols))
    with refused(), socket.create_connection((host, port), 30) as client:
        with context.wrap_socket(client, server_hostname=name):
            pass
"""


def client(code):
    return python(PREPARED + code)
