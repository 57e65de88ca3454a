// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// What a UNIX socket is called (unix(7)), and who listens on it.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_LOCAL_NAMES_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_LOCAL_NAMES_H

#include "capture/owner/kernel/cgroups.h"
#include "capture/owner/kernel/events.h"
#include "capture/owner/kernel/helpers.h"

#define PIDTYPE_TGID 1
#define FAMILY_OCTETS 2

#define NAME_WORDS ((kernel_name_octets + 7) / 8)

// FNV-1a, of words: which name it is, among those that a socket calls. Fewer rounds are less work for the verifier.
static __always_inline __u64 hash_of_name(const void* name, int octets)
{
    __u64 words[NAME_WORDS] = {};
    if (octets > kernel_name_octets)
        octets = kernel_name_octets;
    if (octets <= 0 || bpf_probe_read_kernel(words, octets & 0x7f, name))
        return 0;
    __u64 hash = 0xcbf29ce484222325;
#pragma unroll
    for (int at = 0; at < NAME_WORDS; ++at)
        hash = (hash ^ words[at]) * 0x100000001b3;
    return hash;
}

// Who listens, by the number that the socket keeps of it; its start, and whether it is watched, only while it is there.
static __always_inline void set_listener(struct kernel_local_event* event, struct sock* socket)
{
    struct pid* pid = BPF_CORE_READ(socket, sk_peer_pid);
    if (!pid)
        return;
    const char* first = (const char*)BPF_CORE_READ(pid, tasks[PIDTYPE_TGID].first);
    if (!first) {
        const struct upid* place = (const struct upid*)__builtin_preserve_access_index(&pid->numbers);
        event->listener.inner_pid = event->listener.pid = BPF_CORE_READ(place, nr);
        return;
    }
    const struct task_struct* none = 0;
    const unsigned long offset = (unsigned long)__builtin_preserve_access_index(&none->pid_links[PIDTYPE_TGID]);
    struct task_struct* task = (struct task_struct*)(first - offset);
    event->listener = process_of(task);
    event->is_inside = is_watched(BPF_CORE_READ(task, cgroups, dfl_cgrp));
}

static __always_inline void set_name(struct kernel_local_event* event, const void* name, int octets)
{
    if (octets < 0)
        octets = 0;
    if (octets > kernel_name_octets)
        octets = kernel_name_octets;
    event->name_octets = octets;
    if (octets > 0 && bpf_probe_read_kernel(event->name, octets & 0x7f, name))
        event->name_octets = 0;
}

#endif
