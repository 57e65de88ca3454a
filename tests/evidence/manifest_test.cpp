#include "evidence/manifest.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

using namespace waybill::evidence;

namespace {

const std::string a(64, 'a');
const std::string b(64, 'b');

std::string faults(std::string_view text)
{
    std::string all;
    for (const Fault& fault : parse_manifest(text, "m").faults)
        all += fault.item + ": " + fault.what + "\n";
    return all;
}

}  // namespace

TEST_CASE("a manifest reads back as it was written, whatever its paths hold")
{
    const std::vector<ManifestLine> lines{{"data/100%", a}, {"data/a b", b}, {"data/r\u00e9sum\u00e9", a}};
    const std::string text = manifest_text({lines[2], lines[1], lines[0]});
    CHECK(text == a + "  data/100%25\n" + b + "  data/a b\n" + a + "  data/r\u00e9sum\u00e9\n");
    const Manifest manifest = parse_manifest(text, "m");
    CHECK(manifest.lines == lines);
    CHECK(manifest.faults.empty());
}

TEST_CASE("what a manifest must not say is told with its line")
{
    struct Row {
        std::string text;
        std::string fault;
    };
    const Row rows[] = {
        {a + "  ../x\n", "m, line 1: \"../x\" leaves the bag, or goes round about\n"},
        {a + "  data/./x\n", "m, line 1: \"data/./x\" leaves the bag, or goes round about\n"},
        {a + "  data//x\n", "m, line 1: \"data//x\" leaves the bag, or goes round about\n"},
        {a + "  /etc/passwd\n", "m, line 1: \"/etc/passwd\" is no path below the bag on every system\n"},
        {a + "  C:x\n", "m, line 1: \"C:x\" is no path below the bag on every system\n"},
        {a + "  data\\x\n", "m, line 1: \"data\\x\" is no path below the bag on every system\n"},
        {a + "  data/x\x1b[2J\n", "m, line 1: \"data/x\\x1b[2J\" has octets that do not show\n"},
        {a + "  data/x\xff\n", "m, line 1: \"data/x\\xff\" has octets that do not show\n"},
        {a + "  data/%0A\n", "m, line 1: \"data/\\x0a\" has octets that do not show\n"},
        {a + "  data/%41\n", "m, line 1: a % of its path begins neither %0D, %0A nor %25\n"},
        {a + "  data/x\r\n", "m, line 1: it ends with a carriage return\n"},
        {a + "  data/x", "m, line 1: it does not end with a line feed\n"},
        {a + " *data/x\n", "m, line 1: it is not a SHA-256 in lower-case digits, two spaces and a path\n"},
        {std::string(64, 'A') + "  data/x\n",
         "m, line 1: it is not a SHA-256 in lower-case digits, two spaces and a path\n"},
        {a + "  data/x\n" + a + "  data/x\n", "m, line 2: \"data/x\" stands twice\n"},
        {a + "  data/X\n" + a + "  data/x\n",
         "m, line 2: \"data/x\" and \"data/X\" differ in case alone, which some systems take for one\n"},
        {a + "  data/y\n" + a + "  data/x\n", "m: its lines are not in the order of their paths\n"},
        {"\n", "m, line 1: it is not a SHA-256 in lower-case digits, two spaces and a path\n"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(faults(row.text) == row.fault);
    }
}

TEST_CASE("a hostile manifest is not told line by line without end")
{
    std::string text;
    for (int i = 0; i < 10'000; ++i)
        text += "x\n";
    CHECK(parse_manifest(text, "m").faults.size() <= 101);
}
