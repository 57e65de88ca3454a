#include "logs/cut.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "logs/record_splitter.h"

using namespace waybill::logs;

namespace {

using Texts = std::vector<std::string>;

std::string mark(RawRecord::Trouble trouble)
{
    switch (trouble) {
        using enum RawRecord::Trouble;
        case none:
            break;
        case broken:
            return " (broken)";
        case too_long:
            return " (too long)";
        case unfinished:
            return " (unfinished)";
    }
    return {};
}

/// The records of a text that comes in pieces of `piece` octets: line, text, trouble.
Texts split(const std::string& text, const Frame& frame, std::size_t piece)
{
    RecordSplitter splitter{frame};
    Texts records;
    const auto drain = [&] {
        while (const auto record = splitter.next())
            records.push_back(std::to_string(record->line) + ": " + std::string{record->text} + mark(record->trouble));
    };
    for (std::size_t at = 0; at < text.size(); at += piece) {
        splitter.append(std::string_view{text}.substr(at, piece));
        drain();
    }
    splitter.finish();
    drain();
    return records;
}

struct Row {
    const char* what;
    Frame frame;
    std::string text;
    Texts records;
};

}  // namespace

TEST_CASE("a log is cut into its records, in whatever pieces it comes")
{
    const Frame lines;
    const Frame rows{Framing::rows, ','};
    const Frame objects{Framing::objects};
    const Frame list{Framing::list};
    const Frame elements{Framing::elements};
    const Row table[] = {
        {"nothing", lines, "", {}},
        {"lines", lines, "a\nb\r\n\nc", {"1: a", "2: b", "3: ", "4: c"}},
        {"a last line with its end", lines, "a\n", {"1: a"}},
        {"rows", rows, "a,b\r\n\"c\nd\",e\nf", {"1: a,b", "2: \"c\nd\",e", "4: f"}},
        {"a quote in a quoted cell", rows, "\"a\"\"\n\"\nb\n", {"1: \"a\"\"\n\"", "3: b"}},
        {"a quote inside of a bare cell", rows, "a\"b\nc\n", {"1: a\"b", "2: c"}},
        {"a quoted cell that never ends", rows, "a\n\"b\nc\n", {"1: a", "2: \"b (unfinished)", "3: c"}},
        {"objects a line", objects, "{\"a\":1}\n{\"b\":\"}\"}\n", {"1: {\"a\":1}", R"(2: {"b":"}"})"}},
        {"objects in a list",
         objects,
         "[{\"a\":[{}]},\n {\"b\":\"\\\"]\"}\n]\n",
         {"1: {\"a\":[{}]}", R"(2: {"b":"\"]"})"}},
        {"an object in many lines", objects, "{\n \"a\": {\n }\n}\n{}", {"1: {\n \"a\": {\n }\n}", "5: {}"}},
        {"a torn object before others",
         objects,
         "{\"a\": {\"b\": 1\n{\"c\": 2}\n",
         {R"(1: {"a": {"b": 1 (broken))", "2: {\"c\": 2}"}},
        {"a text that does not end",
         objects,
         "{\"a\": \"b\n{\"c\": 2}\n",
         {R"(1: {"a": "b (broken))", "2: {\"c\": 2}"}},
        {"what is no object", objects, "null\n{}\n", {"1: null (broken)", "2: {}"}},
        {"an object that never ends", objects, "{}\n{\"a\": 1\n", {"1: {}", "2: {\"a\": 1 (unfinished)"}},
        {"values of a list", list, " [1,2], {\"a\": 1}\n ], \"more\": {\"b\": 2}}", {"1: [1,2]", "1: {\"a\": 1}"}},
        {"elements",
         elements,
         "<?xml version=\"1.0\"?>\n<Events>\n<Event a='b'>x</Event><Event>y</Event>\n</Events>",
         {"3: <Event a='b'>x</Event>", "3: <Event>y</Event>"}},
        {"an element with more lines",
         elements,
         "<!-- <Event> -->\n<Event\n>x\n</Event>\n",
         {"2: <Event\n>x\n</Event>"}},
        {"text between elements",
         elements,
         "what\n<Other/><Event>y</Event>",
         {"1: what (broken)", "2: <Other/> (broken)", "2: <Event>y</Event>"}},
        {"an element that never ends", elements, "<Event>x\n<Eve", {"1: <Event>x (unfinished)", "2: <Eve (broken)"}},
    };
    for (const Row& row : table)
        for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{4096}}) {
            CAPTURE(row.what);
            CAPTURE(piece);
            CHECK(split(row.text, row.frame, piece) == row.records);
        }
}

