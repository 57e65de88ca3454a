#pragma once

namespace waybill {

/// How Waybill ends; after sysexits.h where that has a word for it.
enum class ExitCode : int {
    ok = 0,  ///< nothing to object
    findings = 1,
    incomplete = 2,  ///< something recorded or recordable was lost
    verification_failed = 3,
    usage = 64,
    input_not_understood = 65,
    input_not_readable = 66,
    internal = 70,
    cannot_create = 73,
    input_output = 74,
    not_permitted = 77,  ///< the host does not permit it
    bad_rules = 78,      ///< a bad policy or rule pack
    timed_out = 124,     ///< `run`: the command was ended, for its time was over; as timeout(1) has it
    run_failed = 125,    ///< `run`: Waybill failed after the command had begun, or the recipe did
};

constexpr int number(ExitCode code)
{
    return static_cast<int>(code);
}

}  // namespace waybill
