// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// The sockets that are there when the recording begins: read once, as a file (bpf iterators).
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_EXISTING_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_EXISTING_H

#include "capture/owner/kernel/events.h"
#include "capture/owner/kernel/file_structures.h"
#include "capture/owner/kernel/helpers.h"

#define TCP_LISTEN 10

static __always_inline int is_mapped(const __u8* address)
{
    return *(const __u64*)address == 0 && *(const __u16*)(address + 8) == 0 && *(const __u16*)(address + 10) == 0xffff;
}

// IPv4 as such where a socket of IPv6 speaks it (RFC 4291, 2.5.5.2).
static __always_inline void copy_ends(struct sock* socket, struct kernel_socket_event* event)
{
    event->local_port = BPF_CORE_READ(socket, __sk_common.skc_num);
    event->remote_port = bpf_ntohs(BPF_CORE_READ(socket, __sk_common.skc_dport));
    event->family = BPF_CORE_READ(socket, __sk_common.skc_family);
    if (event->family == AF_INET6) {
        struct in6_addr local = BPF_CORE_READ(socket, __sk_common.skc_v6_rcv_saddr);
        struct in6_addr remote = BPF_CORE_READ(socket, __sk_common.skc_v6_daddr);
        __builtin_memcpy(event->local, local.octets, sizeof event->local);
        __builtin_memcpy(event->remote, remote.octets, sizeof event->remote);
        if (!is_mapped(event->remote))
            return;
        event->family = AF_INET;
        __builtin_memset(event->local, 0, sizeof event->local);
        __builtin_memset(event->remote, 0, sizeof event->remote);
    }
    const __u32 local = BPF_CORE_READ(socket, __sk_common.skc_rcv_saddr);
    const __u32 remote = BPF_CORE_READ(socket, __sk_common.skc_daddr);
    __builtin_memcpy(event->local, &local, sizeof local);
    __builtin_memcpy(event->remote, &remote, sizeof remote);
}

// A kernel_socket_event for each descriptor of a socket, whose `user` is who holds it. From now on it is known to be of
// before; who of its holders uses it is told once it does.
SEC("iter/task_file")
int existing_sockets(struct bpf_iter__task_file* context)
{
    struct task_struct* task = context->task;
    struct file* file = context->file;
    if (!task || !file)
        return 0;
    struct socket* opened = bpf_sock_from_file(file);
    struct sock* socket = opened ? opened->sk : 0;
    if (!socket)
        return 0;
    const __u16 family = BPF_CORE_READ(socket, __sk_common.skc_family);
    const __u32 tgid = BPF_CORE_READ(task, tgid);
    if ((family != AF_INET && family != AF_INET6) || (!config.is_whole && !bpf_map_lookup_elem(&followed, &tgid)))
        return 0;
    struct socket_owner* owner = bpf_sk_storage_get(&owners, socket, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (!owner)
        count_unkept(bpf_get_socket_cookie(socket));
    if (!owner || (owner->creator.start && !owner->is_pre_existing))
        return 0;  // made since the hooks are there
    owner->is_pre_existing = 1;
    owner->network_namespace = BPF_CORE_READ(socket, __sk_common.skc_net.net, ns.inum);
    struct kernel_socket_event event = {};
    begin_event(&event.event, kernel_event_flow);
    event.user = process_of(task);
    event.cookie = bpf_get_socket_cookie(socket);
    event.network_namespace = owner->network_namespace;
    event.protocol = BPF_CORE_READ(socket, sk_protocol);
    event.flags = kernel_socket_pre_existing;
    if (BPF_CORE_READ(socket, __sk_common.skc_state) == TCP_LISTEN)
        event.flags |= kernel_socket_inbound;
    copy_ends(socket, &event);
    if (event.remote_port != 0) {  // its first packet tells nothing new
        owner->is_told = 1;
        owner->told_cookie = event.cookie;
        owner->told_remote_port = event.remote_port;
        __builtin_memcpy(owner->told_remote, event.remote, sizeof owner->told_remote);
    } else if (!(event.flags & kernel_socket_inbound)) {
        return 0;  // it has no remote end, as datagram sockets have none
    }
    bpf_seq_write(context->meta->seq, &event, sizeof event);
    return 0;
}

#endif
