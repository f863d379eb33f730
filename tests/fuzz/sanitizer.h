/* SPDX-License-Identifier: MIT */
/* sanitizer.h - what differs when the program is compiled with AddressSanitizer. */
#ifndef SANITIZER_H
#define SANITIZER_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define SANITIZER_IS_ON 1
#define SANITIZER_POISON(at, bytes) __asan_poison_memory_region((at), (bytes))
#define SANITIZER_UNPOISON(at, bytes) __asan_unpoison_memory_region((at), (bytes))
#else
#define SANITIZER_IS_ON 0
#define SANITIZER_POISON(at, bytes) ((void)(at), (void)(bytes))
#define SANITIZER_UNPOISON(at, bytes) ((void)(at), (void)(bytes))
#endif

/* Of functions that are called from within the sanitizer's own hooks. */
#define SANITIZER_SKIPS __attribute__((no_sanitize("address", "undefined"), noinline))

#endif /* SANITIZER_H */
