#include "base/log_command.h"

#include <doctest/doctest.h>

#include <string_view>

using namespace waybill;

TEST_CASE("a job's log could take a command from two colons and a name, and from two number signs")
{
    struct Row {
        std::string_view what;
        std::string_view text;
        std::size_t at;
        bool begins;
    };
    const Row rows[] = {{"at the beginning", "::error::x", 0, true},
                        {"with parameters", "::warning file=a::x", 0, true},
                        {"behind a space", "a ::stop-commands::x", 2, true},
                        {"behind a no-break space", "\xc2\xa0::error::x", 2, true},
                        {"behind a line feed", "a\n::error::x", 2, true},
                        {"in capitals", "::DEBUG::x", 0, true},
                        {"behind a letter, where no line begins", "a::error::x", 1, false},
                        {"the second of its colons", "::error::x", 1, false},
                        {"an IPv6 address", "::ffff:192.0.2.1", 0, false},
                        {"a shorter one", "::a", 0, false},
                        {"the address of nobody", "::", 0, false},
                        {"a network", "::/0", 0, false},
                        {"the second number sign", "a##[error]x", 2, true},
                        {"the first number sign", "a##[error]x", 1, false},
                        {"one number sign", "#x", 0, false},
                        {"at the end", "x", 1, false}};
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(begins_log_command(row.text, row.at) == row.begins);
    }
}
