#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/experiment.h"
#include "report/columns.h"

namespace waybill {

/// An experiment's results for people, before they are laid out. All texts are printable.
struct ExperimentPage {
    struct Table {
        std::vector<std::string> head;
        std::vector<Align> aligns;
        std::vector<std::vector<std::string>> rows;
    };
    struct Section {
        std::string title;
        std::optional<Table> table;
        std::vector<std::string> sentences;
    };

    std::string title;              ///< the command
    std::vector<std::string> head;  ///< what was done, and what came of it
    std::vector<Section> sections;
};

ExperimentPage experiment_page(const Experiment& experiment);

}  // namespace waybill
