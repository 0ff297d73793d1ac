// SPDX-License-Identifier: GPL-3.0-or-later
// Refuses to mount what lies on a removable or external disk unless dm-crypt stands in between or user space granted that
// disk: README.md says how a chain of devices is judged. Runs in the kernel, pinned; needs no process of ours.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "installer/bpf/kernel_types.h"
#include "platform/mounts/abi.h"

char kernel_license[] SEC("license") = "GPL";

enum {
    eperm = 1,
    steps_max = 256,    // disks looked at for one mount
    pending_max = 64,   // of them found and not yet looked at; a power of two
    targets_max = 32,   // of one device-mapper table
    parents_max = 24,   // of one device
    loop_major = 7,     // Documentation/admin-guide/devices.txt
    disk_removable = 1  // GENHD_FL_REMOVABLE
};
enum { file_type = 0170000, block_device = 0060000 };
enum { sb_rdonly = 1 };                                           // include/linux/fs.h
enum { ms_rdonly = 1, ms_nosuid = 2, ms_nodev = 4, ms_noexec = 8, ms_remount = 32 };  // mount(2)
enum { mnt_nosuid = 1, mnt_nodev = 2, mnt_noexec = 4 };           // include/linux/mount.h

// A mount being judged. One per task, so that nobody else's mount on this processor gets in between.
struct walk {
    __u64 flags;       // of the mount(2) under way
    __u32 flags_known;
    __u32 pending;
    __u32 reason;      // enum vaktpost_refusal_reason, 0: nothing against it so far
    __u32 read_only;   // a disk below was granted read-only
    __u64 culprit;     // struct gendisk, of the reason
    __u64 disks[pending_max];
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, VAKTPOST_GRANTS_MAX);
    __type(key, struct vaktpost_disk);
    __type(value, __u32);
} grants SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, VAKTPOST_REFUSALS_BYTES);
} refusals SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct walk);
} walks SEC(".maps");

