/* SPDX-License-Identifier: BSD-2-Clause */
/* Include <sys/types.h> before. */
#ifndef _NET_IF_DL_H
#define _NET_IF_DL_H
struct sockaddr_dl {
	u_char	sdl_len, sdl_family;
	u_short	sdl_index;
	u_char	sdl_type, sdl_nlen, sdl_alen, sdl_slen;
	char	sdl_data[46];
};
void	 link_addr(const char *, struct sockaddr_dl *);
char	*link_ntoa(const struct sockaddr_dl *);
#endif
