// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// Processes that begin, execute programs, and end.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_PROCESSES_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_PROCESSES_H

#include "capture/owner/kernel/departures.h"
#include "capture/owner/kernel/events.h"
#include "capture/owner/kernel/file_structures.h"
#include "capture/owner/kernel/helpers.h"

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct* parent, struct task_struct* child)
{
    if (BPF_CORE_READ(child, pid) != BPF_CORE_READ(child, tgid) || BPF_CORE_READ(child, flags) & PF_KTHREAD)
        return 0;  // a thread of the same process, or of the kernel
    if (!is_followed()) {
        if (config.narrowing == kernel_narrow_none && is_watched(BPF_CORE_READ(child, cgroups, dfl_cgrp)))
            follow(BPF_CORE_READ(child, tgid), place_inside);  // put there by a process outside
        return 0;
    }
    struct kernel_life_event* life = RESERVE(kernel_life_event);
    if (life) {
        begin_event(&life->event, kernel_event_fork);
        set_subject(&life->event, current_process());
        life->other = process_of(child);
        bpf_ringbuf_submit(life, 0);
    }
    follow_child(child);
    return 0;
}

// A process that executes the program which is meant is one that is meant from now on.
static __always_inline void follow_program(struct task_struct* task, struct linux_binprm* program)
{
    if (config.narrowing != kernel_narrow_program || !is_in_cgroup())
        return;
    struct inode* inode = BPF_CORE_READ(program, file, f_inode);
    if (BPF_CORE_READ(inode, i_ino) != config.program_inode ||
        BPF_CORE_READ(inode, i_sb, s_dev) != config.program_device)
        return;
    follow(BPF_CORE_READ(task, tgid), place_inside);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct* task, int old_pid, struct linux_binprm* program)
{
    follow_program(task, program);
    if (!is_followed())
        return 0;
    struct kernel_exec_event* exec = bpf_ringbuf_reserve(&events, sizeof *exec, 0);
    if (!exec) {
        count_loss(kernel_loss_event, 1);
        return 0;
    }
    __builtin_memset(exec, 0, __builtin_offsetof(struct kernel_exec_event, path));
    begin_event(&exec->event, kernel_event_exec);
    set_subject(&exec->event, process_of(task));
    exec->cgroup = bpf_get_current_cgroup_id();
    exec->parent = process_of(BPF_CORE_READ(task, real_parent));
    const long path = bpf_probe_read_kernel_str(exec->path, sizeof exec->path, BPF_CORE_READ(program, interp));
    exec->path_octets = path > 0 ? path - 1 : 0;
    const unsigned long start = BPF_CORE_READ(task, mm, arg_start);
    const unsigned long end = BPF_CORE_READ(task, mm, arg_end);
    __u64 count = end > start ? end - start : 0;
    exec->all_argument_octets = count;
    if (count > kernel_argument_octets)
        count = kernel_argument_octets;
    if (bpf_probe_read_user(exec->arguments, count, (const void*)start) == 0)
        exec->argument_octets = count;
    bpf_ringbuf_submit(exec, 0);
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct* task)
{
    if (BPF_CORE_READ(task, signal, live.counter) != 0)
        return 0;  // other threads go on
    const int was_followed = is_followed();
    const __u32 tgid = BPF_CORE_READ(task, tgid);
    bpf_map_delete_elem(&followed, &tgid);  // the number will be another's
    if (!was_followed)
        return 0;
    struct kernel_life_event* life = RESERVE(kernel_life_event);
    if (!life)
        return 0;
    begin_event(&life->event, kernel_event_exit);
    set_subject(&life->event, process_of(task));
    life->status = BPF_CORE_READ(task, exit_code);
    bpf_ringbuf_submit(life, 0);
    return 0;
}

#endif
