#include "report/run_members.h"

#include "model/recipe_run_json.h"

namespace waybill {

nlohmann::ordered_json run_members(const Run& run)
{
    using Json = nlohmann::ordered_json;
    return {{"command", run.command},
            {"network", text(run.mode)},
            {"started", to_rfc3339(run.started)},
            {"ended", to_rfc3339(run.ended)},
            {"command_ended", run.command_ended ? Json(to_rfc3339(*run.command_ended)) : Json(nullptr)},
            {"exit", {{"code", run.exit.code}, {"signal", run.exit.signal}}},
            {"fresh_home", run.fresh_home},
            {"trimmed", run.trimmed},
            {"timed_out", run.timed_out},
            {"recipe", run.recipe ? recipe_run_to_json<Json>(*run.recipe) : Json(nullptr)}};
}

}  // namespace waybill
