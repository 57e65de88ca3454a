#include "capture/owner/redact.h"

#include <doctest/doctest.h>

#include <array>

using namespace waybill;

TEST_CASE("what looks like a secret in a command line is left out, and the rest stays")
{
    using Arguments = std::vector<std::string>;
    struct Row {
        const char* what;
        Arguments given;
        Arguments kept;
        std::size_t redacted;
    };
    const std::string key(24, 'k');
    const std::vector<Row> rows{
        {"nothing secret", {"npm", "view", "left-pad"}, {"npm", "view", "left-pad"}, 0},
        {"an option and its value", {"tool", "--token", "abc"}, {"tool", "--token", "[redacted]"}, 1},
        {"in one argument", {"tool", "--api-key=abc", "-v"}, {"tool", "--api-key=[redacted]", "-v"}, 1},
        {"in any case", {"tool", "--API_KEY=abc"}, {"tool", "--API_KEY=[redacted]"}, 1},
        {"a variable", {"env", "MY_SECRET=abc", "tool"}, {"env", "MY_SECRET=[redacted]", "tool"}, 1},
        {"a header", {"curl", "-H", "Authorization: Bearer abc def"}, {"curl", "-H", "Authorization: [redacted]"}, 1},
        {"a header of no secret", {"curl", "-H", "Accept: text/html"}, {"curl", "-H", "Accept: text/html"}, 0},
        {"a program's own option", {"/usr/bin/curl", "-u", "me:abc"}, {"/usr/bin/curl", "-u", "[redacted]"}, 1},
        {"the same letter elsewhere", {"sort", "-u", "file"}, {"sort", "-u", "file"}, 0},
        {"joined to its option", {"mysql", "-pabc", "base"}, {"mysql", "-p[redacted]", "base"}, 1},
        {"the password of an address",
         {"git", "clone", "https://me:abc@acme.example/x.git"},
         {"git", "clone", "https://me:[redacted]@acme.example/x.git"},
         1},
        {"an address with a port", {"curl", "https://acme.example:8443/x"}, {"curl", "https://acme.example:8443/x"}, 0},
        {"a value in a query",
         {"curl", "https://acme.example/x?a=1&access_key=abc&b=2"},
         {"curl", "https://acme.example/x?a=1&access_key=[redacted]&b=2"},
         1},
        {"a key of a known form", {"tool", "sk-" + key}, {"tool", "[redacted]"}, 1},
        {"one within a word", {"tool", "--with=ghp_" + key + ",x"}, {"tool", "--with=[redacted],x"}, 1},
        {"too short to be one", {"tool", "sk-short"}, {"tool", "sk-short"}, 0},
        {"a word that ends like one begins", {"tool", "desk-" + key}, {"tool", "desk-" + key}, 0},
        {"an option without its value", {"tool", "--password"}, {"tool", "--password"}, 0},
        {"no arguments", {}, {}, 0},
        {"an address that somebody signs in with",
         {"sh", "-c", "xdg-open 'https://login.example/?response_type=code&state=x' &"},
         {"sh", "-c", "xdg-open '[redacted]' &"},
         1},
        {"two of them",
         {"tool", "http://a.example/?redirect_uri=b,c http://b.example/?code_challenge=c"},
         {"tool", "[redacted] [redacted]"},
         1},
        {"one with a quote in it, as RFC 3986 has them",
         {"tool", "https://login.example/?nonce=it's&response_type=code&state=x"},
         {"tool", "[redacted]"},
         1},
        {"one that no browser would be given",
         {"tool", "https://login.example/\xc3\xa9?response_type=code" + std::string(5000, 'x')},
         {"tool", "[redacted]"},
         1},
        {"what is handed to a browser outside, to its end",
         {"/bin/sh", "/run/waybill/bin/xdg-open", "https://web.example/a b\xc3\xa9"},
         {"/bin/sh", "/run/waybill/bin/xdg-open", "[redacted]"},
         1},
        {"any address that is handed to a browser outside",
         {"/bin/sh", "/run/waybill/bin/xdg-open", "https://web.example/page"},
         {"/bin/sh", "/run/waybill/bin/xdg-open", "[redacted]"},
         1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const RedactedArguments result = redact(row.given);
        CHECK(result.arguments == row.kept);
        CHECK(result.redacted == row.redacted);
    }
}

TEST_CASE("leaving secrets out of what is left changes nothing")
{
    const auto once = redact({"tool", "--token=abc", "https://me:abc@acme.example/?secret=1", "Cookie: a=b"});
    CHECK(redact(once.arguments).arguments == once.arguments);
}

TEST_CASE("whole arguments are kept but for addresses that somebody signs in with")
{
    const RedactedArguments kept =
        without_sign_in({"tool", "--token=abc", "https://login.example/?user_code=AB", "https://web.example/"});
    CHECK(kept == RedactedArguments{{"tool", "--token=abc", "[redacted]", "https://web.example/"}, 1});
}
