#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/cursor.h"
#include "evidence/seal.h"
#include "evidence/verify.h"
#include "tests/evidence/memory_folder.h"

using namespace waybill;
using namespace waybill::evidence;

namespace {

const SigningKey& key()
{
    static const SigningKey generated = SigningKey::generate();
    return generated;
}

const test::MemoryFolder::Files& sealed()
{
    static const test::MemoryFolder::Files files = [] {
        test::MemoryFolder::Files made{{"data/run.json", "{}\n"}, {"data/rules/a.json", "[]"}, {"data/empty", ""}};
        test::MemoryFolder folder{made};
        const auto payload = read_payload(folder);
        if (!payload)
            std::abort();
        Seal seal = make_seal(*payload, {"2026-11-27", "Waybill", payload->octets, payload->files.size(), 0, {}},
                              nlohmann::ordered_json::object());
        sign(seal.envelope, key());
        for (const TagFile& tag : seal.tags)
            made.emplace(tag.path, tag.text);
        made.emplace(seal_file, envelope_text(seal.envelope));
        return made;
    }();
    return files;
}

/// One change: of which file, what, where, and an octet.
void change(test::MemoryFolder::Files& files, Cursor& in)
{
    const auto file = std::next(files.begin(), in.u8() % static_cast<std::ptrdiff_t>(files.size()));
    const std::uint8_t what = in.u8();
    const std::size_t place = in.u16();
    const auto octet = static_cast<char>(in.u8());
    std::string& text = file->second;
    switch (what % 5) {
        case 0:
            if (!text.empty())
                text[place % text.size()] = octet;
            return;
        case 1:
            text.resize(text.empty() ? 0 : place % text.size());
            return;
        case 2:
            text.insert(place % (text.size() + 1), 1, octet);
            return;
        case 3:
            files.emplace(std::string{"data/"} + octet, text);
            return;
        default:
            if (files.size() > 1)
                files.erase(file);
    }
}

}  // namespace

// A case is valid to who has the key where it is what was sealed, and nowhere else, whatever was done to it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    test::MemoryFolder folder{sealed()};
    Cursor in{std::as_bytes(std::span{data, size})};
    while (!in.at_end())
        change(folder.files, in);
    const std::vector<PublicKey> keys{key().public_key()};
    const bool is_valid = verify(folder, {keys, std::nullopt}).outcome() == Verification::Outcome::valid;
    if (is_valid != (folder.files == sealed()))
        std::abort();
    return 0;
}
