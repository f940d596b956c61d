#include "fcgi/fcgi.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "http/http.h"
#include "serve/serve.h"

static ssize_t
stdin_get(void *arg, uint8_t *p, size_t n)
{
	struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
	ssize_t k;

	(void)arg;
	do {
		if (poll(&fd, 1, LIMIT_IO_SECONDS * 1000) == 0)
			return -1;
		k = read(STDIN_FILENO, p, n);
	} while (k < 0 && errno == EINTR);
	return k;
}

static bool
stdout_put(struct slice s)
{
	ssize_t k;

	while (s.n > 0) {
		k = write(STDOUT_FILENO, s.p, s.n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		s.p += k;
		s.n -= (size_t)k;
	}
	return true;
}

/* Without a configuration the client learns that much and no more. */
static void
unavailable(struct job *j, struct slice *out)
{
	struct http_response rs;

	http_text(j, &rs, 503, "not configured, the log says why under %s",
	    j->id);
	if (http_response_write(j, &rs, false, out) != RC_OK)
		*out = SLICE("Status: 503 Service Unavailable\r\n\r\n");
}

int
fcgi_cgi(const struct fcgi_options *o, const char *const environment[])
{
	const struct fcgi_body body = {stdin_get, NULL, false};
	struct serve *serve = NULL;
	struct slice out[2] = {{NULL, 0}, {NULL, 0}};
	struct arena *mem;
	struct job j;
	bool sent;

	fcgi_signals_block();
	if ((mem = arena_new(LIMIT_JOB_MEMORY)) == NULL)
		return 1;
	job_init(&j, mem, -1);
	if (serve_open(&j, o->ini, &serve) == RC_OK) {
		fcgi_answer(serve, &j, environment, &body, out);
	} else {
		log_line(LOG_ERROR, &j, "not started: %s has faults", o->ini);
		unavailable(&j, &out[0]);
	}
	sent = stdout_put(out[0]) && stdout_put(out[1]);
	/* The web server has its answer; what is due must not delay it. */
	close(STDOUT_FILENO);
	if (serve != NULL) {
		arena_reset(mem);
		job_init(&j, mem, -1);
		serve_idle(serve, &j);
		serve_close(serve);
	}
	arena_free(mem);
	return sent && serve != NULL ? 0 : 1;
}
