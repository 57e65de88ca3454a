#include "analyze/flow/flow_record.h"

#include "analyze/flow/conversation.h"

namespace waybill {

FlowRecord::FlowRecord() = default;
FlowRecord::FlowRecord(FlowRecord&&) noexcept = default;
FlowRecord& FlowRecord::operator=(FlowRecord&&) noexcept = default;
FlowRecord::~FlowRecord() = default;

}  // namespace waybill
