// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// What tells a process from all others: its start, and its numbers.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_IDENTITY_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_IDENTITY_H

#include "capture/owner/kernel/helpers.h"
#include "capture/owner/kernel/state.h"
#include "capture/owner/kernel/structures.h"

// Numbers of a process, one for each pid namespace that it is in, ours among them where it is; the last is its own's.
struct pid_walk {
    const char* numbers;
    unsigned long step;
    __u32 pid;
    __u32 inner_pid;
};

static __always_inline long note_number(__u32 at, struct pid_walk* walk)
{
    struct upid* place = (struct upid*)(walk->numbers + at * walk->step);
    const int nr = BPF_CORE_READ(place, nr);
    if (BPF_CORE_READ(place, ns, ns.inum) == config.pid_namespace)
        walk->pid = nr;
    walk->inner_pid = nr;
    return 0;
}

static long note_number_of_loop(__u32 at, void* walk)
{
    return note_number(at, walk);
}

// pid_namespaces(7): 32 levels at most. The verifier goes through a loop round by round, in each program at each place,
// which took most of the time that loading takes; with bpf_loop, of Linux 5.17, it looks at one.
static __always_inline void read_pids(struct task_struct* leader, struct kernel_process* process)
{
    struct pid* pid = BPF_CORE_READ(leader, thread_pid);
    const unsigned int level = BPF_CORE_READ(pid, level);
    struct pid_walk walk = {(const char*)__builtin_preserve_access_index(&pid->numbers),
                            bpf_core_type_size(struct upid), 0, 0};
    if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop))
        bpf_loop(level + 1, note_number_of_loop, &walk, 0);
    else
        for (unsigned int at = 0; at <= 32; ++at) {
            if (at > level)
                break;
            note_number(at, &walk);
        }
    process->pid = walk.pid;
    process->inner_pid = walk.inner_pid;
}

static __always_inline struct kernel_process process_of(struct task_struct* task)
{
    struct kernel_process process = {};
    struct task_struct* leader = BPF_CORE_READ(task, group_leader);
    process.start = BPF_CORE_READ(leader, start_boottime);
    read_pids(leader, &process);
    return process;
}

static __always_inline struct kernel_process current_process(void)
{
    return process_of((struct task_struct*)bpf_get_current_task());
}

static __always_inline int is_same(const struct kernel_process* one, const struct kernel_process* other)
{
    return one->start == other->start && one->inner_pid == other->inner_pid;
}

#endif
