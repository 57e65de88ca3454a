// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// Where a cgroup stands, of the unified hierarchy (cgroups(7), version 2).
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_CGROUPS_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_CGROUPS_H

#include "capture/owner/kernel/helpers.h"
#include "capture/owner/kernel/state.h"
#include "capture/owner/kernel/structures.h"

// Linux 6.1; before, where a cgroup stands is not read.
static __always_inline int knows_ancestors(void)
{
    return bpf_core_field_exists(((struct cgroup*)0)->ancestors);
}

// A program that calls this without having asked knows_ancestors() is refused by an older kernel.
static __always_inline int is_within_watched(struct cgroup* cgroup)
{
    if (!cgroup || BPF_CORE_READ(cgroup, level) < (int)config.cgroup_level)
        return 0;
    const char* ancestors = (const char*)__builtin_preserve_access_index(&cgroup->ancestors);
    struct cgroup* ancestor = 0;
    bpf_probe_read_kernel(&ancestor, sizeof ancestor, ancestors + config.cgroup_level * sizeof ancestor);
    return ancestor && BPF_CORE_READ(ancestor, kn, id) == config.cgroup;
}

static __always_inline int is_watched(struct cgroup* cgroup)
{
    return knows_ancestors() && is_within_watched(cgroup);
}

#endif
