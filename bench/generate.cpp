// waybill_generate KIND OUT.pcap [options]: writes a capture whose contents are known.
#include <fmt/core.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bench/traffic.h"

namespace {

using waybill::bench::CaptureWriter;
using waybill::bench::Kind;
using waybill::bench::Plan;
using waybill::bench::Traffic;

constexpr std::string_view usage =
    "usage: waybill_generate mixed|many|large OUT.pcap [--flows N] [--octets N] [--seed S] [--truth OUT.json]\n"
    "                        [--distinct-names]\n"
    "mixed: TLS, QUIC, DNS and HTTP with transfers, 1 GB; many: a million short flows; large: eight transfers\n";
constexpr int exit_usage = 64;
constexpr int exit_cannot_create = 73;

struct Arguments {
    Kind kind = Kind::mixed;
    std::string capture;
    std::string truth;
    std::optional<std::uint64_t> flows;
    std::optional<std::uint64_t> octets;
    std::uint64_t seed = 1;
    bool distinct_names = false;
};

std::optional<std::uint64_t> parse_number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc{} || end != text.end())
        return std::nullopt;
    return value;
}

/// Takes one option and its value; false when it is not one.
bool parse_option(Arguments& arguments, std::string_view option, std::string_view value)
{
    if (option == "--truth") {
        arguments.truth = value;
        return !value.empty();
    }
    const auto number = parse_number(value);
    if (option == "--flows")
        arguments.flows = number;
    else if (option == "--octets")
        arguments.octets = number;
    else if (option == "--seed")
        arguments.seed = number.value_or(0);
    else
        return false;
    return number.has_value() && (*number > 0 || option == "--seed");
}

std::optional<Arguments> parse_arguments(std::span<char*> words)
{
    if (words.size() < 3)
        return std::nullopt;
    const auto kind = waybill::bench::parse_kind(words[1]);
    if (!kind)
        return std::nullopt;
    Arguments arguments;
    arguments.kind = *kind;
    arguments.capture = words[2];
    for (std::size_t i = 3; i < words.size(); ++i) {
        if (std::string_view{words[i]} == "--distinct-names") {
            arguments.distinct_names = true;
            continue;
        }
        if (i + 1 == words.size() || !parse_option(arguments, words[i], words[i + 1]))
            return std::nullopt;
        ++i;
    }
    return arguments;
}

int generate(const Arguments& arguments)
{
    auto writer = CaptureWriter::create(arguments.capture);
    if (!writer) {
        fmt::print(stderr, "waybill_generate: {}\n", writer.error());
        return exit_cannot_create;
    }
    Plan plan = make_plan(arguments.kind, arguments.flows, arguments.octets);
    plan.seed = arguments.seed;
    plan.distinct_names = arguments.distinct_names;
    Traffic traffic{plan, *writer};
    if (const auto written = traffic.write(); !written) {
        fmt::print(stderr, "waybill_generate: {}: {}\n", arguments.capture, written.error());
        return exit_cannot_create;
    }
    fmt::print("{}: {} flows, {} packets, {} octets\n", arguments.capture, plan.flows, traffic.truth().packets(),
               writer->octets());
    if (arguments.truth.empty())
        return 0;
    const std::string about = fmt::format(R"({{"kind":"{}","flows":{},"octets":{},"seed":{},"distinct_names":{}}})",
                                          text(plan.kind), plan.flows, plan.octets, plan.seed, plan.distinct_names);
    std::ofstream truth{arguments.truth};
    truth << traffic.truth().json(about, writer->octets());
    truth.close();
    if (truth)
        return 0;
    fmt::print(stderr, "waybill_generate: {}: cannot be written\n", arguments.truth);
    return exit_cannot_create;
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        const auto arguments = parse_arguments({argv, static_cast<std::size_t>(argc)});
        if (!arguments) {
            fmt::print(stderr, "{}", usage);
            return exit_usage;
        }
        return generate(*arguments);
    } catch (const std::exception& error) {
        std::fputs(error.what(), stderr);
        return 1;
    }
}
