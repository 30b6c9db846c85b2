/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - give up, for good, what a running translator has no use for.
 */
#ifndef LICHEN_SYSTEM_SANDBOX_H
#define LICHEN_SYSTEM_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/* Does it cost nothing here, so that "sandbox auto" means yes? */
bool	sandbox_by_default(void);

/*
 * From here on the process, which has one thread, can do no more than daemon_run()
 * needs.  Everything that takes a privilege comes before it.  Return false with a
 * message in err if the kernel, or who started us, does not let us.
 */
bool	sandbox_start(char *err, size_t errsize);

#endif