TEST_CASE("a line beyond the bound is told by its beginning, and the lines behind it are read")
{
    const std::string longest(RecordSplitter::max_record_octets - 1, 'a');
    for (const std::size_t piece : {std::size_t{65536}, std::size_t{1'000'000}}) {
        const Texts fits = split("x\n" + longest + "\ny\n", {}, piece);
        REQUIRE(fits.size() == 3);
        CHECK(fits[1] == "2: " + longest);
        const Texts beyond = split("x\n" + longest + "ab\ny\n", {}, piece);
        REQUIRE(beyond.size() == 3);
        CHECK(beyond[1] == "2: " + longest + "a (too long)");
        CHECK(beyond[2] == "3: y");
    }
}

TEST_CASE("an object beyond the bound is told by its first line, and memory stays bounded")
{
    const std::string filler(RecordSplitter::max_record_octets, ' ');
    const Texts records = split("{\"a\": 1,\n" + filler + "\"b\": 2}\n{\"c\": 3}\n", {Framing::objects}, 65536);
    REQUIRE(records.size() >= 2);
    CHECK(records.front() == "1: {\"a\": 1, (too long)");
    CHECK(records.back() == "3: {\"c\": 3}");
}

TEST_CASE("a log of beginnings without ends is told line by line, and no octet is searched without bound")
{
    struct Hostile {
        Framing framing;
        const char* line;
    };
    const Hostile logs[] = {{Framing::objects, " {\n"},      {Framing::elements, "<Event >\n"},
                            {Framing::elements, "<!--\n"},   {Framing::elements, "a\n"},
                            {Framing::objects, " {\n {}\n"}, {Framing::rows, "\"\"\"\n"}};
    for (const Hostile& log : logs) {
        CAPTURE(std::string{log.line});
        std::string text;
        while (text.size() < 3 * RecordSplitter::max_record_octets)
            text += log.line;
        const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
        const Texts records = split(text, {log.framing, ','}, 65536);
        CHECK(records == split(text, {log.framing, ','}, 50'000));
        CHECK(records.size() <= lines);
        if (log.framing != Framing::rows)  // whose quotes end where the next ones begin
            CHECK(records.size() == lines);
    }
}

TEST_CASE("what was searched for a record's end is not searched again when more comes")
{
    struct Resumed {
        Framing framing;
        const char* before;
        const char* after;  // other octets in the place of those before, and more
        std::size_t taken;
    };
    const Resumed rows[] = {
        {Framing::lines, "ab", "\n\n\n", 3},
        {Framing::rows, "\"b", "\n\n\n\"\n", 5},
        {Framing::objects, "{\"a\":[", "{}{}{} ]}", 9},
        {Framing::objects, "null", "null\n", 5},
        {Framing::elements, "<Event>abcdefgh", "<Event></Event></Event>", 23},
        {Framing::elements, "<!-- abc", "<!--->-->", 9},
        {Framing::elements, "abc", "a<b\n", 4},
    };
    for (const Resumed& row : rows) {
        CAPTURE(std::string{row.before});
        Scan scan;
        const Frame frame{row.framing, ','};
        REQUIRE(cut_record(row.before, frame, More::may_come, scan).state == Cut::State::incomplete);
        const Cut cut = cut_record(row.after, frame, More::may_come, scan);
        CHECK(cut.state != Cut::State::incomplete);
        CHECK(cut.taken == row.taken);
    }
}

TEST_CASE("a long record that comes octet by octet is the one that comes whole")
{
    const std::string filler(200'000, 'a');
    const std::pair<Framing, std::string> logs[] = {{Framing::lines, filler},
                                                    {Framing::rows, "\"" + filler + "\nb\""},
                                                    {Framing::objects, "{\"a\": \"" + filler + "\"}"},
                                                    {Framing::elements, "<Event>" + filler + "</Event>"}};
    for (const auto& [framing, record] : logs)
        CHECK(split(record + "\nx\n", {framing, ','}, 1) == split(record + "\nx\n", {framing, ','}, 1'000'000));
}

TEST_CASE("every cut but an incomplete one takes octets")
{
    const std::string text = "<Event>\"{[,}]\r\n</Event>";
    for (const Framing framing : {Framing::lines, Framing::rows, Framing::objects, Framing::list, Framing::elements})
        for (std::size_t from = 0; from < text.size(); ++from)
            for (const More more : {More::may_come, More::none}) {
                const std::string_view rest = std::string_view{text}.substr(from);
                const Cut cut = cut_record(rest, {framing, ','}, more);
                CAPTURE(from);
                CHECK(cut.taken <= rest.size());
                if (cut.state != Cut::State::incomplete && cut.state != Cut::State::ended)
                    CHECK(cut.taken > 0);
            }
}
