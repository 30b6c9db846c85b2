/* SPDX-License-Identifier: BSD-2-Clause */
/* A configuration: either it loads, or there is an error that says why. */
#include "conf/file.h"
#include "fuzz.h"
#include "tables.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct conf_msgs msgs;
	struct conf *conf = conf_load(fuzz_file(FUZZ_MAIN, data, n), &msgs);
	struct tables tables;
	bool error = false;

	for (size_t i = 0; i < msgs.n; i++) {
		MUST(msgs.msg[i].file != NULL && msgs.msg[i].text != NULL);
		error = error || msgs.msg[i].error;
	}
	MUST((conf == NULL) == error);
	/* What loads can be run; a large pool costs only addresses. */
	if (conf != NULL && tables_build(&tables, conf,
	    (struct siphash_key){ { 1, 2 } }, &(struct conf_reader){ 0 }))
		tables_free(&tables);
	conf_free(conf);
	conf_msgs_free(&msgs);
	return 0;
}
