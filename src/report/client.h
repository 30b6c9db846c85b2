/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - the command line's questions to a running daemon, by its control
 * socket, and what can be answered without one.
 */
#ifndef LICHEN_REPORT_CLIENT_H
#define LICHEN_REPORT_CLIENT_H

#include <stdbool.h>

struct client_options {
	const char	*config;	/* names the socket */
	bool		 json, watch;
};

/* Exit statuses beside EXIT_SUCCESS and EXIT_FAILURE. */
#define EXIT_UNMAPPED	2	/* --explain: an address has no counterpart */
#define EXIT_CONFIG	78	/* EX_CONFIG: another try fails like this one */

/* Each returns the exit status; what goes wrong is on stderr. */
int	client_status(const struct client_options *);

/*
 * --clat-test: what the CLAT found, and whether it carries: the NAT64 is pinged at
 * its images of ipv4only.arpa's addresses (RFC 7050 section 3), which it may answer
 * for or not, and they by IPv4, in words.
 */
int	client_clat_test(const struct client_options *);
int	client_leases(const struct client_options *);

/*
 * Explain each of words, which a NULL ends: by the daemon if one answers, else by
 * the configuration and dynamic.map.
 */
int	client_explain(const struct client_options *, char **words);

#endif
