/* SPDX-License-Identifier: BSD-2-Clause */
/* dynamic.map: whatever is read, what is written is read back the same. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "report/log.h"
#include "leases/dynamic-map.h"

static const struct clocks now = { .mono = 5000000, .wall = 1700000000 };
static uint64_t mem[2][4096];

static void
start(struct pool *p, int i)
{
	memset(mem[i], 0, sizeof mem[i]);
	MUST(pool_bytes(64) <= sizeof mem[i]);
	pool_init(p, &(struct prefix4){ 0xc0a8ff00, 26 }, 1,
	    (struct siphash_key){ { 1, 2 } }, mem[i]);
}

static uint32_t
leases(const struct pool *p)
{
	return p->active.count + p->dormant.count;
}

static bool
save(const struct pool *p, int fd)
{
	FILE *f = state_begin(fd);
	const struct lease *l;
	char line[STATE_LINE];
	uint32_t i = 0;
	ip4_t addr;

	if (f == NULL)
		return false;
	while ((l = pool_next(p, &i, &addr)) != NULL)
		fwrite(line, 1, state_line(line, addr, l->host,
		    now.wall - (now.mono - l->last) / 1000), f);
	return state_end(f, fd);
}

static char dir[] = "/tmp/lichen-fuzz.XXXXXX";

static void
remove_dir(void)
{
	rmdir(dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int fd = -1;
	struct state_found found;
	struct pool p, q;
	int file;

	if (fd == -1) {
		MUST(mkdtemp(dir) != NULL);
		atexit(remove_dir);
		fd = open(dir, O_RDONLY | O_DIRECTORY);
		MUST(fd != -1);
		MUST(freopen("/dev/null", "w", stdout) != NULL);
		log_open(LOG_TO_STDOUT, "fuzz");
	}
	file = openat(fd, STATE_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	MUST(file != -1 && write(file, data, n) == (ssize_t)n);
	close(file);
	start(&p, 0);
	MUST(state_load(&p, fd, now, &found) == (long)leases(&p));
	MUST(leases(&p) < 64);
	MUST(save(&p, fd));
	start(&q, 1);
	MUST(state_load(&q, fd, now, &found) == (long)leases(&p));
	unlinkat(fd, STATE_FILE, 0);
	return 0;
}
