"""AES-128 and its Galois/counter mode (FIPS 197, NIST SP 800-38D), slow and short: Python's library has neither."""


def double(value):
    return (value << 1 ^ 0x1b) & 0xff if value & 0x80 else value << 1


def make_sbox():
    """FIPS 197, 5.1.1: the inverse in GF(2^8), then an affine map."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value ^= double(value)  # times 3, a generator
    sbox = [0x63] * 256
    for place, value in enumerate(powers):
        inverse = powers[-place % 255]
        spread = inverse
        for shift in range(1, 5):
            spread ^= (inverse << shift | inverse >> 8 - shift) & 0xff
        sbox[value] = spread ^ 0x63
    return sbox


SBOX = make_sbox()


def expand(key):
    words = [list(key[at:at + 4]) for at in range(0, 16, 4)]
    constant = 1
    for number in range(4, 44):
        word = list(words[-1])
        if number % 4 == 0:
            word = [SBOX[octet] for octet in word[1:] + word[:1]]
            word[0] ^= constant
            constant = double(constant)
        words.append([mine ^ other for mine, other in zip(word, words[-4])])
    return [sum(words[at:at + 4], []) for at in range(0, 44, 4)]


def mix(column):
    whole = column[0] ^ column[1] ^ column[2] ^ column[3]
    return [octet ^ whole ^ double(octet ^ column[(at + 1) % 4]) for at, octet in enumerate(column)]


def encrypt(key, block):
    """One block of 16 octets."""
    keys = expand(key)
    state = [octet ^ mask for octet, mask in zip(block, keys[0])]
    for number in range(1, 11):
        state = [SBOX[state[(at + 4 * (at % 4)) % 16]] for at in range(16)]
        if number < 10:
            state = sum((mix(state[at:at + 4]) for at in range(0, 16, 4)), [])
        state = [octet ^ mask for octet, mask in zip(state, keys[number])]
    return bytes(state)


def multiply(one, other):
    """In GF(2^128), the first bit the highest (SP 800-38D, 6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if one >> bit & 1:
            product ^= other
        other = other >> 1 ^ (0xe1 << 120 if other & 1 else 0)
    return product


def seal(key, nonce, plain, associated):
    """The ciphertext with its tag of 16 octets; the nonce has 12."""
    cipher = b""
    for number, start in enumerate(range(0, len(plain), 16), 2):
        stream = encrypt(key, nonce + number.to_bytes(4, "big"))
        cipher += bytes(octet ^ mask for octet, mask in zip(plain[start:start + 16], stream))
    hash_key = int.from_bytes(encrypt(key, bytes(16)), "big")
    hashed = associated + bytes(-len(associated) % 16) + cipher + bytes(-len(cipher) % 16)
    hashed += (len(associated) * 8).to_bytes(8, "big") + (len(cipher) * 8).to_bytes(8, "big")
    tag = 0
    for start in range(0, len(hashed), 16):
        tag = multiply(tag ^ int.from_bytes(hashed[start:start + 16], "big"), hash_key)
    mask = int.from_bytes(encrypt(key, nonce + b"\0\0\0\1"), "big")
    return cipher + (tag ^ mask).to_bytes(16, "big")


# FIPS 197, appendix C.1; the Galois/counter mode is checked by those who open what was sealed.
assert encrypt(bytes(range(16)), bytes.fromhex("00112233445566778899aabbccddeeff")).hex() == \
    "69c4e0d86a7b0430d8cdb78070b4c55a"
