// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// The packets of the cgroup's sockets.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_PACKETS_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_PACKETS_H

#include "capture/owner/kernel/flows.h"

// A ring buffer gives room of sizes that are known when the program is checked: three, so that a packet without payload
// does not take the room of a hello.
#define SMALL_PACKET 128
#define MIDDLE_PACKET 512
#define LARGE_PACKET 4096

#define CAPTURE(room_octets)                                                                             \
    {                                                                                                    \
        struct kernel_packet* packet = bpf_ringbuf_reserve(&packets, sizeof *packet + (room_octets), 0); \
        if (!packet) {                                                                                   \
            count_loss(kernel_loss_packet, 1);                                                           \
            count_loss(kernel_loss_octets, skb->len);                                                    \
            return;                                                                                      \
        }                                                                                                \
        packet->time = bpf_ktime_get_boot_ns();                                                          \
        packet->wire_length = skb->len;                                                                  \
        packet->captured_length = length;                                                                \
        packet->interface = skb->ifindex;                                                                \
        packet->is_inbound = is_inbound;                                                                 \
        packet->network_namespace = network_namespace;                                                   \
        packet->reserved = 0;                                                                            \
        if (length == 0 || length > (room_octets) || bpf_skb_load_bytes(skb, 0, packet + 1, length))     \
            packet->captured_length = 0;                                                                 \
        bpf_ringbuf_submit(packet, 0);                                                                   \
    }

static __always_inline void capture(struct __sk_buff* skb, __u32 network_namespace, int is_inbound)
{
    if (config.snaplen == 0)
        return;
    __u32 length = skb->len < config.snaplen ? skb->len : config.snaplen;
    if (length <= SMALL_PACKET) {
        CAPTURE(SMALL_PACKET)
    } else if (length <= MIDDLE_PACKET) {
        CAPTURE(MIDDLE_PACKET)
    } else {
        length = length > LARGE_PACKET ? LARGE_PACKET : length;
        CAPTURE(LARGE_PACKET)
    }
}

// First of all, so that what is lost later shows as a difference. Added atomically, as processors can share a place.
static __always_inline void count_packet(struct __sk_buff* skb, __u32 way)
{
    struct kernel_traffic* traffic = &counts.traffic[bpf_get_smp_processor_id() % kernel_traffic_places];
    __sync_fetch_and_add(&traffic->packets[way], 1);
    __sync_fetch_and_add(&traffic->octets[way], skb->len);
}

static __always_inline int pass(struct __sk_buff* skb, int is_inbound)
{
    count_packet(skb, is_inbound ? kernel_way_in : kernel_way_out);
    struct bpf_sock* socket = skb->sk ? bpf_sk_fullsock(skb->sk) : 0;
    struct socket_owner* owner = socket ? bpf_sk_storage_get(&owners, socket, 0, 0) : 0;
    if (config.narrowing != kernel_narrow_none && !owner)
        return 1;
    if (config.interface != 0 && skb->ifindex != config.interface)
        return 1;
    if (config.interface != 0 && owner && owner->network_namespace != config.interface_namespace)
        return 1;  // another one, of the same number
    if (socket)
        note_flow(skb, owner, is_inbound);
    capture(skb, owner ? owner->network_namespace : 0, is_inbound);
    return 1;
}

SEC("cgroup_skb/egress")
int packet_egress(struct __sk_buff* skb)
{
    return pass(skb, 0);
}

SEC("cgroup_skb/ingress")
int packet_ingress(struct __sk_buff* skb)
{
    return pass(skb, 1);
}

#endif
