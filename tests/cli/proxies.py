"""A small proxy for tests: CONNECT and requests in absolute form, a thread for each client."""

from waybill_test import PYTHON

# Serves at 127.0.0.1 on the port that is its argument. It says `ready` to the descriptor 3 where there is one.
PROXY = """
import os, socket, sys, threading
def pump(source, sink):
    try:
        while octets := source.recv(65536):
            sink.sendall(octets)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
def head_of(client):
    head = b""
    while b"\\r\\n\\r\\n" not in head and (octets := client.recv(4096)):
        head += octets
    return head
def serve(client):
    try:
        head = head_of(client)
        method, target = head.split(b" ", 2)[:2]
        if method == b"CONNECT":
            host, port = target.decode().rsplit(":", 1)
        else:
            host, port = target.decode().split("/")[2], "80"
        remote = socket.create_connection((host.strip("[]"), int(port)), 10)
        if method == b"CONNECT":
            client.sendall(b"HTTP/1.1 200 Connection established\\r\\n\\r\\n")
        else:
            remote.sendall(head)
        thread = threading.Thread(target=pump, args=(client, remote), daemon=True)
        thread.start()
        pump(remote, client)
        thread.join(5)
        remote.close()
    except OSError:
        pass
    client.close()
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=64)
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""


def with_proxy(folder, port, command):
    """A shell command that runs the proxy, then the command, then ends the proxy."""
    (folder / "proxy.py").write_text(PROXY)
    return ["bash", "-c", f"coproc {PYTHON} {folder}/proxy.py {port}; read -r ready <&${{COPROC[0]}}; {command}; "
                          "code=$?; kill $COPROC_PID; wait $COPROC_PID; exit $code"]
