/*
 * The floor: what the kernel alone takes for a request on a connection that stays open. An epoll loop that accepts,
 * reads and writes. It parses nothing, and answers whatever it reads with the same bytes, as many as target-server's
 * answer has. No server that waits with epoll and answers with a read and a write can cost less.
 *
 * It takes the flags of the other rivals, of which only --addr=127.0.0.1:PORT means something to it: it does not
 * sleep, so nothing needs a limit.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static const char answer[] =
	"HTTP/1.1 200 OK\r\n"
	"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
	"server: uvicorn\r\n"
	"content-length: 7\r\n"
	"content-type: application/json\r\n"
	"\r\n"
	"\"hello\"";

static void check(int result, const char *what) {
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

static int port(int argc, char **argv) {
	for (int i = 1; i < argc; i++) {
		int n;
		if (sscanf(argv[i], "--addr=127.0.0.1:%d", &n) == 1)
			return n;
	}
	return 8080;
}

static int listen_on(int port) {
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	check(fd, "socket");
	check(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
	check(bind(fd, (struct sockaddr *)&addr, sizeof addr), "bind");
	check(listen(fd, 2048), "listen");
	return fd;
}

static void watch(int epoll, int fd) {
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static void take(int epoll, int listener) {
	int on = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	if (fd < 0)
		return; /* the client has left */
	check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
	watch(epoll, fd);
}

static void serve(int fd) {
	static char request[65536];
	/* An answer is far smaller than a socket's buffer, so a write that is not whole has failed. */
	if (recv(fd, request, sizeof request, 0) <= 0 || send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0)
		close(fd);
}

int main(int argc, char **argv) {
	static struct epoll_event ready[1024];
	int epoll = epoll_create1(0), listener = listen_on(port(argc, argv));
	check(epoll, "epoll_create1");
	watch(epoll, listener);
	for (;;) {
		int n = epoll_wait(epoll, ready, 1024, -1);
		for (int i = 0; i < n; i++) {
			if (ready[i].data.fd == listener)
				take(epoll, listener);
			else
				serve(ready[i].data.fd);
		}
	}
}
