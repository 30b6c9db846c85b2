/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the command line: TAYGA's options, and ours.
 */
#ifndef LICHEN_OPTIONS_H
#define LICHEN_OPTIONS_H

#include "report/log.h"

struct options {
	const char	*config;
	const char	*user, *group, *pidfile;	/* NULL: not given */
	int		 debug, nodetach, chroot;
	/* What to do, one at most, instead of being the daemon. */
	int		 check, mktun, rmtun, status, leases, explain, nat44,
			 tayga, clat_test;
	int		 json, watch;
	char		**operands;			/* a NULL ends them */
	enum log_target	 target;
};

/*
 * Read them, in argv's own strings.  --help and --version are answered, and what
 * makes no sense is told, on the spot: then the process ends here.
 */
struct options	options_read(int argc, char **argv);

/*
 * The only operand, which --nat44 and --tayga-conf may have; NULL if it is not there.
 * A second one ends the process.
 */
const char	*options_operand(const struct options *);

#endif
