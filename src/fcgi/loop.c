#include "fcgi/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "serve/serve.h"

/* The socket that a FastCGI process finds as its standard input. */
#define LISTEN 0
/* fastcgi.h, which has the name for it, is not installed everywhere. */
#define ROLE_RESPONDER 1
/* Before the next try when the system has no descriptor or memory left. */
#define PAUSE_MS 100
/* Without a request, between two looks at what is due beside them. */
#define IDLE_MS 5000

/* All that outlives a request. */
struct worker {
	const char *ini;
	struct serve *serve;
	struct arena *mem;
	int signals;
};

static void
signals_all(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGHUP);
}

void
fcgi_signals_block(void)
{
	sigset_t set;

	signals_all(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* the store says it when a file cannot grow */
}

/* A configuration is taken only when it is whole; the old one serves on. */
static void
reload(struct worker *w)
{
	struct serve *fresh;
	struct job j;

	arena_reset(w->mem);
	job_init(&j, w->mem, -1);
	if (serve_open(&j, w->ini, &fresh) != RC_OK) {
		log_line(LOG_ERROR, &j, "configuration kept: %s has faults",
		    w->ini);
		return;
	}
	serve_close(w->serve);
	w->serve = fresh;
	log_line(LOG_NOTICE, &j, "configuration loaded: %s", w->ini);
}

/* Takes what has arrived; false: stop. */
static bool
signals_take(struct worker *w)
{
	struct signalfd_siginfo info;
	bool again = false;

	while (read(w->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGHUP)
			return false;
		again = true;
	}
	if (again)
		reload(w);
	return true;
}

static ssize_t
body_get(void *arg, uint8_t *p, size_t n)
{
	FCGX_Request *r = arg;
	int k = FCGX_GetStr((char *)p, (int)n, r->in);

	if (FCGX_GetError(r->in) != 0)
		return -1;
	return k;
}

static void
answer(struct worker *w, FCGX_Request *r)
{
	struct fcgi_body body = {body_get, r, true};
	struct slice out[2];
	struct job j;

	arena_reset(w->mem);
	job_init(&j, w->mem, -1);
	fcgi_answer(w->serve, &j, (const char *const *)r->envp, &body, out);
	if (FCGX_PutStr((const char *)out[0].p, (int)out[0].n, r->out) < 0 ||
	    (out[1].n > 0 &&
	    FCGX_PutStr((const char *)out[1].p, (int)out[1].n, r->out) < 0) ||
	    FCGX_FFlush(r->out) < 0)
		log_line(LOG_NOTICE, &j, "answer not taken: the web server"
		    " has closed the connection");
}

static void
idle(struct worker *w)
{
	struct job j;

	arena_reset(w->mem);
	job_init(&j, w->mem, -1);
	serve_idle(w->serve, &j);
}

/* One connection, one request: a kept connection would pin this process to
 * one peer.  libfcgi is given the connection and no listening socket, so it
 * never accepts one itself, outside of poll and without a time limit. */
static void
connection(struct worker *w, int fd)
{
	FCGX_Request r;

	FCGX_InitRequest(&r, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	r.ipcFd = fd;
	r.keepConnection = 1;	/* not to be closed before it begins */
	if (FCGX_Accept_r(&r) != 0) {
		log_line(LOG_DEBUG, NULL, "connection without a request");
		return;		/* libfcgi has closed it */
	}
	r.keepConnection = 0;
	/* libfcgi takes a stream that breaks off for the end of the variables. */
	if (FCGX_GetError(r.in) != 0) {
		log_line(LOG_NOTICE, NULL, "variables of a request: broken off");
		FCGX_Finish_r(&r);
		return;
	}
	if (r.role == ROLE_RESPONDER)
		answer(w, &r);
	else
		log_line(LOG_NOTICE, NULL, "FastCGI role: got %d, wanted %d"
		    " (responder)", r.role, ROLE_RESPONDER);
	FCGX_Finish_r(&r);
}

/* A connection, or -1: somebody else had it, or the client is gone already. */
static int
accept_one(bool *broken)
{
	const struct timeval limit = {.tv_sec = LIMIT_IO_SECONDS};
	int fd = accept4(LISTEN, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0) {
		switch (errno) {
		case EMFILE: case ENFILE: case ENOBUFS: case ENOMEM:
			log_line(LOG_ERROR, NULL, "accept: %s",
			    strerror(errno));
			poll(NULL, 0, PAUSE_MS);
			break;
		case EBADF: case EINVAL: case ENOTSOCK: case EOPNOTSUPP:
			log_line(LOG_ERROR, NULL, "accept: %s",
			    strerror(errno));
			*broken = true;
			break;
		default:
			break;
		}
		return -1;
	}
	/* libfcgi uses select() on it. */
	if (fd >= FD_SETSIZE ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0) {
		log_line(LOG_ERROR, NULL, "connection: descriptor %d cannot"
		    " be used", fd);
		close(fd);
		return -1;
	}
	return fd;
}

/* Signals first: a busy socket must not hide them. */
static int
run(struct worker *w)
{
	struct pollfd fds[2] = {
		{.fd = w->signals, .events = POLLIN},
		{.fd = LISTEN, .events = POLLIN},
	};
	bool broken = false;
	int fd, n;

	while (!broken) {
		if ((n = poll(fds, 2, IDLE_MS)) < 0 && errno != EINTR)
			return 1;
		if (!signals_take(w))
			return 0;
		if (n == 0)
			idle(w);
		else if (fds[1].revents != 0 && (fd = accept_one(&broken)) >= 0) {
			connection(w, fd);
			idle(w);
		}
	}
	return 1;
}

static bool
worker_start(struct worker *w)
{
	int flags = fcntl(LISTEN, F_GETFL);
	sigset_t set;
	struct job j;

	signals_all(&set);
	/* Several workers wake for one connection: those that come late must
	 * not wait in accept, deaf to signals. */
	if (FCGX_Init() != 0 || (w->mem = arena_new(LIMIT_JOB_MEMORY)) == NULL ||
	    (w->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)) < 0 ||
	    flags < 0 || fcntl(LISTEN, F_SETFL, flags | O_NONBLOCK) != 0) {
		log_line(LOG_ERROR, NULL, "start: %s", strerror(errno));
		return false;
	}
	signal(SIGPIPE, SIG_IGN);	/* FCGX_Init has its own idea */
	job_init(&j, w->mem, -1);
	if (serve_open(&j, w->ini, &w->serve) != RC_OK) {
		log_line(LOG_ERROR, &j, "not started: %s has faults", w->ini);
		return false;
	}
	log_line(LOG_NOTICE, &j, "started: %s", w->ini);
	return true;
}

int
fcgi_loop(const struct fcgi_options *o)
{
	struct worker w = {.ini = o->ini, .signals = -1};
	int status = 1;

	fcgi_signals_block();
	if (worker_start(&w))
		status = run(&w);
	if (w.serve != NULL)
		serve_close(w.serve);
	if (w.signals >= 0)
		close(w.signals);
	arena_free(w.mem);
	return status;
}
