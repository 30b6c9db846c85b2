/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS__SIGSET_H
#define _SYS__SIGSET_H
typedef struct __sigset { __UINT32_TYPE__ __bits[4]; } __sigset_t;
#endif
