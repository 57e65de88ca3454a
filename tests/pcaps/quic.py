"""QUIC Initial packets, sealed with the keys that the connection id gives to everybody (RFC 9001, 5.2; RFC 9369)."""

import hashlib
import hmac

import aes

SALTS = {1: "38762cf7f55934b34d179ae6a4c80cadccbb7f0a", 0x6b3343cf: "0dede3def700a6db819381be6e269dcbf9bd2ed9"}
LABELS = {1: "quic ", 0x6b3343cf: "quicv2 "}
FIRST = {1: 0xc0, 0x6b3343cf: 0xd0}  # an Initial packet's first octet: RFC 9369, 3.2 moved the types


def expand(secret, label, octets):
    """HKDF-Expand-Label (RFC 8446, 7.1) for no more than one block."""
    label = b"tls13 " + label.encode()
    described = octets.to_bytes(2, "big") + bytes([len(label)]) + label + b"\0"
    return hmac.new(secret, described + b"\1", hashlib.sha256).digest()[:octets]


def varint(number):
    """RFC 9000, 16, in two octets from 64 on."""
    return bytes([number]) if number < 64 else (number | 0x4000).to_bytes(2, "big")


def crypto(offset, octets):
    return b"\x06" + varint(offset) + varint(len(octets)) + octets


def initial(connection_id, number, frames, *, side="client", source_id=b"", version=1, octets=1200):
    """A datagram with one Initial packet, padded."""
    common = hmac.new(bytes.fromhex(SALTS[version]), connection_id, hashlib.sha256).digest()
    secret = expand(common, f"{side} in", 32)
    key, iv, protection = (expand(secret, LABELS[version] + word, size) for word, size in
                           (("key", 16), ("iv", 12), ("hp", 16)))
    destination = connection_id if side == "client" else b""
    head = bytes([FIRST[version] | 1]) + version.to_bytes(4, "big")
    head += bytes([len(destination)]) + destination + bytes([len(source_id)]) + source_id + b"\0"
    frames += bytes(max(0, octets - len(head) - 4 - 16 - len(frames)))
    head += varint(2 + len(frames) + 16) + number.to_bytes(2, "big")
    nonce = bytes(octet ^ mask for octet, mask in zip(iv, number.to_bytes(12, "big")))
    sealed = aes.seal(key, nonce, frames, head)
    mask = aes.encrypt(protection, sealed[2:18])  # the sample stands four octets after the packet number's start
    hidden = bytes([head[0] ^ mask[0] & 0x0f]) + head[1:-2] + bytes(a ^ b for a, b in zip(head[-2:], mask[1:3]))
    return hidden + sealed
