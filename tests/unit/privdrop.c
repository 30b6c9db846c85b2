/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "system/privdrop.h"
#include "suite.h"

static char err[256];

/* A user of this machine who is not root. */
static const struct passwd *
somebody(void)
{
	const struct passwd *pw;

	setpwent();
	while ((pw = getpwent()) != NULL && (pw->pw_uid == 0 ||
	    pw->pw_gid == 0 || strlen(pw->pw_name) > 60))
		;
	ck_assert_ptr_nonnull(pw);
	return pw;
}

/* A number that is nobody's. */
static uid_t
stranger(void)
{
	uid_t uid = 54321;

	while (getpwuid(uid) != NULL || getgrgid(uid) != NULL)
		uid++;
	return uid;
}

START_TEST(neither)
{
	struct privs p;

	memset(&p, 0xff, sizeof p);
	ck_assert(privs_lookup(&p, NULL, NULL, err, sizeof err));
	ck_assert(!p.set_user);
	ck_assert(!p.set_group);
	/* And so there is nothing to drop. */
	ck_assert(privs_drop(&p, NULL, err, sizeof err));
}
END_TEST

/* By name or by number, a user brings his primary group and his name. */
START_TEST(user)
{
	const struct passwd *pw = somebody();
	uid_t uid = pw->pw_uid;
	gid_t gid = pw->pw_gid;
	char texts[2][64], name[64];
	struct privs p;

	snprintf(name, sizeof name, "%s", pw->pw_name);
	snprintf(texts[0], sizeof texts[0], "%s", pw->pw_name);
	snprintf(texts[1], sizeof texts[1], "%lu", (unsigned long)uid);
	for (int i = 0; i < 2; i++) {
		ck_assert_msg(privs_lookup(&p, texts[i], NULL, err,
		    sizeof err), "%s", err);
		ck_assert(p.set_user);
		ck_assert(p.set_group);
		ck_assert_uint_eq(p.uid, uid);
		ck_assert_uint_eq(p.gid, gid);
		ck_assert_str_eq(p.name, name);
	}
}
END_TEST

START_TEST(group)
{
	struct group *gr = getgrgid(0);
	struct privs p;

	ck_assert_ptr_nonnull(gr);
	ck_assert(privs_lookup(&p, NULL, gr->gr_name, err, sizeof err));
	ck_assert(!p.set_user);
	ck_assert(p.set_group);
	ck_assert_uint_eq(p.gid, 0);
	ck_assert(privs_lookup(&p, NULL, "12345", err, sizeof err));
	ck_assert(p.set_group);
	ck_assert_uint_eq(p.gid, 12345);
}
END_TEST

/* The group that is given beats the user's own. */
START_TEST(user_and_group)
{
	const struct passwd *pw = somebody();
	uid_t uid = pw->pw_uid;
	struct privs p;

	ck_assert(privs_lookup(&p, pw->pw_name, "12345", err, sizeof err));
	ck_assert_uint_eq(p.uid, uid);
	ck_assert_uint_eq(p.gid, 12345);
}
END_TEST

START_TEST(number_without_user)
{
	char number[24], want[128];
	struct privs p;

	snprintf(number, sizeof number, "%lu", (unsigned long)stranger());
	snprintf(want, sizeof want, "user %s: no such user, so a group is "
	    "needed as well", number);
	ck_assert(!privs_lookup(&p, number, NULL, err, sizeof err));
	ck_assert_str_eq(err, want);
	ck_assert(privs_lookup(&p, number, number, err, sizeof err));
	ck_assert_uint_eq(p.uid, stranger());
	ck_assert_uint_eq(p.gid, stranger());
	ck_assert_str_eq(p.name, "");
}
END_TEST

START_TEST(unknown)
{
	static const char *const names[] = {
		"no-such-name", "", "-1", "+1", " 1", "1x", "0x10",
		"4294967295", "4294967296", "99999999999999999999999",
	};
	char want[128];
	struct privs p;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(want, sizeof want, "user %s: no such user", names[i]);
		ck_assert(!privs_lookup(&p, names[i], NULL, err, sizeof err));
		ck_assert_str_eq(err, want);
		snprintf(want, sizeof want, "group %s: no such group",
		    names[i]);
		ck_assert(!privs_lookup(&p, NULL, names[i], err, sizeof err));
		ck_assert_str_eq(err, want);
	}
}
END_TEST

/* Can this process become anyone?  Root of a small user namespace cannot; other
 * systems have none. */
static bool
is_real_root(void)
{
	FILE *f = fopen("/proc/self/uid_map", "r");
	unsigned long inside = 0, outside = 0, n = 0;
	int got = 0;

	if (f == NULL)
		return geteuid() == 0;
	got = fscanf(f, "%lu %lu %lu", &inside, &outside, &n);
	fclose(f);
	return geteuid() == 0 && got == 3 && n > 100000;
}

/* FreeBSD counts the group itself among the others. */
static bool
no_other_groups(gid_t gid)
{
	gid_t list[64];
	int n = getgroups(64, list);

	for (int i = 0; i < n; i++)
		if (list[i] != gid)
			return false;
	return n != -1;
}

/* In a process of its own: 0, or the number of what does not hold. */
static int
drop_and_look(const struct privs *p, const char *dir)
{
	struct stat st;
	uid_t r, e, s;
	gid_t rg, eg, sg, root = 0;

	/* Something to lose. */
	if (setgroups(1, &root) == -1 || !privs_drop(p, dir, err, sizeof err))
		return 1;
	if (getresuid(&r, &e, &s) == -1 || r != p->uid || e != p->uid ||
	    s != p->uid)
		return 2;
	if (getresgid(&rg, &eg, &sg) == -1 || rg != p->gid || eg != p->gid ||
	    sg != p->gid)
		return 3;
	if (!no_other_groups(p->gid))
		return 4;
	if (setuid(0) != -1 || setgid(0) != -1)
		return 5;
	/* "/" is the new one. */
	if (stat("/tmp", &st) != -1 || errno != ENOENT)
		return 6;
	return 0;
}

START_TEST(drop_to_stranger)
{
	char dir[] = "/tmp/lichen-test-privdrop.XXXXXX", number[24];
	struct privs p;
	pid_t pid;
	int status;

	snprintf(number, sizeof number, "%lu", (unsigned long)stranger());
	ck_assert(privs_lookup(&p, number, number, err, sizeof err));
	if (!is_real_root()) {
		ck_assert(!privs_drop(&p, NULL, err, sizeof err));
		ck_assert_str_eq(err,
		    "cannot set groups: Operation not permitted");
		return;
	}
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chmod(dir, 0755), 0);
	pid = fork();
	if (pid == 0)
		_exit(drop_and_look(&p, dir));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(rmdir(dir), 0);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(chroot_fails)
{
	struct privs p;

	ck_assert(privs_lookup(&p, NULL, NULL, err, sizeof err));
	ck_assert(!privs_drop(&p, "/no/such/place", err, sizeof err));
	ck_assert_msg(strncmp(err, "chroot /no/such/place: ", 23) == 0, "%s",
	    err);
}
END_TEST

TESTS(privdrop, neither, user, group, user_and_group, number_without_user,
    unknown, drop_to_stranger, chroot_fails)
