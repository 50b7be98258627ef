/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/bus/tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/common/names.h"
#include "tools/programmer/bus/descriptor.h"

#define CONNECT_MS 5000

/* "[::1]:5555", "localhost:5555" -> host and port; false: neither. */
static bool split(const char *address, char host[256], char port[32])
{
	const char *colon = strrchr(address, ':');
	size_t n = colon ? (size_t)(colon - address) : 0;

	if (!colon || !colon[1] || strlen(colon + 1) >= 32)
		return false;
	if (n > 1 && *address == '[' && address[n - 1] == ']') {
		address++;
		n -= 2;
	}
	if (!n || n >= 256)
		return false;
	memcpy(host, address, n);
	host[n] = 0;
	strcpy(port, colon + 1);
	return true;
}

static enum img_status resolve(const char *address, int flags, struct addrinfo **out,
			       struct img_error *err)
{
	const struct addrinfo hints = { .ai_flags = flags, .ai_socktype = SOCK_STREAM };
	char host[256], port[32];
	int why;

	if (!split(address, host, port))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"\"%s\" is no address: expected HOST:PORT, as 192.168.1.5:5000",
				address);
	names_prepare();
	why = getaddrinfo(host, port, &hints, out);
	if (why)
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "%s: %s", address, gai_strerror(why));
	return IMG_OK;
}

void tcp_prepare(int fd)
{
	const int yes = 1;

	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
}

/* 0, or why it failed. */
static int connect_within(int fd, const struct addrinfo *to)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int why = 0, n;
	socklen_t size = sizeof(why);

	tcp_prepare(fd);
	if (!connect(fd, to->ai_addr, to->ai_addrlen))
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	n = poll(&p, 1, CONNECT_MS);
	if (n <= 0)
		return n ? errno : ETIMEDOUT;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size);
	return why;
}

enum img_status tcp_open(const char *address, struct wire **out, struct img_error *err)
{
	struct addrinfo *list, *a;
	enum img_status st = resolve(address, 0, &list, err);
	int fd = -1, why = 0;

	if (st != IMG_OK)
		return st;
	for (a = list; a; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
		why = fd < 0 ? errno : connect_within(fd, a);
		if (fd >= 0 && !why)
			break;
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	if (fd >= 0)
		return descriptor_wire(fd, NULL, NULL, out, err);
	return img_fail_errno(err, why, "no programmer answers at %s", address);
}

static enum img_status name_of(int fd, char at[TCP_ADDRESS_MAX], struct img_error *err)
{
	struct sockaddr_storage a;
	socklen_t size = sizeof(a);
	char host[256], port[32];

	if (getsockname(fd, (struct sockaddr *)&a, &size) ||
	    getnameinfo((struct sockaddr *)&a, size, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV))
		return img_fail_errno(err, errno, "cannot tell where it listens");
	snprintf(at, TCP_ADDRESS_MAX, a.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
	return IMG_OK;
}

enum img_status tcp_listen(const char *address, int *out, char at[TCP_ADDRESS_MAX],
			   struct img_error *err)
{
	const int yes = 1;
	struct addrinfo *a;
	enum img_status st = resolve(address, AI_PASSIVE, &a, err);
	int fd, why = 0;

	if (st != IMG_OK)
		return st;
	fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
	if (fd >= 0) {
		tcp_prepare(fd);
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	}
	if (fd < 0 || bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, 4))
		why = errno;
	freeaddrinfo(a);
	if (why)
		st = img_fail_errno(err, why, "cannot listen at %s", address);
	else
		st = name_of(fd, at, err);
	if (st == IMG_OK)
		*out = fd;
	else if (fd >= 0)
		close(fd);
	return st;
}
