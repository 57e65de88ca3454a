// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// Of files what structures.h has of the rest.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_FILE_STRUCTURES_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_FILE_STRUCTURES_H

#include "capture/owner/kernel/structures.h"

struct super_block {
    unsigned int s_dev;
} KERNEL_STRUCT;
struct inode {
    unsigned long i_ino;
    struct super_block* i_sb;
} KERNEL_STRUCT;
struct file {
    struct inode* f_inode;
} KERNEL_STRUCT;
struct linux_binprm {
    const char* interp;
    struct file* file;
} KERNEL_STRUCT;
struct socket {
    struct sock* sk;
} KERNEL_STRUCT;
struct seq_file;
struct bpf_iter_meta {
    struct seq_file* seq;
} KERNEL_STRUCT;
struct bpf_iter__task_file {
    struct bpf_iter_meta* meta;
    struct task_struct* task;
    unsigned int fd;
    struct file* file;
} KERNEL_STRUCT;

#endif
