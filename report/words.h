#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/report.h"

// The words of every report for people. Whatever came from outside is made printable here.

namespace waybill {

/// How much of a list is named; of a few it is said how many more there are.
enum class Named : std::uint8_t { few, all };

/// The command as one would type it, quoted for a shell where that is needed.
std::string command_text(const std::vector<std::string>& command);

/// "exit 1 · 4.2 s · sinkhole: attempts only", "capture file · 38 packets · 4.2 s"
std::string circumstances(const Report& report);

/// "Attempted to contact 5 endpoints, 1 without a cited purpose · at most 38.2 kB of payload would have left · nothing
/// lost"
std::string summary_sentence(const Report& report);

/// "exit 35: in the sinkhole …", where a command that tried to contact something failed there; else empty.
std::string failure_note(const Report& report);

/// Which recipe the run followed, and how far it came; empty without one.
std::string recipe_note(const Report& report);

/// That the command handed its work over to a process outside of the recording; else empty.
std::string hand_over_note(const Report& report);

/// What was recorded, where it holds no contact.
std::vector<std::string> no_contact_sentences(const Report& report);

/// "api.example:443", "192.0.2.1:80/udp", "[2001:db8::1]:443"
std::string endpoint_text(const Contact& contact);

/// "SNI, DNS", "SNI, no DNS", "address, no DNS", "one of 3 names", and what else a row must say: "outer name
/// only", "in a tunnel", "every 60.0 s"
std::string named_by(const Contact& contact);

/// "every 60.0 s, varying by 412 ms", where a contact's flows begin at even intervals: the median, and the longest less
/// the shortest; else empty.
std::string rhythm_text(const Contact& contact);

/// What the words of some rows mean: of bytes always, with IN where the table has it, of others where one has them.
enum class Volumes : std::uint8_t { out, out_and_in };
std::vector<std::string> legend(const Report& report, Volumes shown);

/// ¹ … ⁹, ¹⁰ …
std::string superscript(std::size_t number);

/// A rule's footnote: who runs the endpoint, the source of which grade, read when and where, what it says, which
/// purposes it names.
std::string footnote(const Rating& rating);

/// How old a source is at the recording's end: `, 97 days old`; nothing for the same day, `, after the recording`.
std::string age_text(int days);

/// "no cited purpose: not found in the sources cited by the 18 packs in force, read up to DATE"
std::string uncited_note(const RuleSet& rules);

/// What could not be seen, with the claims that it limits: lost input first, what belongs to the mode at the end, and
/// what limits no claim together in the last sentence.
std::vector<std::string> gap_sentences(const std::vector<Gap>& gaps);

/// "1 flow whose name can be an outer one (ECH)": the count, what, and where, without the claims.
std::string gap_text(const Gap& gap);

/// "packets hold 12.3 MB of IP, the kernel counted 12.3 MB (cgroup): difference 0"; that there is none, where a run's
/// recording has no counters; empty for a capture file.
std::string cross_check_sentence(const Report& report);

/// Whether a report lists every contact by itself.
enum class Listing : std::uint8_t { whole, folded };

/// Three commands that one would type next.
std::vector<std::string> next_commands(const Report& report, Listing listing);

}  // namespace waybill
