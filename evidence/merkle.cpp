#include "evidence/merkle.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <ranges>

namespace waybill::evidence {
namespace {

Sha256 node_digest(const Sha256& left, const Sha256& right)
{
    std::array<std::byte, 1 + std::tuple_size_v<Sha256> * 2> octets{std::byte{1}};
    const auto middle = std::ranges::copy(left, std::next(octets.begin())).out;
    std::ranges::copy(right, middle);
    return sha256(octets);
}

}  // namespace

void MerkleRoot::add(const Sha256& leaf)
{
    ++leaves_;
    subtrees_.emplace_back(1, leaf);
    while (subtrees_.size() > 1) {  // each turn makes two subtrees one
        auto& right = subtrees_.back();
        auto& left = subtrees_[subtrees_.size() - 2];
        if (left.first != right.first)
            return;
        left = {left.first * 2, node_digest(left.second, right.second)};
        subtrees_.pop_back();
    }
}

Sha256 MerkleRoot::root() const
{
    if (subtrees_.empty())
        return sha256({});
    Sha256 root = subtrees_.back().second;
    for (const auto& [size, digest] : subtrees_ | std::views::reverse | std::views::drop(1))
        root = node_digest(digest, root);
    return root;
}

Sha256 leaf_digest(Bytes leaf)
{
    std::vector<std::byte> octets{std::byte{0}};
    octets.insert(octets.end(), leaf.begin(), leaf.end());
    return sha256(octets);
}

}  // namespace waybill::evidence
