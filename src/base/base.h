/* base: slices, arenas, faults, the job, the log, words and files.  libc only.
 *
 * struct job is the first parameter of everything done for one request or
 * command.  What dies with the job comes from its arena and is never freed
 * singly.  The first fault of a job wins; its code says what the client sees,
 * its text is for the operator. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Octets that belong to somebody else.  p == NULL means absent. */
struct slice {
	const uint8_t *p;
	size_t n;
};
#define SLICE(s) ((struct slice){(const uint8_t *)(s), sizeof(s) - 1})
bool slice_eq(struct slice a, struct slice b);
struct slice slice_str(const char *s);

/* An arena: memory that is released as a whole.  limit is in octets. */
struct arena;
struct arena *arena_new(size_t limit);	/* NULL: no memory */
void arena_free(struct arena *);	/* NULL is fine */
void arena_reset(struct arena *);	/* keeps one chunk for the next job */
/* Until the next reset, so many octets beyond the limit. */
void arena_more(struct arena *, size_t);
/* Zeroed, aligned for any type; NULL: no memory, or over the limit. */
void *arena_alloc(struct arena *, size_t n);
/* A copy, with a NUL octet behind it; NULL as above. */
uint8_t *arena_dup(struct arena *, const void *, size_t n);
char *arena_str(struct arena *, struct slice);
char *arena_printf(struct arena *, const char *fmt, ...) PRINTF(2, 3);

/* What can go wrong.  The first group carries the names of PKIFailureInfo (RFC
 * 9810 5.2.3); cmp/status.c maps every code to what the client sees. */
enum rc {
	RC_OK,
	RC_BAD_ALG,
	RC_BAD_MESSAGE_CHECK,
	RC_BAD_REQUEST,
	RC_BAD_TIME,
	RC_BAD_CERT_ID,
	RC_BAD_DATA_FORMAT,
	RC_WRONG_AUTHORITY,
	RC_INCORRECT_DATA,
	RC_BAD_POP,
	RC_CERT_REVOKED,
	RC_CERT_CONFIRMED,
	RC_WRONG_INTEGRITY,
	RC_BAD_RECIPIENT_NONCE,
	RC_UNACCEPTED_POLICY,
	RC_UNACCEPTED_EXTENSION,
	RC_BAD_SENDER_NONCE,
	RC_BAD_CERT_TEMPLATE,
	RC_SIGNER_NOT_TRUSTED,
	RC_TRANSACTION_ID_IN_USE,
	RC_UNSUPPORTED_VERSION,
	RC_NOT_AUTHORIZED,
	RC_DUPLICATE_CERT_REQ,
	RC_SYSTEM_UNAVAIL,	/* ours, and passing: store busy, disk full */
	RC_SYSTEM_FAILURE,	/* ours, and lasting */
	RC_NO_MEMORY,
	RC_CONFIG,		/* configuration or command line */
	RC_NOT_FOUND,		/* for callers; never reaches a client */
	RC__MAX
};
const char *rc_name(enum rc);

struct fault {
	enum rc code;
	const char *file;
	int line;
	char text[512];
};

struct job {
	struct arena *mem;
	int64_t now;		/* seconds since 1970, fixed for the job */
	char id[17];		/* what client and log have in common */
	struct fault fault;
};
/* mem is borrowed.  now < 0: the system's clock.  The id is random. */
void job_init(struct job *, struct arena *mem, int64_t now);

/* Keeps the first fault of the job and returns code, or what was first. */
#define fault(j, code, ...) fault_at((j), (code), __FILE__, __LINE__, __VA_ARGS__)
enum rc fault_at(struct job *, enum rc, const char *file, int line,
    const char *fmt, ...) PRINTF(5, 6);
#define no_memory(j) fault((j), RC_NO_MEMORY, "out of memory")
/* The job goes on in spite of a fault that was only a question. */
void fault_clear(struct job *);

/* One line an event: time, level, job id, text.  Octets outside 0x20..0x7e and
 * '\' are written \xHH, so that no value can forge a line. */
enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTICE, LOG_DEBUG };
/* path NULL: stderr.  The file is appended to; false: errno says why. */
bool log_open(const char *path, enum log_level most);
void log_line(enum log_level, const struct job *, const char *fmt, ...)
    PRINTF(3, 4);

/* Octets that are wiped when let go.  Never from an arena, never logged. */
struct secret {
	uint8_t *p;
	size_t n;
};
void secret_free(struct secret *);
#define CLEANUP_SECRET __attribute__((cleanup(secret_free)))

/* Words.  Each returns false when the whole text is not such a word. */
bool text_bool(const char *, bool *);		/* yes no true false */
bool text_uint(const char *, uint64_t max, uint64_t *);	/* decimal digits */
bool text_duration(const char *, int64_t *s);	/* 30, 30s 15m 72h 90d */
bool text_time(const char *, int64_t *);	/* RFC 3339, UTC: ...Z */
/* '*' is any run of characters, all else stands for itself. */
bool text_glob(const char *pattern, struct slice text, bool fold);
/* The nearest of n words, or NULL if none is near. */
const char *text_nearest(const char *word, const char *const words[], size_t n);
/* Upper-case hex, NUL at the end: out holds 2 * n + 1. */
void text_hex(struct slice, char *out);
/* The reverse; colons between octets and lower case are taken too. */
bool text_unhex(const char *, uint8_t *out, size_t cap, size_t *n);
/* "2026-11-24T10:00:00Z": out holds 21. */
void text_time_str(int64_t, char *out);
/* Civil time to seconds since 1970 and back (proleptic Gregorian, UTC). */
int64_t time_from_civil(int y, int mo, int d, int h, int mi, int s);
void time_to_civil(int64_t, int *y, int *mo, int *d, int *h, int *mi, int *s);

/* A whole regular file, at most max octets, into the job's arena.  FILE_SECRET:
 * into a struct secret by file_read_secret; symlinks, other owners than root
 * or us, and group or world access are refused with RC_CONFIG. */
enum rc file_read(struct job *, const char *path, size_t max, struct slice *)
    MUST_CHECK;
enum rc file_read_secret(struct job *, const char *path, size_t max,
    struct secret *) MUST_CHECK;
/* Fails if the file is there; the data is on disk when it returns. */
enum rc file_create(struct job *, const char *path, int mode, struct slice)
    MUST_CHECK;
/* In the place of what was there, as a whole or not at all; one process at a time.
 * mtime < 0: now. */
enum rc file_replace(struct job *, const char *path, int mode, struct slice,
    int64_t mtime) MUST_CHECK;
/* DIR/path unless path is absolute; NULL: no memory. */
char *file_path(struct arena *, const char *dir, const char *path);
char *file_dir(struct arena *, const char *path);

#endif
