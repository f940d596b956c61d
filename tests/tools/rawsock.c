/* A client that can be rude: FastCGI records and raw octets, step by step.
 *
 * rawsock ADDR STEP...     ADDR: a path with a slash, or IPV4:PORT
 *   begin[=ROLE,FLAGS]     BEGIN_REQUEST (default 1,0)
 *   id=N                   request id of what follows (default 1)
 *   p=NAME=VALUE           keeps a variable for `params`
 *   len=N,M                keeps two four-octet lengths without anything behind
 *   params, params+        sends what was kept as PARAMS; + leaves it open
 *   in=TEXT, fill=N, eof   STDIN: text, N letters x, its end
 *   abort                  ABORT_REQUEST
 *   rec=TYPE,ID,TEXT       any record
 *   raw=TEXT               any octets
 *   sleep=MS, shut         waits; says that no more will be sent
 *   read[=MS]              records until END_REQUEST; writes STDOUT's content
 *   dump[=MS]              octets until the peer closes
 * TEXT knows \n \r \\ and \xHH.  Exit: 0; 3 closed before END_REQUEST; 4 the
 * time (default 10 s) was up; 2 usage or no connection.
 *
 * rawsock -l ADDR PROGRAM [ARGUMENT...]   listens there on descriptor 0 and
 * becomes PROGRAM; a TCP port of 0 is a free one, and is printed. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define EXIT_USAGE 2
#define EXIT_CLOSED 3
#define EXIT_TIME 4
#define BEGIN 1
#define ABORT 2
#define END 3
#define PARAMS 4
#define STDIN 5
#define STDOUT 6

static int sock = -1;
static int id = 1;
static uint8_t kept[1 << 20];
static size_t kept_n;

union address {
	struct sockaddr sa;
	struct sockaddr_un un;
	struct sockaddr_in in;
};

static socklen_t
address(const char *s, union address *a)
{
	char host[64];
	unsigned port;

	memset(a, 0, sizeof(*a));
	if (strchr(s, '/') != NULL) {
		a->un.sun_family = AF_UNIX;
		if (strlen(s) >= sizeof(a->un.sun_path))
			return 0;
		strcpy(a->un.sun_path, s);
		return sizeof(a->un);
	}
	a->in.sin_family = AF_INET;
	if (sscanf(s, "%63[0-9.]:%u", host, &port) != 2 || port > 65535 ||
	    inet_pton(AF_INET, host, &a->in.sin_addr) != 1)
		return 0;
	a->in.sin_port = htons((uint16_t)port);
	return sizeof(a->in);
}

/* In place; the text may hold NUL afterwards. */
static size_t
unescape(char *s)
{
	char *out = s, *from = s;
	unsigned v;

	while (*from != '\0') {
		if (from[0] != '\\') {
			*out++ = *from++;
		} else if (from[1] == 'x' && sscanf(from + 2, "%2x", &v) == 1) {
			*out++ = (char)v;
			from += 4;
		} else {
			*out++ = from[1] == 'n' ? '\n' : from[1] == 'r' ? '\r' :
			    from[1];
			from += 2;
		}
	}
	return (size_t)(out - s);
}

/* A peer that has closed already is what many tests are after. */
static void
put(const void *p, size_t n)
{
	const uint8_t *from = p;
	ssize_t k;

	while (n > 0 && (k = send(sock, from, n, MSG_NOSIGNAL)) > 0) {
		from += k;
		n -= (size_t)k;
	}
}

static void
record(int type, int rid, const void *p, size_t n)
{
	const uint8_t head[8] = {
		1, (uint8_t)type, (uint8_t)(rid >> 8), (uint8_t)rid,
		(uint8_t)(n >> 8), (uint8_t)n, 0, 0
	};
	uint8_t buf[8 + 65535];

	/* One write: two would meet the peer's close in between. */
	memcpy(buf, head, 8);
	if (n > 0)
		memcpy(buf + 8, p, n);
	put(buf, 8 + n);
}

static void
stream(int type, const uint8_t *p, size_t n)
{
	size_t k;

	for (; n > 0; p += k, n -= k) {
		k = n < 65528 ? n : 65528;
		record(type, id, p, k);
	}
}

static void
keep_length(size_t n)
{
	if (n < 128) {
		kept[kept_n++] = (uint8_t)n;
		return;
	}
	kept[kept_n++] = (uint8_t)(n >> 24 | 0x80);
	kept[kept_n++] = (uint8_t)(n >> 16);
	kept[kept_n++] = (uint8_t)(n >> 8);
	kept[kept_n++] = (uint8_t)n;
}

