#include "rules/suffix_automaton.h"

#include <doctest/doctest.h>
#include <libpsl.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "base/file.h"
#include "rules/public_suffix.h"

using namespace waybill;
using namespace waybill::rules;

namespace {

constexpr std::string_view header = ".DAFSA@PSL_0   \n";

/// `com` and `*.ck` in one branch, `!www.ck` in another, all of the registries.
const std::string small = std::string{header} +
                          "\x02\x8a"    // nodes at 2 and 12 behind the list's begin
                          "\xe3"        // c, the end of its run; the list behind it:
                          "\x02\x82"    // nodes at 2 and 4
                          "k\x86"       // ck: a wildcard of the registries
                          "om\x84"      // com: of the registries
                          "\x01\x01"    // nothing leads here
                          "www.ck\x85"  // www.ck: an exception of the registries
                          "\x01";

SuffixAutomaton::Rule rule(std::string_view name)
{
    const auto found = SuffixAutomaton{small}.find(name);
    REQUIRE_MESSAGE(found.has_value(), std::string{name});
    return *found;
}

struct CloseStream {
    void operator()(std::FILE* stream) const
    {
        // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): what holds this deleter owns it
        static_cast<void>(std::fclose(stream));  // it is only read from
    }
};
struct FreeList {
    void operator()(psl_ctx_t* list) const { psl_free(list); }
};

}  // namespace

TEST_CASE("a compiled list tells the rule of a name and its kind")
{
    CHECK(SuffixAutomaton::is_begun_by(small));
    CHECK(rule("com") == SuffixAutomaton::Rule{.is_icann = true});
    CHECK(rule("ck") == SuffixAutomaton::Rule{.is_wildcard = true, .is_icann = true});
    CHECK(rule("www.ck") == SuffixAutomaton::Rule{.is_exception = true, .is_icann = true});
    for (const char* absent : {"", "c", "co", "comm", "xcom", "www", "www.c", "w", "k", "-", "COM"}) {
        CAPTURE(std::string{absent});
        CHECK_FALSE(SuffixAutomaton{small}.find(absent).has_value());
    }
}

TEST_CASE("what does not begin as a compiled list is none, and a torn one has fewer rules")
{
    CHECK_FALSE(SuffixAutomaton::is_begun_by(""));
    CHECK_FALSE(SuffixAutomaton::is_begun_by("com\n"));
    for (std::size_t length = header.size(); length < small.size(); ++length) {
        const SuffixAutomaton torn{small.substr(0, length)};
        for (const char* name : {"com", "ck", "www.ck"})
            if (const auto found = torn.find(name))
                CHECK(found == rule(name));
    }
}

TEST_CASE("the system's list gives the registrable domains that libpsl finds in it")
{
    constexpr const char* file = "/usr/share/publicsuffix/public_suffix_list.dafsa";
    const auto list = PublicSuffixList::read(file);
    REQUIRE(list.has_value());
    const std::unique_ptr<std::FILE, CloseStream> stream{std::fopen(file, "rb")};
    REQUIRE(stream);
    const std::unique_ptr<psl_ctx_t, FreeList> other{psl_load_fp(stream.get())};
    REQUIRE(other);
    const auto text = read_file("/usr/share/publicsuffix/public_suffix_list.dat", 1U << 24U);
    REQUIRE(text.has_value());
    std::size_t compared = 0;
    const auto compare = [&](const std::string& name) {
        const auto host = Hostname::parse(name);
        if (!host)
            return;  // rules in other scripts, which no host name has
        const char* const expected = psl_registrable_domain(other.get(), host->text().c_str());
        const std::string_view found = list->registrable_domain(*host);
        CHECK_MESSAGE(found == (expected == nullptr ? std::string_view{} : expected), name);
        ++compared;
    };
    std::string_view rest = *text;
    while (!rest.empty()) {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (line.empty() || line.starts_with("//"))
            continue;
        line.remove_prefix(line.starts_with("*.") ? 2 : line.starts_with('!') ? 1 : 0);
        for (const char* before : {"", "a.", "b.a.", "x", "a.x", "1.2.3.4.5.6.7.8.9."})
            compare(std::string{before} + std::string{line});
    }
    CHECK(compared > 10'000);
}
