/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel's mount guard (installer/bpf) and user space say to each other. C, read by both:
   clang's BPF target knows none of the C library. */
#pragma once

#include <linux/types.h>

#define VAKTPOST_GUARD_FOLDER "/sys/fs/bpf/vaktpost"

enum {
    VAKTPOST_GRANTS_MAX = 1024, /* disks */
    VAKTPOST_REFUSALS_BYTES =
        4096 /* of the ring, one page: about forty refusals wait for the agent */
};

/* One disk in one of its lives. No other disk gets this sequence number in this boot, and neither
   does another medium in the same slot. */
struct vaktpost_disk {
    __u32 device; /* as the kernel has it inside: major << 20 | minor */
    __u32 reserved;
    __u64 sequence;
};

/* What user space grants a disk, as a value of the map; a disk that is not in it has nothing. */
enum vaktpost_grant {
    VAKTPOST_GRANT_ANY = 1,
    VAKTPOST_GRANT_READ_ONLY = 2 /* mounted read-only, nosuid, nodev and noexec, or not at all */
};

enum vaktpost_refusal_reason {
    VAKTPOST_REFUSED_EXTERNAL =
        1, /* the chain ends on a removable or external disk and nothing encrypts in between */
    VAKTPOST_REFUSED_UNKNOWN = 2,  /* … on a disk that cannot be told */
    VAKTPOST_REFUSED_TOO_DEEP = 3, /* … nowhere within the bounds of the walk */
    VAKTPOST_REFUSED_WRITABLE = 4  /* a disk granted read-only, mounted otherwise */
};

struct vaktpost_refusal {
    __u64 boot_ns;  /* CLOCK_BOOTTIME */
    __u64 sequence; /* of the disk at the end of the chain; 0: not told */
    __u32 reason;   /* enum vaktpost_refusal_reason */
    __u32 mounted;  /* device number of what was to be mounted, as in struct vaktpost_disk */
    char disk[32];  /* the kernel's name of the disk at the end of the chain */
    char type[16];  /* of the file system */
};
