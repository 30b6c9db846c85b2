/* SPDX-License-Identifier: BSD-2-Clause */
/* What another user may have put in the place of a file of ours. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"
#include "system/pidfile.h"
#include "system/plain-file.h"

#define OTHER	12345		/* a user */

static char dir[] = "/tmp/plain_file.XXXXXX";
static int d;

static void
start(void)
{
	strcpy(dir, "/tmp/plain_file.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	d = open(dir, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(d, -1);
}

static void
finish(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
	close(d);
}

static void
put(const char *name, const char *text)
{
	int fd = openat(d, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
}

static void
holds(const char *name, const char *want)
{
	char text[64] = "";
	int fd = openat(d, name, O_RDONLY);

	ck_assert_int_ge(read(fd, text, sizeof text - 1), 0);
	ck_assert_str_eq(text, want);
	close(fd);
}

static void
reads(const char *name, const char *want)
{
	char text[64] = "";
	FILE *f = plain_fopen(d, name);

	ck_assert_msg(f != NULL, "%s: %s", name, strerror(errno));
	ck_assert_ptr_nonnull(fgets(text, sizeof text, f));
	ck_assert_str_eq(text, want);
	fclose(f);
}

static void
fails(int fd, int error)
{
	ck_assert_int_eq(fd, -1);
	ck_assert_msg(errno == error, "%s, want %s", strerror(errno),
	    strerror(error));
}

START_TEST(no_waiting)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	start();
	ck_assert_int_eq(mkfifoat(d, "pipe", 0644), 0);
	alarm(5);		/* nobody is at its other end */
	fails(plain_read(d, "pipe"), EINVAL);
	fails(plain_read_own(d, "pipe"), EINVAL);
	fails(plain_append(d, "pipe", 0644), EINVAL);
	fails(plain_rewrite(d, "pipe"), ENXIO);
	alarm(0);
	fails(plain_read(d, "."), EISDIR);
	fails(plain_read(d, "nothing"), ENOENT);
	fails(plain_read(AT_FDCWD, "/dev/zero"), EINVAL);
	fails(plain_append(AT_FDCWD, "/dev/null", 0644), EINVAL);
	ck_assert_int_ne(plain_read(AT_FDCWD, "/dev/null"), -1);
	snprintf(sun.sun_path, sizeof sun.sun_path, "%s/socket", dir);
	ck_assert_int_eq(bind(s, (struct sockaddr *)&sun, sizeof sun), 0);
	fails(plain_read(d, "socket"), ENXIO);
	ck_assert_str_eq(plain_error(EINVAL), "not a regular file");
	ck_assert_ptr_nonnull(strstr(plain_error(ELOOP), "link"));
	ck_assert_str_eq(plain_error(ENOENT), strerror(ENOENT));
	finish();
}
END_TEST

/* As in /etc: relative and absolute ones, one after the other, into directories. */
START_TEST(links_of_our_own)
{
	char there[64];

	start();
	put("file", "text\n");
	reads("file", "text\n");
	ck_assert_int_eq(mkdirat(d, "sub", 0755), 0);
	ck_assert_int_eq(symlinkat("../file", d, "sub/a"), 0);
	snprintf(there, sizeof there, "%s/sub/a", dir);
	ck_assert_int_eq(symlinkat(there, d, "b"), 0);
	ck_assert_int_eq(symlinkat("b", d, "c"), 0);
	reads("sub/a", "text\n");
	reads("c", "text\n");
	fails(plain_read_own(d, "c"), ELOOP);
	fails(plain_append(d, "c", 0644), ELOOP);
	fails(plain_rewrite(d, "c"), ELOOP);
	ck_assert_int_eq(symlinkat("nothing", d, "dangling"), 0);
	fails(plain_read(d, "dangling"), ENOENT);
	ck_assert_int_eq(symlinkat("loop", d, "loop"), 0);
	fails(plain_read(d, "loop"), ELOOP);
	ck_assert_int_eq(symlinkat("sub", d, "dir"), 0);
	fails(plain_read(d, "dir"), EISDIR);
	reads("dir/a", "text\n");	/* a directory may be a link */
	ck_assert(plain_is_our_link(d, "c"));
	ck_assert(!plain_is_our_link(d, "file"));
	ck_assert(plain_is_our_dir(d, "file"));
	ck_assert(!plain_is_our_dir(AT_FDCWD, "/tmp/x"));
	finish();
}
END_TEST

/* Somebody else's link, in our directory and in his own, at the begin or behind. */
START_TEST(links_of_others)
{
	start();
	put("file", "text\n");
	ck_assert_int_eq(symlinkat("file", d, "link"), 0);
	ck_assert_int_eq(symlinkat("link", d, "first"), 0);
	if (fchownat(d, "link", OTHER, OTHER, AT_SYMLINK_NOFOLLOW) == -1) {
		finish();
		return;			/* not root */
	}
	fails(plain_read(d, "link"), ELOOP);
	fails(plain_read(d, "first"), ELOOP);
	ck_assert_int_eq(mkdirat(d, "his", 0755), 0);
	ck_assert_int_eq(symlinkat("../file", d, "his/link"), 0);
	reads("his/link", "text\n");
	ck_assert_int_eq(fchownat(d, "his", OTHER, OTHER, 0), 0);
	fails(plain_read(d, "his/link"), ELOOP);
	ck_assert(!plain_is_our_dir(d, "his/link"));
	ck_assert(!plain_is_our_link(d, "his/link"));
	/* a file of his is no trap */
	put("his/file", "text\n");
	ck_assert_int_eq(fchownat(d, "his/file", OTHER, OTHER, 0), 0);
	reads("his/file", "text\n");
	/* he himself may have his own */
	ck_assert_int_eq(fchownat(d, "his/link", OTHER, OTHER,
	    AT_SYMLINK_NOFOLLOW), 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(seteuid(OTHER), 0);
	reads("his/link", "text\n");
	ck_assert_int_eq(seteuid(0), 0);
	finish();
}
END_TEST

START_TEST(writing)
{
	int fd;

	start();
	put("victim", "text\n");
	/* at the end of what is there, or a new one */
	fd = plain_append(d, "new", 0644);
	ck_assert_int_eq(write(fd, "1\n", 2), 2);
	close(fd);
	fd = plain_append(d, "new", 0644);
	ck_assert_int_eq(write(fd, "2\n", 2), 2);
	close(fd);
	holds("new", "1\n2\n");
	/* another name of somebody's file */
	ck_assert_int_eq(linkat(d, "victim", d, "hard", 0), 0);
	fails(plain_append(d, "hard", 0644), ELOOP);
	fails(plain_rewrite(d, "hard"), ELOOP);
	/* in the place of anything but a directory */
	fd = plain_create(d, "hard", 0644);
	ck_assert_int_eq(write(fd, "3\n", 2), 2);
	close(fd);
	holds("hard", "3\n");
	ck_assert_int_eq(symlinkat("victim", d, "soft"), 0);
	fd = plain_create(d, "soft", 0644);
	ck_assert_int_eq(write(fd, "4\n", 2), 2);
	close(fd);
	holds("soft", "4\n");
	holds("victim", "text\n");
	ck_assert_int_eq(mkdirat(d, "dir", 0755), 0);
	fails(plain_create(d, "dir", 0644), EEXIST);
	finish();
}
END_TEST

/* --- pidfile -------------------------------------------------------------- */

static char err[256];

static void
away(struct plain_made *f)
{
	plain_remove(f);
	plain_forget(f);
}

static bool
pidfile(const char *path, int data_dir)
{
	struct plain_made f;
	char want[32], name[64];

	if (!pidfile_write(&f, path, data_dir, err, sizeof err))
		return false;
	snprintf(want, sizeof want, "%ld\n", (long)getpid());
	snprintf(name, sizeof name, "%s", path[0] == '/' ? strrchr(path, '/') +
	    1 : path);
	holds(name, want);
	away(&f);
	ck_assert_int_eq(faccessat(d, name, F_OK, 0), -1);
	return true;
}

START_TEST(pidfiles)
{
	char path[64];
	struct plain_made f;

	start();
	put("victim", "text\n");
	ck_assert(pidfile_write(&f, NULL, d, err, sizeof err));
	away(&f);
	ck_assert(pidfile("relative.pid", d));
	snprintf(path, sizeof path, "%s/absolute.pid", dir);
	ck_assert(pidfile(path, d));
	put("absolute.pid", "999999\n");
	ck_assert(pidfile(path, d));
	/* without data-dir, where we are */
	ck_assert_int_eq(fchdir(d), 0);
	ck_assert(pidfile("relative.pid", -1));
	ck_assert(!pidfile("nothing/x.pid", d));
	ck_assert_ptr_nonnull(strstr(err, "nothing/x.pid: No such file"));
	/* somebody else's hard link */
	ck_assert_int_eq(linkat(d, "victim", d, "hard.pid", 0), 0);
	ck_assert(pidfile("hard.pid", d));
	/* our own, which somebody meant, and no devices */
	ck_assert_int_eq(symlinkat("victim", d, "soft.pid"), 0);
	ck_assert(!pidfile("soft.pid", d));
	ck_assert(!pidfile("/dev/null", d));
	ck_assert_int_eq(access("/dev/null", W_OK), 0);
	ck_assert(!pidfile("/dev/stdout", d));
	ck_assert_int_eq(access("/dev/stdout", F_OK), 0);
	/* a way out of data-dir */
	ck_assert_int_eq(mkdirat(d, "data", 0755), 0);
	ck_assert_int_eq(mkdirat(d, "data/sub", 0755), 0);
	ck_assert_int_eq(symlinkat("..", d, "data/out"), 0);
	ck_assert(pidfile_write(&f, "sub//x.pid", openat(d, "data", O_RDONLY),
	    err, sizeof err));
	ck_assert_int_eq(faccessat(d, "data/sub/x.pid", F_OK, 0), 0);
	away(&f);
	ck_assert(!pidfile_write(&f, "out/victim", openat(d, "data",
	    O_RDONLY), err, sizeof err));
	holds("victim", "text\n");
	finish();
}
END_TEST

/* The user of data-dir has put a link there; then nobody's file, ours to write. */
START_TEST(pidfile_of_the_next_one)
{
	struct plain_made f, next;

	start();
	ck_assert(pidfile_write(&f, "x.pid", d, err, sizeof err));
	usleep(20000);		/* the kernel's clock has gone on */
	ck_assert(pidfile_write(&next, "x.pid", d, err, sizeof err));
	away(&f);
	ck_assert_int_eq(faccessat(d, "x.pid", F_OK, 0), 0);
	away(&next);
	ck_assert_int_eq(faccessat(d, "x.pid", F_OK, 0), -1);
	ck_assert(!plain_made(&f, dup(d), "x.pid"));
	away(&f);
	finish();
}
END_TEST

START_TEST(pidfiles_of_others)
{
	struct plain_made f;

	start();
	put("victim", "text\n");
	ck_assert_int_eq(symlinkat("victim", d, "soft.pid"), 0);
	if (fchown(d, OTHER, OTHER) == -1) {
		finish();
		return;			/* not root */
	}
	ck_assert(pidfile("soft.pid", d));
	holds("victim", "text\n");
	put("given.pid", "0000000000000\n");
	ck_assert_int_eq(fchownat(d, "given.pid", OTHER, OTHER, 0), 0);
	ck_assert_int_eq(fchown(d, 0, 0), 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(seteuid(OTHER), 0);
	ck_assert(pidfile_write(&f, "given.pid", d, err, sizeof err));
	ck_assert(!pidfile("new.pid", d));
	ck_assert_int_eq(seteuid(0), 0);
	away(&f);
	finish();
}
END_TEST

/* The directories of a path and of its links, also of one that is not listed. */
START_TEST(way)
{
	int w[8];
	struct stat st, want;

	start();
	put("file", "text\n");
	ck_assert_int_eq(mkdirat(d, "a", 0711), 0);
	ck_assert_int_eq(mkdirat(d, "b", 0311), 0);
	ck_assert_int_eq(symlinkat("../b/two", d, "a/one"), 0);
	ck_assert_int_eq(symlinkat("../file", d, "b/two"), 0);
	ck_assert_uint_eq(plain_way(d, "a/one", w, 2), 2);
	ck_assert_uint_eq(plain_way(d, "a/one", w, 8), 3);
	ck_assert_int_eq(fstat(w[1], &st), 0);
	ck_assert_int_eq(fstatat(d, "b", &want, 0), 0);
	ck_assert_uint_eq(st.st_ino, want.st_ino);
	ck_assert_int_eq(fstat(w[2], &st), 0);
	ck_assert_int_eq(fstat(d, &want), 0);
	ck_assert_uint_eq(st.st_ino, want.st_ino);
	ck_assert_uint_eq(plain_way(d, "file", w, 8), 1);
	ck_assert_uint_eq(plain_way(d, "nothing/x", w, 8), 0);
	finish();
}
END_TEST

TESTS(plain_file, way, no_waiting, links_of_our_own, links_of_others, writing,
    pidfiles, pidfile_of_the_next_one, pidfiles_of_others)
