// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// What is read of the kernel's structures: only those members, for where they stand is found when the program is loaded
// (CO-RE), so that a builder needs no kernel of its own.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_STRUCTURES_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_STRUCTURES_H

#define PF_KTHREAD 0x00200000
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define SOCK_DGRAM 2
#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_SCTP 132
#define IPPROTO_UDPLITE 136

#define KERNEL_STRUCT __attribute__((preserve_access_index))

struct ns_common {
    unsigned int inum;
} KERNEL_STRUCT;
struct pid_namespace {
    struct ns_common ns;
} KERNEL_STRUCT;
struct upid {
    int nr;
    struct pid_namespace* ns;
} KERNEL_STRUCT;
struct hlist_node {
    struct hlist_node* next;
} KERNEL_STRUCT;
struct hlist_head {
    struct hlist_node* first;
} KERNEL_STRUCT;
struct pid {
    unsigned int level;
    struct hlist_head tasks[4];
    struct upid numbers[1];
} KERNEL_STRUCT;
struct net {
    struct ns_common ns;
} KERNEL_STRUCT;
struct nsproxy {
    struct net* net_ns;
} KERNEL_STRUCT;
struct mm_struct {
    unsigned long arg_start, arg_end;
} KERNEL_STRUCT;
typedef struct {
    int counter;
} atomic_t;
struct signal_struct {
    atomic_t live;
    int group_exit_code;
} KERNEL_STRUCT;
struct kernfs_node {
    __u64 id;
} KERNEL_STRUCT;
struct cgroup_root;
struct cgroup {
    struct kernfs_node* kn;
    struct cgroup_root* root;
    int level;
    struct cgroup* ancestors[1];
} KERNEL_STRUCT;
struct css_set {
    struct cgroup* dfl_cgrp;
} KERNEL_STRUCT;
typedef struct {
    unsigned int val;
} kuid_t;
struct cred {
    kuid_t uid;
} KERNEL_STRUCT;
struct task_struct {
    int pid, tgid, exit_code;
    unsigned int flags;
    unsigned long long start_boottime;
    struct task_struct *group_leader, *real_parent;
    struct pid* thread_pid;
    struct hlist_node pid_links[4];
    struct mm_struct* mm;
    struct nsproxy* nsproxy;
    struct signal_struct* signal;
    struct css_set* cgroups;
    const struct cred* cred;
} KERNEL_STRUCT;
typedef struct {
    struct net* net;
} possible_net_t;
struct in6_addr {
    unsigned char octets[16];
};
struct sock_common {
    unsigned int skc_daddr, skc_rcv_saddr;
    unsigned short skc_dport, skc_num;
    unsigned short skc_family;
    volatile unsigned char skc_state;
    possible_net_t skc_net;
    struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
} KERNEL_STRUCT;
struct sock_cgroup_data {
    struct cgroup* cgroup;
} KERNEL_STRUCT;
struct sock {
    struct sock_common __sk_common;
    unsigned short sk_protocol, sk_type;
    struct pid* sk_peer_pid;
    struct sock_cgroup_data sk_cgrp_data;
} KERNEL_STRUCT;
struct sockaddr_un {
    unsigned short sun_family;
    char sun_path[108];
} KERNEL_STRUCT;
struct unix_address {
    int len;
    struct sockaddr_un name[1];
} KERNEL_STRUCT;
struct unix_sock {
    struct sock sk;
    struct unix_address* addr;
    struct sock* peer;
} KERNEL_STRUCT;
struct sockaddr;
struct bpf_sock_addr_kern {
    struct sock* sk;
    struct sockaddr* uaddr;
    unsigned int uaddrlen;
} KERNEL_STRUCT;
struct sk_buff {
    struct sock* sk;
    unsigned int len;
    unsigned short protocol;
    unsigned short network_header;
    unsigned char* head;
} KERNEL_STRUCT;

#endif
