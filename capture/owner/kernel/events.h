// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// Who the process at hand is, whether it is followed, and how an event begins.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_EVENTS_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_EVENTS_H

#include "capture/owner/kernel/helpers.h"
#include "capture/owner/kernel/identity.h"
#include "capture/owner/kernel/state.h"
#include "capture/owner/kernel/structures.h"

static __always_inline void count_loss(__u32 which, __u64 count)
{
    __sync_fetch_and_add(&counts.losses[which], count);
}

static __always_inline void follow(__u32 tgid, __u8 place)
{
    if (bpf_map_update_elem(&followed, &tgid, &place, BPF_ANY))
        count_loss(kernel_loss_process, 1);
}

#define EEXIST 17

// Whether it was noted before; notes it.
static __always_inline int is_noted(void* table, __u64 cookie, __u64 start)
{
    const struct user_key key = {cookie, start};
    const __u8 one = 1;
    return bpf_map_update_elem(table, &key, &one, BPF_NOEXIST) == -EEXIST;
}

// A socket that has no room left for what is known of it (socket(7), optmem_max), or a kernel without memory.
static __always_inline void count_unkept(__u64 cookie)
{
    if (!is_noted(&users, cookie, 0))
        count_loss(kernel_loss_socket, 1);
}

static __always_inline __u32 current_network_namespace(void)
{
    struct task_struct* task = (struct task_struct*)bpf_get_current_task();
    return BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
}

static __always_inline int is_in_cgroup(void)
{
    return bpf_get_current_ancestor_cgroup_id(config.cgroup_level) == config.cgroup;
}

// Of a narrowed recording: whether the process at hand is one that is meant.
static __always_inline int is_chosen(void)
{
    if (config.narrowing == kernel_narrow_user)
        return (__u32)bpf_get_current_uid_gid() == config.uid && is_in_cgroup();
    const __u32 tgid = bpf_get_current_pid_tgid() >> 32;
    return bpf_map_lookup_elem(&followed, &tgid) != 0;
}

static __always_inline int is_left_out(void)
{
    return config.narrowing != kernel_narrow_none && !is_chosen();
}

static __always_inline int is_followed(void)
{
    if (config.narrowing != kernel_narrow_none)
        return is_chosen();
    if (is_in_cgroup())
        return 1;
    const __u32 tgid = bpf_get_current_pid_tgid() >> 32;
    return bpf_map_lookup_elem(&followed, &tgid) != 0;
}

static __always_inline void begin_event(struct kernel_event* event, __u32 kind)
{
    event->time = bpf_ktime_get_boot_ns();
    event->kind = kind;
}

static __always_inline void set_subject(struct kernel_event* event, struct kernel_process subject)
{
    event->subject = subject;
    event->uid = (__u32)bpf_get_current_uid_gid();
}

#define RESERVE(type)                                                             \
    ({                                                                            \
        struct type* room = bpf_ringbuf_reserve(&events, sizeof(struct type), 0); \
        if (room)                                                                 \
            __builtin_memset(room, 0, sizeof *room);                              \
        else                                                                      \
            count_loss(kernel_loss_event, 1);                                     \
        room;                                                                     \
    })

#endif
