/* fcgi: the process behind the web server.
 *
 * One request at a time, no threads.  The peer is the web server: who may
 * connect to the socket can say anything, which is why it is a Unix socket
 * and why TLS identities are proved again from the certificate (auth).
 *
 * Signals are blocked all the time and taken from a file descriptor beside the
 * listening socket, so that none can come between a check and an accept, cut a
 * request in hand, or interrupt a library that does not expect it. */
#ifndef FCGI_FCGI_H
#define FCGI_FCGI_H

#include <sys/types.h>

#include "base/base.h"

struct serve;

struct fcgi_options {
	const char *ini;
	unsigned workers;	/* 0: this process serves */
	bool allow_tcp;
};

/* Serves on the listening socket 0 until a signal says stop; exit status. */
int fcgi_loop(const struct fcgi_options *);
/* Answers the one request of environ and stdin to stdout; exit status. */
int fcgi_cgi(const struct fcgi_options *, const char *const environment[]);
/* Keeps o->workers children alive until a signal says stop; exit status, or
 * FCGI_BE_WORKER in each child, which then serves. */
#define FCGI_BE_WORKER (-1)
int fcgi_master(const struct fcgi_options *);

/* Where a body comes from.  get: at most n octets, fewer only at the end; < 0:
 * the sender broke off.  ends: what follows the last octet can be asked for
 * (RFC 3875 4.2: CGI gives no end of file). */
struct fcgi_body {
	ssize_t (*get)(void *arg, uint8_t *, size_t n);
	void *arg;
	bool ends;
};
/* The way of a request: variables, judgement, body, answer.  Always gives
 * something to send, in two parts; it lives in j->mem or for ever. */
void fcgi_answer(struct serve *, struct job *, const char *const envp[],
    const struct fcgi_body *, struct slice out[2]);

/* SIGTERM, SIGINT, SIGUSR1: stop; SIGHUP: reload.  Blocks them and ignores
 * SIGPIPE and SIGXFSZ. */
void fcgi_signals_block(void);

#endif
