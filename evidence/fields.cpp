#include "evidence/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "evidence/merkle.h"

namespace waybill::evidence {
namespace {

using Kind = JsonDocument::Kind;

/// Octets behind the number of them, so that no two texts run into one another.
void append(std::vector<std::byte>& out, std::string_view text)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(text.size()) >> static_cast<unsigned>(shift)));
    const auto octets = std::as_bytes(std::span{text});
    out.insert(out.end(), octets.begin(), octets.end());
}

/// Walks a document's values in their order and keeps the way to each.
class Walking {
public:
    Walking(const JsonDocument& document, std::string start, const std::function<void(const Field&)>& see)
        : values_{document.values()}, see_{see}
    {
        place_ = std::move(start);
    }

    void run()
    {
        for (std::uint32_t number = 0; number < values_.size();) {  // each turn goes on by a value
            leave(number);
            std::size_t before = place_.size();
            if (!open_.empty())
                before = enter(number);
            const JsonDocument::Value& value = values_[number];
            const bool holds = value.kind == Kind::object || value.kind == Kind::array;
            if (holds && value.next > number + 1) {
                open_.push_back({value.next, before, 0, value.kind});
            } else {
                see_({place_, value.kind, holds ? std::string_view{} : value.text});
                place_.resize(before);
            }
            ++number;
        }
    }

private:
    struct Open {
        std::uint32_t end;   // number of the first value behind it
        std::size_t before;  // length of the place before it
        std::size_t count;   // of its elements so far
        Kind kind;
    };

    void leave(std::uint32_t number)
    {
        while (!open_.empty() && open_.back().end == number) {
            place_.resize(open_.back().before);
            open_.pop_back();
        }
    }

    /// Adds the name or the number of the value here, whose name is passed over. Gives the length of the place before.
    std::size_t enter(std::uint32_t& number)
    {
        const std::size_t before = place_.size();
        Open& within = open_.back();
        if (!place_.empty())
            place_ += '/';
        if (within.kind == Kind::array) {
            place_ += fmt::format("{}", within.count++);
            return before;
        }
        for (const char character : values_[number].text)  // RFC 6901, 3
            place_ += character == '~' ? "~0" : character == '/' ? "~1" : std::string(1, character);
        ++number;
        return before;
    }

    const std::vector<JsonDocument::Value>& values_;
    const std::function<void(const Field&)>& see_;
    std::string place_;
    std::vector<Open> open_;
};

}  // namespace

std::expected<void, FieldError> each_field(std::string_view text, Lines lines,
                                           const std::function<void(const Field&)>& see)
{
    std::uint64_t number = 0;
    while (!text.empty()) {  // each turn takes a line, or all
        ++number;
        const std::size_t end = lines == Lines::all ? std::string_view::npos : text.find('\n');
        const std::string_view part = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto document = JsonDocument::parse(part, JsonDocument::Hidden::kept);
        const std::string start = lines == Lines::all ? std::string{} : fmt::format("{}", number);
        if (!document)
            return std::unexpected(FieldError{start, document.error().what});
        Walking{*document, start, see}.run();
    }
    return {};
}

Salt salt_of(Bytes secret, std::string_view document, std::string_view place)
{
    std::vector<std::byte> octets{secret.begin(), secret.end()};
    append(octets, document);
    append(octets, place);
    return sha256(octets);
}

Sha256 field_digest(const Salt& salt, const Field& field)
{
    std::vector<std::byte> octets{salt.begin(), salt.end()};
    append(octets, field.place);
    octets.push_back(static_cast<std::byte>(field.kind));
    append(octets, field.text);
    return leaf_digest(octets);
}

}  // namespace waybill::evidence
