/* What owner.bpf.c is told before it is loaded. The compiler of the kernel's side knows C alone. */
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_CONFIG_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_CONFIG_H

#include <linux/types.h>

// NOLINTBEGIN(readability-identifier-naming): names as C has them, for both sides

/* Which of the processes in the cgroup are meant. */
enum kernel_narrowing {
    kernel_narrow_none,    /* all */
    kernel_narrow_chosen,  /* those in `followed`, and what they start */
    kernel_narrow_user,    /* those of a user */
    kernel_narrow_program, /* those that execute a program, and what they start */
};

struct kernel_config {
    __u64 cgroup;         /* whose processes are followed: the folder's inode */
    __u32 pid_namespace;  /* inode */
    __u32 cgroup_level;   /* folders between the hierarchy's root and the cgroup */
    __u32 snaplen;        /* octets of each packet; 0: no packets */
    __u32 narrowing;      /* enum kernel_narrowing */
    __u32 uid;            /* of kernel_narrow_user */
    __u32 program_device; /* of kernel_narrow_program, in the kernel's own form */
    __u64 program_inode;
    __u32 interface;           /* index: packets through others are left out; 0: none is */
    __u32 interface_namespace; /* inode of the network namespace that it is in */
    __u32 is_whole;            /* the cgroup is the hierarchy's root: sockets of all processes are meant */
    __u32 reserved;
};

// NOLINTEND(readability-identifier-naming)

#endif
