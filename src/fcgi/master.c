#include "fcgi/fcgi.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A worker that lives shorter than this did not really start; its successor
 * waits, twice as long each time, up to as long. */
#define SHORT_LIFE_MS 1000
#define FIRST_PAUSE_MS 50

struct child {
	pid_t pid;		/* 0: none */
	int64_t started;	/* milliseconds of the monotonic clock */
	int64_t due;		/* when the next one is to be started */
	int64_t pause;
};

/* No keys, no store, no configuration: those are the workers' own. */
struct master {
	struct child *children;
	unsigned n;
	pid_t self;
	bool stopping;
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
pass_on(const struct master *m, int signo)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->children[i].pid > 0)
			kill(m->children[i].pid, signo);
}

/* True in the child.  Signals are blocked in both, so none is lost. */
static bool
child_start(struct master *m, struct child *c)
{
	pid_t pid = fork();

	c->started = now_ms();
	if (pid < 0) {
		log_line(LOG_ERROR, NULL, "fork: %s", strerror(errno));
		c->due = c->started + SHORT_LIFE_MS;
		return false;
	}
	if (pid > 0) {
		c->pid = pid;
		return false;
	}
	/* A worker without a master would never be told to stop. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != m->self)
		raise(SIGTERM);
	return true;
}

static void
child_ended(struct master *m, struct child *c, int status)
{
	int64_t now = now_ms();
	long pid = (long)c->pid;

	c->pid = 0;
	if (m->stopping)
		return;
	if (now - c->started >= SHORT_LIFE_MS)
		c->pause = 0;
	else if (c->pause == 0)
		c->pause = FIRST_PAUSE_MS;
	else
		c->pause = c->pause * 2 < SHORT_LIFE_MS ? c->pause * 2 :
		    SHORT_LIFE_MS;
	c->due = now + c->pause;
	log_line(LOG_WARNING, NULL, "worker %ld ended by %s %d, the next one"
	    " in %lld ms", pid, WIFSIGNALED(status) ? "signal" : "status",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
	    (long long)c->pause);
}

static void
reap(struct master *m)
{
	int status;
	unsigned i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < m->n; i++)
			if (m->children[i].pid == pid)
				child_ended(m, &m->children[i], status);
}

/* Starts who is due; *wait: milliseconds until the next one is, or -1.  True
 * in a child. */
static bool
start_due(struct master *m, int64_t *wait)
{
	int64_t now = now_ms();
	unsigned i;

	*wait = -1;
	for (i = 0; i < m->n && !m->stopping; i++) {
		struct child *c = &m->children[i];

		if (c->pid == 0 && c->due <= now && child_start(m, c))
			return true;
		if (c->pid == 0 && (*wait < 0 || c->due - now < *wait))
			*wait = c->due > now ? c->due - now : 0;
	}
	return false;
}

static bool
any_left(const struct master *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->children[i].pid > 0)
			return true;
	return false;
}

/* One signal, or the time when somebody is due. */
static void
master_wait(struct master *m, const sigset_t *set, int64_t wait)
{
	struct timespec ts = {
		.tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000
	};
	int signo = wait < 0 ? sigwaitinfo(set, NULL) :
	    sigtimedwait(set, NULL, &ts);

	switch (signo) {
	case SIGHUP:
		pass_on(m, SIGHUP);
		break;
	case SIGTERM: case SIGINT: case SIGUSR1:
		m->stopping = true;
		pass_on(m, SIGTERM);
		break;
	default:	/* SIGCHLD, or nothing */
		break;
	}
	reap(m);
}

int
fcgi_master(const struct fcgi_options *o)
{
	struct master m = {.n = o->workers, .self = getpid()};
	bool is_child = false;
	int64_t wait = -1;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	fcgi_signals_block();
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGCHLD, SIG_DFL);	/* an ignored one would eat the status */
	if ((m.children = calloc(m.n, sizeof(*m.children))) == NULL)
		return 1;
	while (!is_child && (!m.stopping || any_left(&m))) {
		if (!(is_child = start_due(&m, &wait)))
			master_wait(&m, &set, wait);
	}
	free(m.children);
	return is_child ? FCGI_BE_WORKER : 0;
}
