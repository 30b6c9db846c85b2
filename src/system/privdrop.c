/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "privdrop.h"

static bool __attribute__((__format__(__printf__, 3, 4)))
fail(char *err, size_t errsize, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, errsize, fmt, ap);
	va_end(ap);
	return false;
}

/* A decimal id, the whole string. */
static bool
number(const char *s, unsigned long *n)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	*n = strtoul(s, &end, 10);
	return *end == '\0' && errno == 0 && *n < (uid_t)-1;
}

static bool
lookup_user(struct privs *p, const char *user, char *err, size_t errsize)
{
	struct passwd *pw = getpwnam(user);
	unsigned long n;

	if (pw == NULL && number(user, &n)) {
		p->uid = (uid_t)n;
		p->set_user = true;
		pw = getpwuid(p->uid);
	}
	if (pw == NULL)
		return p->set_user ||
		    fail(err, errsize, "user %s: no such user", user);
	p->set_user = true;
	p->uid = pw->pw_uid;
	p->gid = pw->pw_gid;
	p->set_group = true;
	if (strlen(pw->pw_name) >= sizeof p->name)
		return fail(err, errsize, "user %s: name too long", user);
	memcpy(p->name, pw->pw_name, strlen(pw->pw_name) + 1);
	return true;
}

static bool
lookup_group(struct privs *p, const char *group, char *err, size_t errsize)
{
	struct group *gr = getgrnam(group);
	unsigned long n;

	if (gr != NULL)
		p->gid = gr->gr_gid;
	else if (number(group, &n))
		p->gid = (gid_t)n;
	else
		return fail(err, errsize, "group %s: no such group", group);
	p->set_group = true;
	return true;
}

bool
privs_lookup(struct privs *p, const char *user, const char *group, char *err,
    size_t errsize)
{
	memset(p, 0, sizeof *p);
	if (user != NULL && !lookup_user(p, user, err, errsize))
		return false;
	if (group != NULL && !lookup_group(p, group, err, errsize))
		return false;
	/* A bare number says nothing about groups, and root's must not stay. */
	if (p->set_user && !p->set_group)
		return fail(err, errsize,
		    "user %s: no such user, so a group is needed as well", user);
	return true;
}

static bool
enter_chroot(const char *dir, char *err, size_t errsize)
{
	if (chroot(dir) == -1 || chdir("/") == -1)
		return fail(err, errsize, "chroot %s: %s", dir,
		    strerror(errno));
	return true;
}

/* The user's own groups, or none at all; root's must not stay. */
static bool
set_groups(const struct privs *p)
{
	if (p->set_user && p->name[0] != '\0')
		return initgroups(p->name, p->gid) == 0;
	return setgroups(0, NULL) == 0;
}

bool
privs_drop(const struct privs *p, const char *chroot_dir, char *err,
    size_t errsize)
{
	gid_t gid = p->gid;
	uid_t uid = p->uid;

	/* Before the chroot: the group file is outside. */
	if ((p->set_user || p->set_group) && !set_groups(p))
		return fail(err, errsize, "cannot set groups: %s",
		    strerror(errno));
	if (chroot_dir != NULL && !enter_chroot(chroot_dir, err, errsize))
		return false;
	if (p->set_group && setresgid(gid, gid, gid) == -1)
		return fail(err, errsize, "cannot become group %lu: %s",
		    (unsigned long)gid, strerror(errno));
	if (p->set_user && p->net_admin && !caps_keep())
		return fail(err, errsize, "cannot keep CAP_NET_ADMIN: %s",
		    strerror(errno));
	if (p->set_user && setresuid(uid, uid, uid) == -1)
		return fail(err, errsize, "cannot become user %lu: %s",
		    (unsigned long)uid, strerror(errno));
	if (p->set_user && uid != 0 && (setuid(0) == 0 ||
	    (p->set_group && gid != 0 && setgid(0) == 0)))
		return fail(err, errsize, "still able to become root");
	if (!caps_drop(p->net_admin))
		return fail(err, errsize, "cannot drop capabilities: %s",
		    strerror(errno));
	return true;
}

bool
privs_borrow(const struct privs *p)
{
	return (!p->set_group || setegid(p->gid) == 0) &&
	    (!p->set_user || seteuid(p->uid) == 0);
}

/* The real ids are who we were. */
bool
privs_return(void)
{
	return seteuid(getuid()) == 0 && setegid(getgid()) == 0;
}
