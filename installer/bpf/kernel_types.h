/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel's structures, as far as the mount guard reads them. libbpf moves each access to where
   the running kernel has the field (CO-RE), so only names and types count here, neither order nor
   size. What a kernel may lack is asked for with bpf_core_field_exists and bpf_core_type_exists. */
#pragma once

#include <linux/types.h>

typedef _Bool bool;
enum { false = 0, true = 1 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
    struct list_head* next;
};

struct kobject {
    struct kobject* parent;
};

struct bus_type {
    const char* name;
};

enum device_removable { DEVICE_REMOVABLE = 3 };

struct device {
    struct kobject kobj;
    struct device* parent;
    const struct bus_type* bus;
    enum device_removable removable;
};

struct gendisk;

struct block_device {
    __u32 bd_dev;
    struct device bd_device;
    struct gendisk* bd_disk;
};

struct gendisk {
    char disk_name[32];
    struct block_device* part0;
    void* private_data;
    int flags;
    struct list_head slave_bdevs;
    __u64 diskseq;
};

/* Until Linux 6.1 with the device, afterwards with its "holders" folder in sysfs. */
struct bd_holder_disk {
    struct list_head list;
    struct block_device* bdev;
    struct kobject* holder_dir;
};

struct super_block;

struct inode {
    unsigned short i_mode;
    struct super_block* i_sb;
};

struct bdev_inode {
    struct block_device bdev;
    struct inode vfs_inode;
};

struct address_space {
    struct inode* host;
};

struct file {
    struct inode* f_inode;
    struct address_space* f_mapping;
};

struct file_system_type {
    const char* name;
};

struct super_block {
    __u32 s_dev;
    struct file_system_type* s_type;
    unsigned long s_flags;
    struct block_device* s_bdev;
    void* s_fs_info;
};

struct vfsmount {
    struct super_block* mnt_sb;
    int mnt_flags;
};

struct path {
    struct vfsmount* mnt;
};

struct task_struct;

/* module loop */
struct loop_device {
    struct file* lo_backing_file;
};

/* module dm_mod */
struct target_type {
    const char* name;
};

struct dm_target {
    struct target_type* type;
    void* private;
};

struct dm_table {
    unsigned int num_targets;
    struct dm_target* targets;
};

struct mapped_device {
    void* map;
};

/* module dm_crypt */
struct crypt_config {
    char* cipher_string;
};

/* module btrfs */
struct btrfs_device {
    struct list_head dev_list;
    struct block_device* bdev;
};

struct btrfs_fs_devices {
    struct list_head devices;
    struct list_head seed_list;
};

struct btrfs_fs_info {
    struct btrfs_fs_devices* fs_devices;
};

#pragma clang attribute pop
