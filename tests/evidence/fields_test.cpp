#include "evidence/fields.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <span>
#include <string>

#include "base/hex.h"
#include "evidence/merkle.h"

using namespace waybill;
using namespace waybill::evidence;

namespace {

std::string fields(std::string_view text, Lines lines = Lines::all)
{
    std::string all;
    const auto done = each_field(text, lines, [&](const Field& field) {
        all += fmt::format("{}={}:{} ", field.place, static_cast<int>(field.kind), field.text);
    });
    return done ? all : fmt::format("{}: {}", done.error().where, done.error().what);
}

}  // namespace

TEST_CASE("fields are the values that hold no others, in their order, by where they stand")
{
    CHECK(fields(R"({"a":1,"b":{"c":"x","d":[true,null,[],{}]},"e~/f":""})") ==
          "a=2:1 b/c=3:x b/d/0=1:true b/d/1=0: b/d/2=4: b/d/3=5: e~0~1f=3: ");
    CHECK(fields("[]") == "=4: ");
    CHECK(fields("7") == "=2:7 ");
    CHECK(fields("[[1,2],[3]]") == "0/0=2:1 0/1=2:2 1/0=2:3 ");
    CHECK(fields("{\"a\":1}\n{\"a\":2}\n", Lines::each) == "1/a=2:1 2/a=2:2 ");
    CHECK(fields("{\"a\":1}\n{a}\n", Lines::each).starts_with("2: it is not JSON"));
}

TEST_CASE("a Merkle root is that of RFC 9162, whatever the number of leaves")
{
    // Computed by the definition: of n leaves split at the greatest power of two below n.
    const auto node = [](const Sha256& left, const Sha256& right) {
        std::vector<std::byte> octets{std::byte{1}};
        octets.insert(octets.end(), left.begin(), left.end());
        octets.insert(octets.end(), right.begin(), right.end());
        return sha256(octets);
    };
    const std::function<Sha256(std::span<const Sha256>)> by_definition = [&](std::span<const Sha256> leaves) {
        if (leaves.size() == 1)
            return leaves.front();
        std::size_t split = 1;
        while (split * 2 < leaves.size())
            split *= 2;
        return node(by_definition(leaves.first(split)), by_definition(leaves.subspan(split)));
    };
    std::vector<Sha256> leaves;
    MerkleRoot tree;
    CHECK(to_hex(tree.root()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (int i = 0; i < 40; ++i) {
        const std::array octet{static_cast<std::byte>(i)};
        leaves.push_back(leaf_digest(octet));
        tree.add(leaves.back());
        CHECK(tree.root() == by_definition(leaves));
    }
    CHECK(tree.leaves() == 40);
    // The empty leaf of RFC 9162's own trees.
    CHECK(to_hex(leaf_digest({})) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST_CASE("a field's digest depends on its salt, its place, its kind and its text, and on nothing else")
{
    const std::string secret(32, 's');
    const auto salt = salt_of(std::as_bytes(std::span{secret}), "events", "1/a");
    const Field field{"1/a", JsonDocument::Kind::text, "x"};
    const Sha256 digest = field_digest(salt, field);
    CHECK(field_digest(salt, field) == digest);
    CHECK(field_digest(salt_of(std::as_bytes(std::span{secret}), "report", "1/a"), field) != digest);
    CHECK(field_digest(salt, {"1/b", field.kind, field.text}) != digest);
    CHECK(field_digest(salt, {"1/", field.kind, "ax"}) != digest);
    CHECK(field_digest(salt, {field.place, JsonDocument::Kind::number, field.text}) != digest);
}
