// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// Who makes, connects and uses sockets: written where the process itself calls.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_SOCKETS_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_SOCKETS_H

#include "capture/owner/kernel/events.h"
#include "capture/owner/kernel/helpers.h"
#include "capture/owner/kernel/local_sockets.h"
#include "capture/owner/kernel/users.h"

SEC("cgroup/sock_create")
int socket_create(struct bpf_sock* socket)
{
    if (is_left_out())
        return 1;
    struct socket_owner* owner = bpf_sk_storage_get(&owners, socket, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (owner) {
        owner->creator = current_process();
        owner->network_namespace = current_network_namespace();
    } else {
        count_unkept(bpf_get_socket_cookie(socket));
    }
    return 1;
}

static __always_inline struct socket_owner* owner_of_address(struct bpf_sock_addr* context)
{
    if (!context->sk)
        return 0;
    struct socket_owner* owner = bpf_sk_storage_get(&owners, context->sk, 0, 0);
    if (owner || is_left_out())
        return owner;
    owner = bpf_sk_storage_get(&owners, context->sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (owner) {
        owner->is_pre_existing = 1;
        owner->network_namespace = current_network_namespace();
    } else {
        count_unkept(bpf_get_socket_cookie(context));
    }
    return owner;
}

static __always_inline int note_connector(struct bpf_sock_addr* context)
{
    struct socket_owner* owner = owner_of_address(context);
    if (owner) {
        owner->connector = current_process();
        owner->is_told = 0;  // connected anew, it may be another process's flow to the same end
    }
    return 1;
}

static __always_inline int note_sender(struct bpf_sock_addr* context)
{
    struct socket_owner* owner = owner_of_address(context);
    const struct kernel_process user = current_process();
    if (owner && !is_same(&owner->user, &user))
        note_user(owner, &user, bpf_get_socket_cookie(context), context->protocol);
    return 1;
}

SEC("cgroup/connect4")
int socket_connect4(struct bpf_sock_addr* context)
{
    return note_connector(context);
}

SEC("cgroup/connect6")
int socket_connect6(struct bpf_sock_addr* context)
{
    return note_connector(context);
}

SEC("cgroup/sendmsg4")
int socket_sendmsg4(struct bpf_sock_addr* context)
{
    return note_sender(context);
}

SEC("cgroup/sendmsg6")
int socket_sendmsg6(struct bpf_sock_addr* context)
{
    return note_sender(context);
}

// In the context of the process that sends or receives, also by write(2), sendfile(2), splice(2) and io_uring.
static __always_inline void note_use(struct sock* socket, int result)
{
    const __u16 family = BPF_CORE_READ(socket, __sk_common.skc_family);
    if (family == AF_UNIX)
        note_local(socket, result);
    if (family != AF_INET && family != AF_INET6 && family != AF_PACKET)
        return;
    struct socket_owner* owner = bpf_sk_storage_get(&owners, socket, 0, 0);
    if (!owner && !is_followed())
        return;
    if (!owner) {
        owner = bpf_sk_storage_get(&owners, socket, 0, BPF_SK_STORAGE_GET_F_CREATE);
        if (!owner)
            return count_unkept(bpf_get_socket_cookie(socket));
        owner->is_pre_existing = family != AF_PACKET;  // of packet sockets no hook tells that they are made
    }
    const struct kernel_process user = current_process();
    if (is_same(&owner->user, &user))
        return;
    owner->network_namespace = BPF_CORE_READ(socket, __sk_common.skc_net.net, ns.inum);
    note_user(owner, &user, bpf_get_socket_cookie(socket), BPF_CORE_READ(socket, sk_protocol));
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(socket_send, struct sock* socket, int result, int flags)
{
    note_use(socket, result);
    return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(socket_receive, struct sock* socket, int result, int flags)
{
    note_use(socket, result);
    return 0;
}

#endif
