/* Three wrong PINs lock many a token for good.  So a refused one is noted by the
 * identity of its file, in state_dir: neither another worker nor a start by a
 * supervisor tries it again, and who changes the file is believed. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pki/pin.h"

#define IDENTITY_MAX 128

/* Changes with every change of the file, and tells nothing of what is in it. */
static bool
identity(const struct pki_pin *p, char out[IDENTITY_MAX])
{
	struct stat st;

	if (stat(p->file, &st) != 0)
		return false;
	snprintf(out, IDENTITY_MAX, "%jx %jx %jd %jd.%09ld\n",
	    (uintmax_t)st.st_dev, (uintmax_t)st.st_ino, (intmax_t)st.st_size,
	    (intmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
	return true;
}

/* The note's path: one a PIN file.  NULL: none is kept. */
static const char *
note_path(struct job *j, const struct pki_pin *p)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice hash;
	char hex[17];

	if (p->state_dir == NULL || pki_hash(j, PKI_SHA256, slice_str(p->file),
	    buf, &hash) != RC_OK)
		return NULL;
	text_hex((struct slice){hash.p, 8}, hex);
	return arena_printf(j->mem, "%s/pin-refused-%s", p->state_dir, hex);
}

static bool
was_refused(struct job *j, const struct pki_pin *p)
{
	const char *path = note_path(j, p);
	char is[IDENTITY_MAX], was[IDENTITY_MAX] = "";
	FILE *f;

	if (path == NULL || !identity(p, is) || (f = fopen(path, "re")) == NULL)
		return false;
	if (fgets(was, sizeof(was), f) == NULL)
		was[0] = '\0';
	fclose(f);
	return strcmp(is, was) == 0;
}

static void
note_write(struct job *j, const struct pki_pin *p)
{
	const char *path = note_path(j, p);
	char is[IDENTITY_MAX];
	int fd;

	if (path == NULL || !identity(p, is))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd < 0 || write(fd, is, strlen(is)) != (ssize_t)strlen(is))
		log_line(LOG_WARNING, j, "%s: cannot be written, so the next"
		    " process tries the refused PIN again", path);
	if (fd >= 0)
		close(fd);
}

enum rc
pki_pin_begin(struct job *j, struct pki_pin *p)
{
	struct secret s CLEANUP_SECRET = {NULL, 0};
	enum rc rc;

	p->j = j;
	p->lock = -1;
	p->refused = p->last = false;
	if (p->file == NULL)
		return RC_OK;
	if ((rc = pki_line_read(j, p->file, &s)) != RC_OK)
		return rc;
	if (s.n >= GNUTLS_PKCS11_MAX_PIN_LEN)
		return fault(j, RC_CONFIG, "%s: a PIN of %zu octets, wanted at"
		    " most %d", p->file, s.n, GNUTLS_PKCS11_MAX_PIN_LEN - 1);
	p->lock = open(p->file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (p->lock >= 0)
		(void)flock(p->lock, LOCK_EX);
	if (!was_refused(j, p))
		return RC_OK;
	pki_pin_end(p, false);
	return fault(j, RC_CONFIG, "%s: the token refused this PIN before; it is"
	    " not tried again until the file changes", p->file);
}

void
pki_pin_end(struct pki_pin *p, bool accepted)
{
	const char *path;

	if (p->refused)
		note_write(p->j, p);
	else if (accepted && p->file != NULL &&
	    (path = note_path(p->j, p)) != NULL)
		(void)unlink(path);
	if (p->lock >= 0)
		close(p->lock);
	p->lock = -1;
}

int
pki_pin_give(void *arg, int attempt, const char *url, const char *label,
    unsigned flags, char *out, size_t max)
{
	struct secret s CLEANUP_SECRET = {NULL, 0};
	struct pki_pin *p = arg;

	(void)url;
	(void)label;
	p->refused |= p->file != NULL && (attempt > 0 ||
	    (flags & GNUTLS_PIN_WRONG) != 0);
	p->last |= (flags & GNUTLS_PIN_FINAL_TRY) != 0;
	if (p->file == NULL || p->refused || p->last ||
	    pki_line_read(p->j, p->file, &s) != RC_OK || s.n >= max)
		return -1;
	memcpy(out, s.p, s.n + 1);
	return 0;
}

enum rc
pki_pin_fault(struct job *j, const struct pki_pin *p, const char *url)
{
	if (p->file == NULL)
		return fault(j, RC_CONFIG, "%s: the token wants a PIN: give"
		    " pin_file, or pin-source in the URI", url);
	if (p->refused)
		return fault(j, RC_CONFIG, "%s: the token refused this PIN; it is"
		    " not tried again until the file changes", p->file);
	if (p->last)
		return fault(j, RC_CONFIG, "%s: one wrong PIN more would lock the"
		    " token: not tried; log in by hand first", url);
	return fault(j, RC_CONFIG, "%s: the token takes no PIN, it may be locked",
	    url);
}

void
pki_pin_free(struct pki_pin *p)
{
	free(p->file);
	free(p->state_dir);
}
