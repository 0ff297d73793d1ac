// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/resident_memory.h"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace vaktpost::platform {
namespace {

// A line of /proc/self/maps: proc(5). Code is never written, so the kernel can read it again from
// the file. Constant data is left alone: what was relocated at start (RELRO) looks the same here
// and would be lost.
void drop_if_clean(const char* line) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char rights[5] = {};
    unsigned long inode = 0;
    if (std::sscanf(line, "%lx-%lx %4s %*x %*s %lu", &begin, &end, rights, &inode) != 4) return;
    const bool code = std::strcmp(rights, "r-xp") == 0 && inode != 0;
    if (!code) return;
    // The mapping belongs to the kernel's page cache, not to an object of ours.
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

}  // namespace

void keep_heap_small() {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024);
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

void give_back_memory() {
    malloc_trim(0);
    std::FILE* maps = std::fopen("/proc/self/maps", "re");
    if (maps == nullptr) return;
    char line[512];
    while (std::fgets(line, sizeof line, maps) != nullptr) drop_if_clean(line);
    std::fclose(maps);
}

}  // namespace vaktpost::platform
