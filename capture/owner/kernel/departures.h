// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// Processes that come into the watched cgroup, and that leave it, by their own doing or another's.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_DEPARTURES_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_DEPARTURES_H

#include "capture/owner/kernel/cgroups.h"
#include "capture/owner/kernel/events.h"
#include "capture/owner/kernel/helpers.h"

// Nobody leaves the hierarchy's root.
static __always_inline int can_be_left(void)
{
    return config.cgroup_level != 0;
}

static __always_inline void tell_departure(struct task_struct* task)
{
    struct kernel_life_event* life = RESERVE(kernel_life_event);
    if (!life)
        return;
    begin_event(&life->event, kernel_event_left);
    life->event.subject = process_of(task);
    life->event.uid = BPF_CORE_READ(task, cred, uid.val);  // not of who moves it
    bpf_ringbuf_submit(life, 0);
}

// In the mover's context, once it is done. Of a process whose threads part the first that leaves is told.
SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(process_move, struct cgroup* to, const char* path, struct task_struct* task, _Bool is_whole_process)
{
    if (!can_be_left() || BPF_CORE_READ(to, root) != BPF_CORE_READ(task, cgroups, dfl_cgrp, root))
        return 0;  // in a hierarchy of version 1, where no socket is chosen by
    if (BPF_CORE_READ(task, signal, live.counter) == 0)
        return 0;  // it has ended
    const __u32 tgid = BPF_CORE_READ(task, tgid);
    const __u8* place = bpf_map_lookup_elem(&followed, &tgid);
    if (is_within_watched(to)) {
        if (place || config.narrowing == kernel_narrow_none)
            follow(tgid, place_inside);
        return 0;
    }
    if (!place || *place == place_outside)
        return 0;
    follow(tgid, place_outside);
    if (config.narrowing != kernel_narrow_user || BPF_CORE_READ(task, cred, uid.val) == config.uid)
        tell_departure(task);
    return 0;
}

// A child can begin in another cgroup than its parent's (clone(2), CLONE_INTO_CGROUP). What one that left starts is not
// told again.
static __always_inline void follow_child(struct task_struct* child)
{
    if (!can_be_left() && (config.narrowing == kernel_narrow_none || config.narrowing == kernel_narrow_user))
        return;  // who is meant is asked of each anew
    const __u32 tgid = BPF_CORE_READ(child, tgid);
    if (!can_be_left() || !knows_ancestors() || is_watched(BPF_CORE_READ(child, cgroups, dfl_cgrp))) {
        follow(tgid, place_inside);
        return;
    }
    const __u32 parent = bpf_get_current_pid_tgid() >> 32;
    const __u8* place = bpf_map_lookup_elem(&followed, &parent);
    follow(tgid, place_outside);
    if (!place || *place == place_inside)
        tell_departure(child);
}

#endif
