"""Captures that the tests of commands read, made with the goldens' builder."""

import waybill_test  # noqa: F401  makes the goldens' folder importable

import capture_files as files
import links
import messages
import tls
from traffic import CLIENT, RESOLVER, SERVER, Traffic

__all__ = ["conversation", "files", "links"]


def conversation(host="api.example", port=50000, server=SERVER):
    """A question, its answer and a TLS connection, as Ethernet records."""
    traffic = Traffic()
    traffic.ask((CLIENT, port - 10000), (RESOLVER, 53), messages.dns_query(host),
                messages.dns_answer(host, messages.address_record(server)))
    connection = traffic.tcp((server, 443), port).open().send(tls.hello(host))
    connection.reply(tls.record(tls.server_hello())).close()
    return traffic.records(links.ethernet)
