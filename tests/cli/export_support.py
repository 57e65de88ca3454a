"""What tests of the exports share: a recording with something of everything, and validators that others wrote."""

import json
import shutil
import struct

from clients import client
from npm_tools import installed
from waybill_test import SOURCE, Skip, status

TALK = """import subprocess
tls('api.anthropic.com', 443, 'api.anthropic.com')
tcp('plain.example', 80, b'GET /secret HTTP/1.1\\r\\nHost: plain.example\\r\\n\\r\\n')
tls('unheard-of.example', 8443, 'unheard-of.example', ('h2', 'http/1.1'))
udp('192.0.2.7', 9999, b'x' * 100)
udp('2001:db8::7', 9999, b'x' * 100, socket.AF_INET6)
subprocess.run(['curl', '-sm3', 'https://curled.example/'])
"""


def recorded(scratch, name="case", talk=TALK):
    """A case of a program that speaks TLS, HTTP and UDP, to names with and without a cited purpose."""
    status(scratch.sinkhole(*client(talk), options=("--case", name)), 0)
    return name


def exported(scratch, word, *options, expected=0, name="case"):
    return status(scratch.run("report", name, "--format", word, *options), expected).out


def needs(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Skip(f"{program} is not installed; ./dev deps does that")


# Schemas that name each other stand in one folder; each is added by its file's name.
VALIDATE = """
const fs = require('fs'), path = require('path');
const [modules, draft, schemaFile, documents, lines, more] = process.argv.slice(2);
const Ajv = require(modules + (draft === '2020' ? '/ajv/dist/2020' : '/ajv')).default;
const ajv = new Ajv({strict: false, allErrors: true, validateFormats: true, unicodeRegExp: false});
require(modules + '/ajv-formats').default(ajv);
ajv.addFormat('idn-email', true); ajv.addFormat('iri-reference', true);
for (const file of more ? more.split(',') : []) {
  const schema = JSON.parse(fs.readFileSync(file));
  schema.$id = path.basename(file);
  ajv.addSchema(schema);
}
const schema = JSON.parse(fs.readFileSync(schemaFile));
if (more) schema.$id = path.basename(schemaFile);
const validate = ajv.compile(schema);
const text = fs.readFileSync(documents, 'utf8');
const values = lines === 'lines' ? text.split('\\n').filter(Boolean).map(JSON.parse) : [JSON.parse(text)];
const faults = [];
values.forEach((value, at) => {
  if (!validate(value)) faults.push(...validate.errors.map(e => `${at}${e.instancePath}: ${e.message}`));
});
console.log(JSON.stringify({values: values.length, faults: faults.slice(0, 20)}));
"""


def ajv_faults(scratch, tool, schema, text, draft="2020", lines=False, more=()):
    """What ajv objects to in a document, or in each line of one."""
    needs("node", "npm")
    modules = installed(scratch.waybill, SOURCE / "tests/cli" / tool)
    schema = modules / schema[len("node_modules/"):] if str(schema).startswith("node_modules/") else SOURCE / schema
    scratch.write("validate.js", VALIDATE)
    scratch.write("document", text)
    told = status(scratch.execute(["node", "validate.js", str(modules), draft, str(schema), "document",
                                   "lines" if lines else "whole", ",".join(str(modules / path) for path in more)]), 0)
    found = json.loads(told.out)
    if found["values"] == 0:
        raise AssertionError("nothing was validated")
    return found["faults"]


def blocks_of(octets):
    """The blocks of a little-endian pcapng file: type and body."""
    at, blocks = 0, []
    while at < len(octets):
        kind, length = struct.unpack_from("<II", octets, at)
        if struct.unpack_from("<I", octets, at + length - 4)[0] != length:
            raise AssertionError(f"the block at {at} ends otherwise than it begins")
        blocks.append((kind, octets[at + 8:at + length - 4]))
        at += length
    return blocks


def packet_options(body):
    """The options of an Enhanced Packet Block: code and value."""
    at = 20 + (struct.unpack_from("<I", body, 12)[0] + 3) // 4 * 4
    found = []
    while at + 4 <= len(body):
        code, length = struct.unpack_from("<HH", body, at)
        if code == 0:
            break
        found.append((code, body[at + 4:at + 4 + length]))
        at += 4 + (length + 3) // 4 * 4
    return found