static bool
keep(char *pair)
{
	char *value = strchr(pair, '=');
	size_t n, m;

	if (value == NULL)
		return false;
	*value++ = '\0';
	n = unescape(pair);
	m = unescape(value);
	if (n + m + 8 > sizeof(kept) - kept_n)
		return false;
	keep_length(n);
	keep_length(m);
	memcpy(kept + kept_n, pair, n);
	memcpy(kept + kept_n + n, value, m);
	kept_n += n + m;
	return true;
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* n octets, or fewer at the end; < 0: the time is up. */
static ssize_t
get(uint8_t *p, size_t n, int64_t until)
{
	struct pollfd fd = {.fd = sock, .events = POLLIN};
	size_t got = 0;
	ssize_t k;

	while (got < n) {
		int64_t left = until - now_ms();

		if (left <= 0 || poll(&fd, 1, (int)left) <= 0)
			return -1;
		if ((k = recv(sock, p + got, n - got, 0)) <= 0)
			break;
		got += (size_t)k;
	}
	return (ssize_t)got;
}

static int
read_answer(int ms)
{
	int64_t until = now_ms() + ms;
	uint8_t head[8], body[65535 + 255];
	ssize_t k, want;

	for (;;) {
		if ((k = get(head, 8, until)) != 8)
			return k < 0 ? EXIT_TIME : EXIT_CLOSED;
		want = (head[4] << 8 | head[5]) + head[6];
		if ((k = get(body, (size_t)want, until)) != want)
			return k < 0 ? EXIT_TIME : EXIT_CLOSED;
		if (head[1] == STDOUT)
			fwrite(body, 1, (size_t)(head[4] << 8 | head[5]), stdout);
		if (head[1] == END && (head[2] << 8 | head[3]) == id)
			return 0;
	}
}

static int
dump(int ms)
{
	int64_t until = now_ms() + ms;
	uint8_t c;
	ssize_t k;

	while ((k = get(&c, 1, until)) == 1)
		putchar(c);
	return k < 0 ? EXIT_TIME : 0;
}

/* The steps that send. */
static bool
step_send(const char *step, char *arg)
{
	unsigned a = 1, b = 0;
	int at = 0;
	uint8_t body[8] = {0};
	static uint8_t fill[1 << 22];

	if (strcmp(step, "begin") == 0) {
		if (arg != NULL)
			sscanf(arg, "%u,%u", &a, &b);
		body[0] = (uint8_t)(a >> 8);
		body[1] = (uint8_t)a;
		body[2] = (uint8_t)b;
		record(BEGIN, id, body, 8);
	} else if (strcmp(step, "params") == 0 || strcmp(step, "params+") == 0) {
		stream(PARAMS, kept, kept_n);
		kept_n = 0;
		if (step[6] == '\0')
			record(PARAMS, id, NULL, 0);
	} else if (strcmp(step, "eof") == 0) {
		record(STDIN, id, NULL, 0);
	} else if (strcmp(step, "abort") == 0) {
		record(ABORT, id, NULL, 0);
	} else if (arg == NULL) {
		return false;
	} else if (strcmp(step, "in") == 0) {
		stream(STDIN, (uint8_t *)arg, unescape(arg));
	} else if (strcmp(step, "fill") == 0 &&
	    (a = (unsigned)strtoul(arg, NULL, 10)) <= sizeof(fill)) {
		memset(fill, 'x', a);
		stream(STDIN, fill, a);
	} else if (strcmp(step, "raw") == 0) {
		put(arg, unescape(arg));
	} else if (strcmp(step, "rec") == 0 &&
	    sscanf(arg, "%u,%u,%n", &a, &b, &at) == 2 && at > 0) {
		record((int)a, (int)b, arg + at, unescape(arg + at));
	} else {
		return false;
	}
	return true;
}

static bool
step_other(const char *step, char *arg, int *status)
{
	unsigned a, b;
	int ms = arg != NULL ? atoi(arg) : 10000;

	if (strcmp(step, "read") == 0)
		*status = read_answer(ms);
	else if (strcmp(step, "dump") == 0)
		*status = dump(ms);
	else if (strcmp(step, "shut") == 0)
		shutdown(sock, SHUT_WR);
	else if (arg == NULL)
		return false;
	else if (strcmp(step, "id") == 0)
		id = atoi(arg);
	else if (strcmp(step, "sleep") == 0)
		poll(NULL, 0, ms);
	else if (strcmp(step, "p") == 0)
		return keep(arg);
	else if (strcmp(step, "len") == 0 && sscanf(arg, "%u,%u", &a, &b) == 2) {
		keep_length(a);
		keep_length(b);
	} else {
		return false;
	}
	return true;
}

static int
client(char *steps[])
{
	int status = 0, i;
	char *arg;

	for (i = 0; steps[i] != NULL && status == 0; i++) {
		if ((arg = strchr(steps[i], '=')) != NULL)
			*arg++ = '\0';
		if (!step_send(steps[i], arg) &&
		    !step_other(steps[i], arg, &status)) {
			fprintf(stderr, "rawsock: step %s\n", steps[i]);
			return EXIT_USAGE;
		}
	}
	return status;
}

static int
listener(const char *where, char *argv[])
{
	union address a;
	socklen_t n = address(where, &a);

	sock = n == 0 ? -1 : socket(a.sa.sa_family, SOCK_STREAM, 0);
	if (sock < 0 || bind(sock, &a.sa, n) != 0 || listen(sock, 128) != 0 ||
	    getsockname(sock, &a.sa, &n) != 0 || dup2(sock, 0) != 0) {
		perror(where);
		return EXIT_USAGE;
	}
	if (a.sa.sa_family == AF_INET)
		printf("127.0.0.1:%u\n", (unsigned)ntohs(a.in.sin_port));
	fflush(stdout);
	close(sock);
	execvp(argv[0], argv);
	perror(argv[0]);
	return EXIT_USAGE;
}

int
main(int argc, char *argv[])
{
	union address a;
	socklen_t n;

	if (argc >= 4 && strcmp(argv[1], "-l") == 0)
		return listener(argv[2], argv + 3);
	if (argc < 3 || (n = address(argv[1], &a)) == 0) {
		fprintf(stderr, "usage: rawsock ADDR STEP... |"
		    " -l ADDR PROGRAM...\n");
		return EXIT_USAGE;
	}
	sock = socket(a.sa.sa_family, SOCK_STREAM, 0);
	if (sock < 0 || connect(sock, &a.sa, n) != 0) {
		perror(argv[1]);
		return EXIT_USAGE;
	}
	return client(argv + 2);
}
