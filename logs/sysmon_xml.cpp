#include "logs/sysmon_xml.h"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace waybill::logs {
namespace {

struct ParserFree {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using ParserHandle = std::unique_ptr<XML_ParserStruct, ParserFree>;

/// Depths of elements below Event, which has 1.
constexpr unsigned section_depth = 2;  // System, EventData
constexpr unsigned entry_depth = 3;    // EventID, Computer, Data

constexpr std::size_t max_data = 256;  // ten times what Sysmon's longest event has

/// Puts an event together from what the parser calls.
class EventBuilder {
public:
    explicit EventBuilder(XML_Parser parser) : parser_{parser} {}

    void start(std::string_view name, const XML_Char** attributes)
    {
        ++depth_;
        if (depth_ == section_depth)
            section_ = name;
        if (depth_ != entry_depth)
            return;
        text_.clear();
        if (section_ == "System" && name == "Provider")
            event_.provider = attribute("Name", attributes);
        if (section_ == "EventData" && name == "Data")
            data_name_ = attribute("Name", attributes);
    }

    void end(std::string_view name)
    {
        if (depth_ == entry_depth && section_ == "System" && name == "EventID")
            event_.id = text_;
        if (depth_ == entry_depth && section_ == "System" && name == "Computer")
            event_.computer = text_;
        if (depth_ == entry_depth && section_ == "EventData" && name == "Data")
            add_data();
        --depth_;
    }

    void add_text(std::string_view text)
    {
        if (depth_ == entry_depth)
            text_ += text;
    }

    bool is_sound() const { return is_sound_; }
    WindowsEvent take() { return std::move(event_); }

private:
    std::string_view attribute(std::string_view wanted, const XML_Char** attributes) const
    {
        const auto count = static_cast<std::size_t>(XML_GetSpecifiedAttributeCount(parser_));  // names and values
        const std::span<const XML_Char*> all{attributes, count};
        for (std::size_t at = 0; at + 1 < all.size(); at += 2)
            if (wanted == all[at])
                return all[at + 1];
        return {};
    }

    void add_data()
    {
        const auto is_named = [&](const auto& datum) { return datum.first == data_name_; };
        is_sound_ = is_sound_ && event_.data.size() < max_data &&
                    (data_name_.empty() || std::ranges::none_of(event_.data, is_named));
        if (is_sound_)
            event_.data.emplace_back(data_name_, text_);
    }

    XML_Parser parser_;  // borrowed
    WindowsEvent event_;
    std::string section_;
    std::string data_name_;
    std::string text_;
    unsigned depth_ = 0;
    bool is_sound_ = true;
};

void XMLCALL on_start(void* builder, const XML_Char* name, const XML_Char** attributes)
{
    static_cast<EventBuilder*>(builder)->start(name, attributes);
}

void XMLCALL on_end(void* builder, const XML_Char* name)
{
    static_cast<EventBuilder*>(builder)->end(name);
}

void XMLCALL on_text(void* builder, const XML_Char* text, int size)
{
    static_cast<EventBuilder*>(builder)->add_text({text, static_cast<std::size_t>(size)});
}

}  // namespace

std::optional<WindowsEvent> parse_windows_event(std::string_view element)
{
    // A declaration of a document type, which could declare entities, may stand before the element alone.
    if (!element.starts_with("<Event") || !std::in_range<int>(element.size()))
        return std::nullopt;
    const ParserHandle parser{XML_ParserCreate("UTF-8")};
    if (parser == nullptr)
        return std::nullopt;
    EventBuilder builder{parser.get()};
    XML_SetUserData(parser.get(), &builder);
    XML_SetElementHandler(parser.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser.get(), on_text);
    const auto status = XML_Parse(parser.get(), element.data(), static_cast<int>(element.size()), XML_TRUE);
    if (status != XML_STATUS_OK || !builder.is_sound())
        return std::nullopt;
    return builder.take();
}

LogRecord read_sysmon_element(std::string_view element)
{
    const auto event = parse_windows_event(element);
    return event ? read_sysmon_event(*event) : not_understood("it is no well-formed event");
}

}  // namespace waybill::logs
