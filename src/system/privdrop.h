/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privdrop.h - become another user for good.
 */
#ifndef LICHEN_SYSTEM_PRIVDROP_H
#define LICHEN_SYSTEM_PRIVDROP_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

struct privs {
	bool	set_user, set_group;
	bool	net_admin;	/* this capability stays: for a CLAT */
	char	name[64];	/* user name, for initgroups(3); "" for a number */
	uid_t	uid;
	gid_t	gid;
};

/*
 * Look up a user and a group, by name or by number; either may be NULL.  A user
 * alone brings his primary group.  Before any chroot.  Return false with a
 * message in err.
 */
bool	privs_lookup(struct privs *, const char *user, const char *group,
	    char *err, size_t errsize);

/*
 * Chroot to dir (unless NULL), drop supplementary groups or take the user's,
 * set gid and uid, and check that there is no way back; ids that are not set stay.
 * In any case no capability is left (caps.h).  Return false with a message in err.
 */
bool	privs_drop(const struct privs *, const char *chroot_dir, char *err,
	    size_t errsize);

/*
 * Act as that user for a while, where he could have laid a trap for root; then be
 * who we were again.  Not for ids that are not set.  Return false with errno, and
 * after a false privs_return() there is no going on.
 */
bool	privs_borrow(const struct privs *);
bool	privs_return(void);

#endif
