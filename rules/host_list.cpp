#include "rules/host_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_set>

#include "base/ascii.h"
#include "base/text.h"
#include "model/address.h"
#include "model/hostname.h"
#include "rules/pattern.h"

namespace waybill::rules {
namespace {

using Json = nlohmann::ordered_json;

/// Names that lists in the format of hosts(5) begin with, and that are no endpoint.
constexpr std::array<std::string_view, 9> names_of_machine{"localhost",     "localhost.localdomain", "local",
                                                           "broadcasthost", "ip6-localhost",         "ip6-loopback",
                                                           "ip6-localnet",  "ip6-allnodes",          "ip6-allrouters"};

constexpr std::size_t few_examples = 3;

/// Takes the next word off a line.
std::string_view take_word(std::string_view& line)
{
    constexpr std::string_view space = " \t\r";
    const std::size_t start = std::min(line.find_first_not_of(space), line.size());
    line.remove_prefix(start);
    const std::string_view word = line.substr(0, line.find_first_of(space));
    line.remove_prefix(word.size());
    return word;
}

class ListReader {
public:
    void add(std::string_view line)
    {
        line = line.substr(0, line.find_first_of("#!"));
        std::string_view word = take_word(line);
        if (word.empty())
            return;
        bool is_understood = false;
        if (IpAddress::parse(word)) {
            for (word = take_word(line); !word.empty(); word = take_word(line))
                is_understood |= add_name(word);
        } else {
            is_understood = take_word(line).empty() && add_name(word);
        }
        list_.not_understood += is_understood ? 0 : 1;
    }

    HostList take() { return std::move(list_); }

private:
    bool add_name(std::string_view word)
    {
        if (std::ranges::find(names_of_machine, word) != names_of_machine.end() || IpAddress::parse(word)) {
            ++list_.own_names;
            return true;
        }
        const auto host = Hostname::parse(word);
        if (!host || !host->text().contains('.') || !HostPattern::parse(host->text()))
            return false;
        if (seen_.insert(host->text()).second)
            list_.hosts.push_back(host->text());
        return true;
    }

    HostList list_;
    std::unordered_set<std::string> seen_;
};

}  // namespace

HostList read_host_list(std::string_view text)
{
    ListReader reader;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        reader.add(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return reader.take();
}

std::string host_list_pack(const HostList& list, const HostListFacts& facts, const PublicSuffixList& suffixes)
{
    std::set<std::string> domains;
    for (const std::string& host : list.hosts) {
        const auto name = Hostname::parse(host).value();
        const std::string_view domain = suffixes.registrable_domain(name);
        domains.insert(domain.empty() ? host : std::string{domain});
    }
    Json purposes = Json::array();
    for (const Purpose purpose : facts.purposes)
        purposes.push_back(text(purpose));
    Json examples = Json::array();
    for (std::size_t i = 0; i < std::min(few_examples, list.hosts.size()); ++i)
        examples.push_back(list.hosts[i]);
    Json rule{{"id", facts.id + "/listed"}, {"vendor", facts.vendor}, {"products", Json::array()}};
    rule["match"][facts.whole_domains ? "domains" : "hosts"] = list.hosts;
    rule["purposes"] = purposes;
    rule["statement"] = "Is on a list that a third party keeps for this purpose.";
    rule["sources"] = {{{"title", facts.title},
                        {"url", facts.url},
                        {"grade", "third-party"},
                        {"read", text(facts.read)},
                        {"paraphrase", fmt::format("The list names {} hosts.", list.hosts.size())}}};
    rule["examples"] = {{"match", examples}, {"no_match", {"not-listed.example"}}};
    const Json pack{{"format", "waybill-rule-pack/1"},
                    {"id", facts.id},
                    {"title", facts.title},
                    {"version", text(facts.read)},
                    {"vendor", facts.vendor},
                    {"registrable_domains", domains},
                    {"licence", facts.licence},
                    {"rules", Json::array({rule})}};
    return json_without_hidden(pack.dump(1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace waybill::rules
