/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf-log.h - the messages of a configuration, to the log.
 */
#ifndef LICHEN_REPORT_CONF_LOG_H
#define LICHEN_REPORT_CONF_LOG_H

#include <stdbool.h>

#include "conf/message.h"

/* One line each; false if there were errors. */
bool	conf_log(const struct conf_msgs *);

#endif
