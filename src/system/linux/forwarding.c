/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forwarding.c - sysctls of net.ipv6.conf.  An interface that forwards no longer
 * obeys router advertisements unless its accept_ra is 2, and what it learned from
 * them is forgotten: so that comes first.  System calls at the end: lseek, write, close.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/log.h"
#include "system/forwarding.h"
#include "system/plain-file.h"

#define CONF		"/proc/sys/net/ipv6/conf"
#define FOR_ALL		2	/* settings */
#define NAME_MAX_LEN	64	/* of an interface and a setting */

/* Open for both, with its first character in *value; -1 with errno. */
static int
open_setting(const char *name, char *value)
{
	char path[sizeof CONF + NAME_MAX_LEN + 1];
	int fd;

	snprintf(path, sizeof path, CONF "/%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd != -1 && pread(fd, value, 1, 0) != 1) {
		close(fd);
		errno = EIO;
		return -1;
	}
	return fd;
}

static bool
set(int fd, char value)
{
	char text[2] = { value, '\n' };

	return lseek(fd, 0, SEEK_SET) == 0 &&
	    write(fd, text, sizeof text) == sizeof text;
}

/* --- the record ----------------------------------------------------------- */

/*
 * Its first line says whether there is anything to undo; then lines of a setting
 * and its old value, the last one first to be put back.
 */
#define TO_UNDO	"undo\n"
#define UNDONE	"done\n"

static void
make_directory(const char *file)
{
	char dir[256];
	const char *slash = strrchr(file, '/');

	if (slash == NULL || slash == file ||
	    (size_t)(slash - file) >= sizeof dir)
		return;
	memcpy(dir, file, (size_t)(slash - file));
	dir[slash - file] = '\0';
	mkdir(dir, 0755);
}

/* Up to FORWARDING_SETTINGS lines; returns how many. */
static unsigned
read_record(FILE *f, char name[][NAME_MAX_LEN], char *value)
{
	char first[8];
	unsigned n = 0;

	if (fgets(first, sizeof first, f) == NULL || strcmp(first, TO_UNDO) != 0)
		return 0;
	while (n < FORWARDING_SETTINGS &&
	    fscanf(f, "%63s %c", name[n], &value[n]) == 2)
		n++;
	return n;
}

static void
undo_recorded(const char *file)
{
	char name[FORWARDING_SETTINGS][NAME_MAX_LEN], value[FORWARDING_SETTINGS];
	int fd = plain_read_own(AT_FDCWD, file);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");
	unsigned n;
	char is;

	if (f == NULL)
		return;
	n = read_record(f, name, value);
	fclose(f);
	while (n-- > 0) {
		fd = strstr(name[n], "..") != NULL ? -1 :
		    open_setting(name[n], &is);
		if (fd == -1)
			continue;
		set(fd, value[n]);
		close(fd);
	}
}

static int
new_record(const char *file)
{
	int fd;

	make_directory(file);
	fd = plain_create(AT_FDCWD, file, 0600);
	if (fd != -1 && write(fd, TO_UNDO, strlen(TO_UNDO)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* --- settings ------------------------------------------------------------- */

/* Be able to put it back; it is written down before it is changed. */
static bool
remember(struct forwarding *f, const char *name, int fd, char was)
{
	if (f->n == FORWARDING_SETTINGS)
		return false;
	if (f->record != -1)
		dprintf(f->record, "%s %c\n", name, was);
	f->s[f->n++] = (struct forwarding_setting){ fd, was };
	return true;
}

/* From one value to another; what has any other value stays. */
static bool
change(struct forwarding *f, const char *name, char from, char to)
{
	char was;
	int fd = open_setting(name, &was);

	if (fd == -1)
		return false;
	if (was != from) {
		close(fd);
		return true;
	}
	if (remember(f, name, fd, was))
		return set(fd, to);
	close(fd);
	return false;
}

/* What turning all.forwarding off again would take from an interface. */
static void
keep_forwarding(struct forwarding *f, const char *name)
{
	char was;
	int fd = open_setting(name, &was);

	if (fd != -1 && (was != '1' || !remember(f, name, fd, was)))
		close(fd);
}

/* A descriptor for each of them, until the end. */
static void
room_for_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1 ||
	    r.rlim_cur >= 2 * FORWARDING_SETTINGS)
		return;
	r.rlim_cur = r.rlim_max < 2 * FORWARDING_SETTINGS ? r.rlim_max :
	    2 * FORWARDING_SETTINGS;
	setrlimit(RLIMIT_NOFILE, &r);
}

/* Interfaces that are too many go on as they are, without advertisements. */
static void
each_interface(struct forwarding *f)
{
	DIR *dir = opendir(CONF);
	const struct dirent *e;
	char name[NAME_MAX_LEN];

	room_for_descriptors();
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		if (f->n + 2 + FOR_ALL > FORWARDING_SETTINGS) {
			log_warnx("clat: too many interfaces: accept_ra of "
			    "some stays 1, which forwarding turns off");
			break;
		}
		if (e->d_name[0] == '.' || strcmp(e->d_name, "all") == 0)
			continue;
		snprintf(name, sizeof name, "%.40s/accept_ra", e->d_name);
		change(f, name, '1', '2');
		snprintf(name, sizeof name, "%.40s/forwarding", e->d_name);
		keep_forwarding(f, name);
	}
	if (dir != NULL)
		closedir(dir);
}

static bool
is(const char *name, char value)
{
	char now = '?';
	int fd;
	char path[sizeof CONF + NAME_MAX_LEN + 1];

	snprintf(path, sizeof path, CONF "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1 && read(fd, &now, 1) != 1)
		now = '?';
	if (fd != -1)
		close(fd);
	return now == value;
}

bool
forwarding_open(struct forwarding *f, const char *undo, char *err,
    size_t errsize)
{
	undo_recorded(undo);
	f->n = 0;
	f->record = new_record(undo);
	if (f->record == -1)
		log_notice("clat: cannot write %s: sysctls stay changed if "
		    "this process is killed", undo);
	if (is("all/forwarding", '0')) {
		each_interface(f);
		change(f, "all/forwarding", '0', '1');
	}
	change(f, "all/proxy_ndp", '0', '1');
	if (!is("all/proxy_ndp", '1'))
		log_warnx("clat: cannot set sysctl net.ipv6.conf.all.proxy_ndp=1: "
		    "without it, or that of the interface, nobody answers for "
		    "the CLAT's address");
	if (is("all/forwarding", '1'))
		return true;
	snprintf(err, errsize, "clat: cannot turn IPv6 forwarding on: set "
	    "sysctls net.ipv6.conf.all.forwarding=1, "
	    "net.ipv6.conf.all.proxy_ndp=1 and accept_ra=2 of the interface");
	return false;
}

void
forwarding_close(struct forwarding *f)
{
	/* all/forwarding goes off before those of single interfaces return. */
	while (f->n > 0) {
		struct forwarding_setting *s = &f->s[--f->n];

		set(s->fd, s->was);
		close(s->fd);
	}
	if (f->record == -1)
		return;
	if (lseek(f->record, 0, SEEK_SET) == -1 ||
	    write(f->record, UNDONE, strlen(UNDONE)) == -1)
		log_warn("clat: record of sysctls");
	close(f->record);
	f->record = -1;
}
