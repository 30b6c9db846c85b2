/* SPDX-License-Identifier: BSD-2-Clause */
/* A map-file, named by a good configuration. */
#include "conf/file.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct conf_msgs msgs;
	struct conf *conf;
	bool error = false;
	char text[256];
	int len = snprintf(text, sizeof text, "tun-device nat64\n"
	    "ipv4-addr 192.0.2.1\nipv6-addr 2001:db8:ffff::1\n"
	    "prefix 64:ff9b::/96\nmap-file %s\n",
	    fuzz_file(FUZZ_NAMED, data, n));

	conf = conf_load(fuzz_file(FUZZ_MAIN, text, (size_t)len), &msgs);
	for (size_t i = 0; i < msgs.n; i++)
		error = error || msgs.msg[i].error;
	MUST((conf == NULL) == error);
	conf_free(conf);
	conf_msgs_free(&msgs);
	return 0;
}
