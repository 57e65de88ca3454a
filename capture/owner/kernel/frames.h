// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// What packet sockets send.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_FRAMES_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_FRAMES_H

#include "capture/owner/kernel/addresses.h"
#include "capture/owner/kernel/events.h"
#include "capture/owner/kernel/helpers.h"

// What a packet socket sends goes past IP and its hooks; it is queued in the sender's context.
SEC("tp_btf/net_dev_queue")
int BPF_PROG(frame_queue, struct sk_buff* skb)
{
    struct sock* socket = skb->sk;
    if (!socket || BPF_CORE_READ(socket, __sk_common.skc_family) != AF_PACKET || !is_followed())
        return 0;
    struct kernel_socket_event* event = RESERVE(kernel_socket_event);
    if (!event)
        return 0;
    begin_event(&event->event, kernel_event_frame);
    set_subject(&event->event, current_process());
    event->user = event->event.subject;
    event->network_namespace = BPF_CORE_READ(socket, __sk_common.skc_net.net, ns.inum);
    const unsigned char* header = BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
    const __u16 protocol = BPF_CORE_READ(skb, protocol);
    if (protocol == bpf_htons(ETH_P_IP)) {
        __u8 first = 0;
        event->family = AF_INET;
        bpf_probe_read_kernel(&first, 1, header);
        bpf_probe_read_kernel(&event->protocol, 1, header + 9);
        bpf_probe_read_kernel(event->local, 4, header + 12);
        bpf_probe_read_kernel(event->remote, 4, header + 16);
        header += (first & 0xf) * 4;
    } else if (protocol == bpf_htons(ETH_P_IPV6)) {
        event->family = AF_INET6;
        bpf_probe_read_kernel(&event->protocol, 1, header + 6);
        bpf_probe_read_kernel(event->local, 16, header + 8);
        bpf_probe_read_kernel(event->remote, 16, header + 24);
        header += 40;
    }
    if (event->family != 0 && has_ports(event->protocol)) {
        __u16 ports[2] = {};
        bpf_probe_read_kernel(ports, sizeof ports, header);
        event->local_port = bpf_ntohs(ports[0]);
        event->remote_port = bpf_ntohs(ports[1]);
    }
    bpf_ringbuf_submit(event, 0);
    return 0;
}

#endif
