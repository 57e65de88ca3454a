// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// What the kernel lends (bpf-helpers(7)). libbpf's headers want the kernel's before them.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_HELPERS_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_HELPERS_H

// clang-format off: an order of its own, as said above
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
// clang-format on

#endif
