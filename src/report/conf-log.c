/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "conf-log.h"
#include "log.h"

bool
conf_log(const struct conf_msgs *msgs)
{
	bool ok = true;

	for (size_t i = 0; i < msgs->n; i++) {
		const struct conf_msg *m = &msgs->msg[i];
		char where[32] = "";

		if (m->line != 0)
			snprintf(where, sizeof where, ":%u", m->line);
		if (m->error)
			log_errx("%s%s: %s", m->file, where, m->text);
		else
			log_warnx("%s%s: warning: %s", m->file, where,
			    m->text);
		ok = ok && !m->error;
	}
	return ok;
}
