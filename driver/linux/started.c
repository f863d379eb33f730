// SPDX-License-Identifier: GPL-2.0 OR MIT
/* started.c - what every write looks at. See shell.h. Any context. */
#define RS_PLAIN_CALLS
#include "shell.h"

struct rs_linux_cpu __percpu *rs_linux_cpus __read_mostly;
/* Changed with rs_linux_lock held; writers only look. */
const rs_producer_t __rcu *rs_linux_started[RS_SETS_MAX] __read_mostly;
