/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - files become a configuration.  Opens the configuration and the map-file
 * and touches nothing else.
 */
#ifndef LICHEN_CONF_FILE_H
#define LICHEN_CONF_FILE_H

#include "conf.h"
#include "message.h"
#include "reader.h"

/*
 * Read the file at path and the map-file that it names.  Every error and warning
 * of both goes to *msgs, which the caller frees with conf_msgs_free() in any
 * case: by line, what is about a file as a whole behind its lines, the map-file
 * last.  (After a thousand they are only counted.)  Text has no control
 * characters and a bounded length, whatever the file contains.  Return a
 * configuration that the caller frees with conf_free(), or NULL when there was
 * at least one error.  Reads $STATE_DIRECTORY.
 */
struct conf	*conf_load(const char *path, struct conf_msgs *msgs);

/* The same with a reader of the caller's. */
struct conf	*conf_load_by(const struct conf_reader *, const char *path,
		    struct conf_msgs *);

/*
 * What there is of a configuration, whatever errors it has and without a word about
 * them: for questions to a daemon, whose names it has.  NULL without memory.
 */
struct conf	*conf_peek(const char *path);

#endif
