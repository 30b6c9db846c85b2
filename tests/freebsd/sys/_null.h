/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NULL
#define NULL	((void *)0)
#endif
