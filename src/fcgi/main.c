/* certwright.fcgi: the responder, started by a web server or a supervisor. */
#include "fcgi/fcgi.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define WORKERS_MAX 512
/* Exit status of a command line that makes no sense. */
#define EXIT_USAGE 2

extern char **environ;

static const char help[] =
    "usage: certwright.fcgi [-c INI] [--workers N] [--allow-tcp]\n"
    "\n"
    "The CMP responder.  A web server or spawn-fcgi starts it with a listening\n"
    "socket as standard input (FastCGI), or once a request (CGI).\n"
    "\n"
    "  -c, --config INI  configuration; default: $CERTWRIGHT_INI, then\n"
    "                    " CW_SYSCONFDIR "/certwright/certwright.ini\n"
    "      --workers N   a master that keeps N worker processes alive\n"
    "      --allow-tcp   serve on a TCP socket too, where every local user is\n"
    "                    believed to be the web server\n"
    "      --version     version and what it was built with\n"
    "      --help        this text\n"
    "\n"
    "SIGTERM ends it after the request in hand, SIGHUP loads the configuration\n"
    "anew and keeps the old one if the new one has faults.\n";

/* FastCGI processes may be started with 0 open and nothing else.  The next
 * file opened would then be 2, and the log would be written into it. */
static bool
descriptors_fill(void)
{
	int fd;

	for (fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

/* Keys are in this memory: no core, no debugger, no new privileges. */
static bool
harden(void)
{
	const struct rlimit none = {0, 0};

	umask(077);
	return setrlimit(RLIMIT_CORE, &none) == 0 &&
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* FCGX_IsCGI asks only whether there is a peer; this is the question meant. */
static bool
is_listening(int fd)
{
	int on = 0;
	socklen_t n = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) == 0 &&
	    on != 0;
}

static bool
is_unix_socket(int fd)
{
	struct sockaddr_storage ss = {0};
	socklen_t n = sizeof(ss);

	return getsockname(fd, (struct sockaddr *)&ss, &n) == 0 &&
	    ss.ss_family == AF_UNIX;
}

static int
usage(const char *what)
{
	fprintf(stderr, "certwright.fcgi: %s\n"
	    "Try `certwright.fcgi --help'.\n", what);
	return EXIT_USAGE;
}

/* -1: go on; else the exit status. */
static int
options_read(int argc, char *argv[], struct fcgi_options *o)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"workers", required_argument, NULL, 'w'},
		{"allow-tcp", no_argument, NULL, 't'},
		{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}
	};
	uint64_t n;
	int c;

	while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->ini = optarg;
			break;
		case 'w':
			if (!text_uint(optarg, WORKERS_MAX, &n) || n == 0)
				return usage("--workers: wanted 1 to 512");
			o->workers = (unsigned)n;
			break;
		case 't':
			o->allow_tcp = true;
			break;
		case 'v':
			printf("certwright.fcgi %s\n%s\n", PACKAGE_VERSION,
			    CW_FEATURES);
			return 0;
		case 'h':
			fputs(help, stdout);
			return 0;
		default:
			return usage("unknown option");
		}
	}
	return optind < argc ? usage("no arguments wanted") : -1;
}

static int
serve_socket(const struct fcgi_options *o)
{
	int status;

	if (!is_unix_socket(STDIN_FILENO) && !o->allow_tcp) {
		log_line(LOG_ERROR, NULL, "not started: the socket is no Unix"
		    " socket, so any local user could pose as the web server"
		    " (--allow-tcp permits it)");
		return EXIT_FAILURE;
	}
	if (o->workers > 0 && (status = fcgi_master(o)) != FCGI_BE_WORKER)
		return status;
	return fcgi_loop(o);
}

int
main(int argc, char *argv[])
{
	struct fcgi_options o = {.ini = getenv("CERTWRIGHT_INI")};
	bool cgi;
	int status;

	if (!descriptors_fill() || !harden())
		return EXIT_FAILURE;
	if (o.ini == NULL || o.ini[0] == '\0')
		o.ini = CW_SYSCONFDIR "/certwright/certwright.ini";
	/* A CGI's arguments are words of the client's query (RFC 3875 4.4):
	 * `?-c+/tmp/x' must not choose the configuration. */
	cgi = !is_listening(STDIN_FILENO) && getenv("REQUEST_METHOD") != NULL;
	if (cgi)
		return fcgi_cgi(&o, (const char *const *)environ);
	if ((status = options_read(argc, argv, &o)) >= 0)
		return status;
	if (!is_listening(STDIN_FILENO))
		return usage("standard input is no listening socket, and there"
		    " is no CGI request in the environment");
	return serve_socket(&o);
}
