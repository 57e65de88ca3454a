#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/text_buffer.h"
#include "model/address.h"
#include "model/endpoint.h"
#include "model/rating.h"

namespace waybill {

/// What a rule says, for all lines of which it decides the endpoint.
struct RuleFacts {
    Rating rating;
    std::string pack_version;
};

/// Whose doing it was, as a log says.
struct AssertedOwner {
    std::string_view process;
    std::optional<std::uint64_t> pid;
    std::string_view user;
    std::string_view device;

    bool is_empty() const { return process.empty() && !pid && user.empty() && device.empty(); }
};

/// A line of a log, with what the rule packs say of its endpoint. Texts are borrowed; an empty one is not there.
struct Annotation {
    std::string_view file;
    std::uint64_t line = 0;
    std::string_view host;
    IpAddress address;  ///< of no family when there is none
    std::optional<Port> port;
    std::optional<Transport> transport;
    std::string_view name_source;
    std::string_view reverse_name;
    AssertedOwner owner;
    const RuleFacts* rule = nullptr;  ///< nullptr: none matched, or there is no endpoint
    std::string_view pattern;         ///< of the rule, as it writes it
    std::string_view overrides;       ///< id of the shipped rule that would decide, were it not for one's own
    std::string_view not_found;       ///< what is said of an endpoint without a rule
    std::string_view problem;         ///< why the line is not understood; then nothing else is known

    bool has_endpoint() const { return !host.empty() || address.family() != IpAddress::Family::none; }
};

/// Appends it as a line of JSON (docs/commands/annotate.md).
void append_annotation_json(TextBuffer& out, const Annotation& annotation);

/// Appends the row of headings: the original ones, then ours, each of which begins with `waybill_`.
void append_annotation_headings(std::string& out, std::span<const std::string> original);

/// Appends a row: the original cells, as many as there are `columns`, then ours.
void append_annotation_row(std::string& out, std::span<const std::string> original, std::size_t columns,
                           const Annotation& annotation);

}  // namespace waybill
