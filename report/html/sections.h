#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/diff.h"
#include "model/report.h"
#include "model/verdict.h"
#include "report/endpoint_rows.h"
#include "report/folding.h"
#include "report/html/fragment.h"

// The sections of the page, one a file. Each gives nothing where there is nothing to tell.

namespace waybill::html {

/// What the sections are written from.
struct PageSubject {
    const Report& report;
    const Verdict* verdict = nullptr;
    const Diff* differences = nullptr;
    std::vector<Row> rows = {};
    Footnotes notes = {};

    bool is_sinkhole() const { return report.run && report.run->mode == NetworkMode::sinkhole; }
};

/// The class that colours what is of a rating's purposes, by the place of those in the report: "p0" has no cited one.
std::string purpose_class(const Report& report, const Rating& rating);

/// "telemetry, crash-report", "no cited purpose"
std::string purposes_text(const Rating& rating);

Html overview(const PageSubject& subject);      ///< the sentence, and what it is about
Html completeness(const PageSubject& subject);  ///< what was recorded, lost and not seen, in short
Html purposes(const PageSubject& subject);      ///< a bar of payload out, and its table
Html endpoints(PageSubject& subject);           ///< numbers the footnotes
Html sources(const PageSubject& subject);       ///< the footnotes, with every source
Html processes(const PageSubject& subject);     ///< programs by endpoints, and who they are
Html time_line(const PageSubject& subject);     ///< first contacts, marks, rhythms, and the phases
Html volumes(const PageSubject& subject);       ///< octets each way
Html differences(const PageSubject& subject);   ///< from earlier runs
Html findings(const PageSubject& subject);      ///< of the policy, and beside the contacts
Html method(const PageSubject& subject);        ///< how it was recorded, by which clock, with which rules
Html limits(const PageSubject& subject);        ///< what was not seen, and what cannot be answered
Html verification(const PageSubject& subject, const std::string& digest);  ///< `digest` of report.json

}  // namespace waybill::html
