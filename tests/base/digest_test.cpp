#include "base/digest.h"

#include <doctest/doctest.h>

#include <string>

#include "base/hex.h"

using namespace waybill;

TEST_CASE("SHA-256 is that of FIPS 180-4")
{
    // FIPS 180-4's examples, as NIST publishes them
    CHECK(sha256_hex(as_octets("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex({}) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex(as_octets("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256_hex(as_octets(std::string(1'000'000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("MD5 is that of RFC 1321, A.5")
{
    CHECK(to_hex(md5({})) == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(to_hex(md5(as_octets("message digest"))) == "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST_CASE("one digest after another does not see the one before")
{
    const Sha256 first = sha256(as_octets("a"));
    CHECK(sha256(as_octets("b")) != first);
    CHECK(sha256(as_octets("a")) == first);
}

TEST_CASE("SHA-1 is that of RFC 3174, 7.3")
{
    CHECK(to_hex(sha1(as_octets("abc"))) == "a9993e364706816aba3e25717850c26c9cd0d89d");
}
