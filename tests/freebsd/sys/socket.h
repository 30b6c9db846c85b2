/* SPDX-License-Identifier: BSD-2-Clause */
/* readv() and writev() are in <sys/uio.h>. */
#ifndef _SYS_SOCKET_H
#define _SYS_SOCKET_H
#include <sys/_iovec.h>
typedef __UINT32_TYPE__	gid_t;
typedef __INT64_TYPE__	off_t;
typedef __INT32_TYPE__	pid_t;
typedef __UINT8_TYPE__	sa_family_t;
typedef __UINT32_TYPE__	socklen_t;
typedef long		ssize_t;
typedef __UINT32_TYPE__	uid_t;
typedef __UINT32_TYPE__	uint32_t;
typedef __UINTPTR_TYPE__ uintptr_t;
#define SOCK_STREAM	1
#define SOCK_DGRAM	2
#define SOCK_RAW	3
#define SOCK_SEQPACKET	5
#define SOCK_CLOEXEC	0x10000000
#define SOCK_NONBLOCK	0x20000000
#define SOL_SOCKET	0xffff
#define SO_REUSEADDR	0x0004
#define SO_USELOOPBACK	0x0040
#define SO_SNDBUF	0x1001
#define SO_RCVBUF	0x1002
#define SO_SNDTIMEO	0x1005
#define SO_RCVTIMEO	0x1006
#define SO_ERROR	0x1007
#define SO_TYPE		0x1008
#define AF_UNSPEC	0
#define AF_LOCAL	AF_UNIX
#define AF_UNIX		1
#define AF_INET		2
#define AF_ROUTE	17
#define AF_LINK		18
#define AF_INET6	28
#define AF_MAX		42
#define PF_UNIX		AF_UNIX
#define PF_ROUTE	AF_ROUTE
#define MSG_PEEK	0x2
#define MSG_TRUNC	0x10
#define MSG_WAITALL	0x40
#define MSG_DONTWAIT	0x00080
#define MSG_NOSIGNAL	0x20000
#define SHUT_RD		0
#define SHUT_WR		1
#define SHUT_RDWR	2
#define SOMAXCONN	128
struct sockaddr {
	unsigned char	sa_len;
	sa_family_t	sa_family;
	char		sa_data[14];
};
struct sockaddr_storage {
	unsigned char	ss_len;
	sa_family_t	ss_family;
	char		__ss_pad1[6];
	__INT64_TYPE__	__ss_align;
	char		__ss_pad2[112];
};
struct linger {
	int	l_onoff, l_linger;
};
struct msghdr {
	void		*msg_name;
	socklen_t	 msg_namelen;
	struct iovec	*msg_iov;
	int		 msg_iovlen;
	void		*msg_control;
	socklen_t	 msg_controllen;
	int		 msg_flags;
};
int	 accept(int, struct sockaddr *, socklen_t *);
int	 accept4(int, struct sockaddr *, socklen_t *, int);
int	 bind(int, const struct sockaddr *, socklen_t);
int	 bindat(int, int, const struct sockaddr *, socklen_t);
int	 connect(int, const struct sockaddr *, socklen_t);
int	 connectat(int, int, const struct sockaddr *, socklen_t);
int	 getpeername(int, struct sockaddr *, socklen_t *);
int	 getsockname(int, struct sockaddr *, socklen_t *);
int	 getsockopt(int, int, int, void *, socklen_t *);
int	 listen(int, int);
ssize_t	 recv(int, void *, size_t, int);
ssize_t	 recvfrom(int, void *, size_t, int, struct sockaddr *, socklen_t *);
ssize_t	 recvmsg(int, struct msghdr *, int);
ssize_t	 send(int, const void *, size_t, int);
ssize_t	 sendmsg(int, const struct msghdr *, int);
ssize_t	 sendto(int, const void *, size_t, int, const struct sockaddr *,
	    socklen_t);
int	 setfib(int);
int	 setsockopt(int, int, int, const void *, socklen_t);
int	 shutdown(int, int);
int	 sockatmark(int);
int	 socket(int, int, int);
int	 socketpair(int, int, int, int *);
#endif