static struct walk *this_walk(void) {
    return bpf_task_storage_get(&walks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

static __always_inline bool same_bytes(const char *bytes, const char *text, __u32 length) {
    for (__u32 i = 0; i < length; ++i)
        if (bytes[i] != text[i]) return false;
    return true;
}

static __always_inline bool same_text(const char *kernel_text, const char *text, __u32 length) {
    char copy[16] = {};
    if (bpf_probe_read_kernel_str(copy, sizeof copy, kernel_text) < 0) return false;
    return same_bytes(copy, text, length);
}
// Both take a literal: the whole text, or its beginning.
#define IS(kernel_text, literal) same_text(kernel_text, literal, sizeof(literal))
#define BEGINS(kernel_text, literal) same_text(kernel_text, literal, sizeof(literal) - 1)

static void object_to(struct walk *walk, __u32 reason, struct gendisk *disk) {
    walk->reason = reason;
    walk->culprit = (__u64)disk;
}

static void push(struct walk *walk, struct gendisk *disk) {
    if (!disk) return;
    const __u32 at = walk->pending;
    if (at >= pending_max) {
        object_to(walk, VAKTPOST_REFUSED_TOO_DEEP, disk);
        return;
    }
    walk->disks[at & (pending_max - 1)] = (__u64)disk;
    walk->pending = at + 1;
}

static void push_device(struct walk *walk, struct block_device *device) {
    if (device) push(walk, BPF_CORE_READ(device, bd_disk));
}

// --- what a file system lies on

// A list of the kernel's, walked by bpf_loop: the verifier looks at a callback once, at the body of a loop each time.
struct list_walk {
    struct list_head *head;
    struct list_head *entry;
};

// The entry that is next; none at the list's end.
static __always_inline struct list_head *next_of(struct list_walk *list) {
    struct list_head *entry = list->entry;
    if (!entry || entry == list->head) return NULL;
    list->entry = BPF_CORE_READ(entry, next);
    return entry;
}

// How many entries there were. More than can be pending are too many.
static __always_inline long walk_list(struct walk *walk, struct list_head *head, void *each) {
    struct list_walk list = {head, BPF_CORE_READ(head, next)};
    const long calls = bpf_loop(pending_max, each, &list, 0);
    if (list.entry && list.entry != head) object_to(walk, VAKTPOST_REFUSED_TOO_DEEP, NULL);
    return calls - 1;
}

static long push_btrfs_device(__u32 index, struct list_walk *list) {
    struct walk *walk = this_walk();
    struct list_head *entry = next_of(list);
    if (!walk || !entry) return 1;
    struct btrfs_device *device = (void *)entry - bpf_core_field_offset(struct btrfs_device, dev_list);
    push_device(walk, BPF_CORE_READ(device, bdev));
    return 0;
}

// Loaded before the module btrfs was there, the guard knows nothing of its structures; udev has it loaded anew then.
static void push_btrfs(struct walk *walk, struct super_block *sb) {
    if (!bpf_core_type_exists(struct btrfs_fs_info)) {
        object_to(walk, VAKTPOST_REFUSED_UNKNOWN, NULL);
        return;
    }
    struct btrfs_fs_info *info = BPF_CORE_READ(sb, s_fs_info);
    struct btrfs_fs_devices *devices = BPF_CORE_READ(info, fs_devices);
    if (!devices) return;
    walk_list(walk, (void *)devices + bpf_core_field_offset(struct btrfs_fs_devices, devices), push_btrfs_device);
}

// Its super block names none of its devices.
static bool is_btrfs(struct super_block *sb) {
    return IS(BPF_CORE_READ(sb, s_type, name), "btrfs");
}

// Memory, a network or another file system otherwise.
static bool lies_on_disks(struct super_block *sb) {
    return BPF_CORE_READ(sb, s_bdev) || is_btrfs(sb);
}

static void push_file_system(struct walk *walk, struct super_block *sb) {
    if (is_btrfs(sb))
        push_btrfs(walk, sb);
    else
        push_device(walk, BPF_CORE_READ(sb, s_bdev));
}

// --- what a disk stands on

static void push_file(struct walk *walk, struct file *file) {
    struct inode *inode = BPF_CORE_READ(file, f_inode);
    if ((BPF_CORE_READ(inode, i_mode) & file_type) != block_device) {
        push_file_system(walk, BPF_CORE_READ(inode, i_sb));
        return;
    }
    struct inode *content = BPF_CORE_READ(file, f_mapping, host);
    struct bdev_inode *whole = (void *)content - bpf_core_field_offset(struct bdev_inode, vfs_inode);
    push(walk, BPF_CORE_READ(whole, bdev.bd_disk));
}

static void push_loop(struct walk *walk, struct gendisk *disk) {
    if (!bpf_core_type_exists(struct loop_device)) {
        object_to(walk, VAKTPOST_REFUSED_UNKNOWN, disk);
        return;
    }
    struct loop_device *loop = BPF_CORE_READ(disk, private_data);
    struct file *file = BPF_CORE_READ(loop, lo_backing_file);
    if (file) push_file(walk, file);
}

static bool has_a_real_cipher(struct dm_target *target) {
    if (!bpf_core_type_exists(struct crypt_config)) return false;
    struct crypt_config *config = BPF_CORE_READ(target, private);
    char cipher[32] = {};
    if (bpf_probe_read_kernel_str(cipher, sizeof cipher, BPF_CORE_READ(config, cipher_string)) < 2)
        return false;
    // "cipher_null-ecb", "capi:ecb(cipher_null)-…"
    const int length = sizeof("cipher_null") - 1;
    for (int i = 0; i + length <= (int)sizeof cipher; ++i)
        if (same_bytes(cipher + i, "cipher_null", length)) return false;
    return true;
}

struct table_walk {
    void *targets;
    __u32 count;
    __u32 encrypted;  // so many of them
};

static long look_at_target(__u32 index, struct table_walk *table) {
    if (index >= table->count) return 1;
    struct dm_target *target = table->targets + index * bpf_core_type_size(struct dm_target);
    if (!IS(BPF_CORE_READ(target, type, name), "crypt") || !has_a_real_cipher(target)) return 1;
    table->encrypted += 1;
    return 0;
}

// Every stretch of it is enciphered, so it does not matter what lies below.
static bool is_encrypted(struct gendisk *disk) {
    if (!bpf_core_type_exists(struct mapped_device)) return false;
    struct mapped_device *mapped = BPF_CORE_READ(disk, private_data);
    struct dm_table *table = BPF_CORE_READ(mapped, map);
    struct table_walk walk = {BPF_CORE_READ(table, targets), BPF_CORE_READ(table, num_targets), 0};
    if (!walk.targets || walk.count == 0) return false;
    bpf_loop(targets_max, look_at_target, &walk, 0);
    return walk.encrypted == walk.count;
}

static long push_slave(__u32 index, struct list_walk *list) {
    struct walk *walk = this_walk();
    struct list_head *entry = next_of(list);
    if (!walk || !entry) return 1;
    struct bd_holder_disk *holder = (void *)entry - bpf_core_field_offset(struct bd_holder_disk, list);
    if (bpf_core_field_exists(holder->bdev)) {
        push_device(walk, BPF_CORE_READ(holder, bdev));
        return 0;
    }
    struct kobject *owner = BPF_CORE_READ(holder, holder_dir, parent);
    push_device(walk, (void *)owner - bpf_core_field_offset(struct block_device, bd_device.kobj));
    return 0;
}

// Device mapper, RAID and others tell the kernel what they hold. False: nothing was told.
static bool push_slaves(struct walk *walk, struct gendisk *disk) {
    if (!bpf_core_field_exists(disk->slave_bdevs)) return false;
    struct list_head *head = (void *)disk + bpf_core_field_offset(struct gendisk, slave_bdevs);
    return walk_list(walk, head, push_slave) > 0;
}

// --- a disk of its own

// Where it is plugged in: external, internal, or 0 where it hangs on no bus at all.
enum place { nowhere, internal, external };

// The firmware or Thunderbolt says that this port leads out of the machine.
static bool leads_out(struct device *device) {
    return bpf_core_field_exists(device->removable) && BPF_CORE_READ(device, removable) == DEVICE_REMOVABLE;
}

static bool is_for_plugging(const char *bus) {
    return IS(bus, "usb") || IS(bus, "mmc") || IS(bus, "memstick") || IS(bus, "firewire") || IS(bus, "pcmcia");
}

struct place_walk {
    struct device *device;
    enum place place;
};

static long look_at_parent(__u32 index, struct place_walk *walk) {
    struct device *device = walk->device;
    if (!device) return 1;
    walk->device = BPF_CORE_READ(device, parent);
    const char *bus = BPF_CORE_READ(device, bus, name);
    // An SD card; what is soldered in (eMMC) is granted by user space, which reads its type.
    if (leads_out(device) || (bus && is_for_plugging(bus))) {
        walk->place = external;
        return 1;
    }
    if (bus) walk->place = internal;
    return 0;
}

static enum place place_of(struct gendisk *disk) {
    if (BPF_CORE_READ(disk, flags) & disk_removable) return external;
    struct place_walk walk = {BPF_CORE_READ(disk, part0, bd_device.parent), nowhere};
    bpf_loop(parents_max, look_at_parent, &walk, 0);
    return walk.place == internal && walk.device ? nowhere : walk.place;
}

static __u32 grant_of(struct gendisk *disk) {
    struct vaktpost_disk key = {};
    key.device = BPF_CORE_READ(disk, part0, bd_dev);
    key.sequence = BPF_CORE_READ(disk, diskseq);
    const __u32 *grant = bpf_map_lookup_elem(&grants, &key);
    return grant ? *grant : 0;
}

// Memory, which nobody plugs in.
static bool is_memory(struct gendisk *disk) {
    const char *name = (const char *)disk + bpf_core_field_offset(struct gendisk, disk_name);
    return BEGINS(name, "ram") || BEGINS(name, "zram");
}

static void judge_physical(struct walk *walk, struct gendisk *disk) {
    switch (place_of(disk)) {
        case internal:
            return;
        case external:
            object_to(walk, VAKTPOST_REFUSED_EXTERNAL, disk);
            return;
        case nowhere:
            if (!is_memory(disk)) object_to(walk, VAKTPOST_REFUSED_UNKNOWN, disk);
    }
}

static void judge(struct walk *walk, struct gendisk *disk) {
    const __u32 grant = grant_of(disk);
    if (grant == VAKTPOST_GRANT_READ_ONLY) walk->read_only = 1;
    if (grant) return;
    const char *name = (const char *)disk + bpf_core_field_offset(struct gendisk, disk_name);
    if (BPF_CORE_READ(disk, part0, bd_dev) >> 20 == loop_major) {
        push_loop(walk, disk);
    } else if (BEGINS(name, "dm-")) {
        if (!is_encrypted(disk) && !push_slaves(walk, disk)) object_to(walk, VAKTPOST_REFUSED_UNKNOWN, disk);
    } else if (!push_slaves(walk, disk)) {
        judge_physical(walk, disk);
    }
}

// --- the walk from a file system down to its disks

static long step(__u32 index, void *context) {
    struct walk *walk = this_walk();
    if (!walk || walk->reason || walk->pending == 0) return 1;
    walk->pending -= 1;
    judge(walk, (void *)walk->disks[walk->pending & (pending_max - 1)]);
    return 0;
}

static void walk_down(struct walk *walk, struct super_block *sb) {
    walk->pending = 0;
    walk->reason = 0;
    walk->read_only = 0;
    walk->culprit = 0;
    push_file_system(walk, sb);
    bpf_loop(steps_max, step, NULL, 0);
    if (!walk->reason && walk->pending) object_to(walk, VAKTPOST_REFUSED_TOO_DEEP, NULL);
}

static void report(struct walk *walk, struct super_block *sb) {
    struct vaktpost_refusal *refusal = bpf_ringbuf_reserve(&refusals, sizeof *refusal, 0);
    if (!refusal) return;  // refused all the same
    __builtin_memset(refusal, 0, sizeof *refusal);
    refusal->boot_ns = bpf_ktime_get_boot_ns();
    refusal->reason = walk->reason;
    refusal->mounted = BPF_CORE_READ(sb, s_dev);
    struct gendisk *disk = (void *)walk->culprit;
    if (disk) {
        refusal->sequence = BPF_CORE_READ(disk, diskseq);
        bpf_probe_read_kernel_str(refusal->disk, sizeof refusal->disk,
                                  (void *)disk + bpf_core_field_offset(struct gendisk, disk_name));
    }
    bpf_probe_read_kernel_str(refusal->type, sizeof refusal->type, BPF_CORE_READ(sb, s_type, name));
    bpf_ringbuf_submit(refusal, 0);
}

static int refuse(struct walk *walk, struct super_block *sb) {
    report(walk, sb);
    return -eperm;
}

static bool harmless(__u64 flags) {
    const __u64 all = ms_rdonly | ms_nosuid | ms_nodev | ms_noexec;
    return (flags & all) == all;
}

// --- hooks; `before` is what an earlier program said

// mount(2) before it does anything: the only place that sees all its flags. Of a remount or bind remount it sees the
// mount too.
SEC("lsm/sb_mount")
int BPF_PROG(on_mount, const char *source, struct path *target, const char *type, unsigned long flags, void *data,
             int before) {
    if (before) return before;
    struct walk *walk = this_walk();
    if (!walk) return 0;  // the mount itself is refused then
    walk->flags = flags;
    walk->flags_known = 1;
    if (!(flags & ms_remount)) return 0;
    walk->flags_known = 0;
    struct super_block *sb = BPF_CORE_READ(target, mnt, mnt_sb);
    walk_down(walk, sb);
    if (!walk->read_only || harmless(flags)) return 0;
    walk->reason = VAKTPOST_REFUSED_WRITABLE;
    return refuse(walk, sb);
}

// A file system is about to be mounted, by mount(2) or fsconfig(2), for the first time or again.
SEC("lsm/sb_kern_mount")
int BPF_PROG(on_file_system, struct super_block *sb, int before) {
    if (before) return before;
    if (!lies_on_disks(sb)) return 0;
    struct walk *walk = this_walk();
    if (!walk) return -eperm;
    walk_down(walk, sb);
    const bool flags_known = walk->flags_known;
    walk->flags_known = 0;
    if (walk->reason) return refuse(walk, sb);
    if (!walk->read_only) return 0;
    // Without mount(2), move_mount(2) shows the other flags.
    if (BPF_CORE_READ(sb, s_flags) & sb_rdonly && (!flags_known || harmless(walk->flags))) return 0;
    walk->reason = VAKTPOST_REFUSED_WRITABLE;
    return refuse(walk, sb);
}

// The file system's own flags are to be changed: nobody needs that of one that must stay read-only.
SEC("lsm/sb_remount")
int BPF_PROG(on_remount, struct super_block *sb, void *options, int before) {
    if (before) return before;
    if (!lies_on_disks(sb)) return 0;
    struct walk *walk = this_walk();
    if (!walk) return -eperm;
    walk_down(walk, sb);
    if (!walk->read_only) return 0;
    walk->reason = VAKTPOST_REFUSED_WRITABLE;
    return refuse(walk, sb);
}

// A mount made by fsmount(2) gets its place.
SEC("lsm/move_mount")
int BPF_PROG(on_move, struct path *from, struct path *to, int before) {
    if (before) return before;
    struct vfsmount *mount = BPF_CORE_READ(from, mnt);
    struct super_block *sb = BPF_CORE_READ(mount, mnt_sb);
    if (!lies_on_disks(sb)) return 0;
    struct walk *walk = this_walk();
    if (!walk) return -eperm;
    walk_down(walk, sb);
    const int all = mnt_nosuid | mnt_nodev | mnt_noexec;
    if (!walk->read_only || (BPF_CORE_READ(mount, mnt_flags) & all) == all) return 0;
    walk->reason = VAKTPOST_REFUSED_WRITABLE;
    return refuse(walk, sb);
}
