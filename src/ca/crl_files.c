/* The current CRLs as files, for static serving ([server] crl_dir).
 *
 * A file is that of the store if its time is the store's `modified'.  So whoever
 * looks next writes what somebody else left undone, and a file that is lost comes
 * back.  The folder is locked while one is written, and the store asked again: who is
 * late never writes an older one. */
#include "ca/ca_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct kind {
	const char *ending;
	bool delta, pem;
} kinds[] = {
	{".crl", false, false}, {".pem", false, true}, {"-delta.crl", true, false}
};

static bool
is_current(const char *path, const struct store_crl *c)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_mtime == c->modified &&
	    st.st_size > 0;
}

/* With the folder's lock held. */
static enum rc
write_kind(struct job *j, struct store *s, struct slice id, const struct kind *k,
    const char *path)
{
	struct store_crl crl;
	struct slice octets;
	enum rc rc;

	rc = k->delta ? store_delta_get(j, s, id, &crl) :
	    store_crl_get(j, s, id, &crl);
	if (rc != RC_OK || is_current(path, &crl))
		return rc;
	octets = crl.der;
	if (k->pem && (rc = pki_pem(j, "X509 CRL", crl.der, &octets)) != RC_OK)
		return rc;
	return file_replace(j, path, 0644, octets, crl.modified);
}

/* A long list and its PEM are more than a job's memory. */
static enum rc
write_locked(struct job *j, struct store *s, struct slice id,
    const struct kind *k, const char *dir, const char *path)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct job big;
	enum rc rc;

	if (fd < 0 || flock(fd, LOCK_EX) != 0) {
		fault(j, RC_CONFIG, "crl_dir %s: %s", dir, strerror(errno));
		if (fd >= 0)
			close(fd);
		return RC_CONFIG;
	}
	job_init(&big, arena_new(3 * (size_t)LIMIT_CRL), j->now);
	rc = big.mem == NULL ? no_memory(j) :
	    write_kind(&big, s, id, k, path);
	if (rc != RC_OK)
		fault(j, rc, "crl_dir: %s", big.fault.text);
	arena_free(big.mem);
	close(fd);
	return rc;
}

enum rc
ca_crl_files(struct job *j, struct store *s, const struct conf_issuer *is,
    struct slice id)
{
	struct store_crl head;
	const char *path;
	enum rc rc;
	size_t i;

	for (i = 0; is->crl_dir != NULL && i < COUNT(kinds); i++) {
		const struct kind *k = &kinds[i];

		rc = k->delta ? store_delta_head(j, s, id, &head) :
		    store_crl_head(j, s, id, &head);
		if (rc == RC_NOT_FOUND || (k->delta && is->delta_crl_lifetime == 0))
			continue;
		if (rc != RC_OK)
			return rc;
		path = arena_printf(j->mem, "%s/%s%s", is->crl_dir, is->name,
		    k->ending);
		if (path == NULL)
			return no_memory(j);
		if (!is_current(path, &head) && (rc = write_locked(j, s, id, k,
		    is->crl_dir, path)) != RC_OK)
			return rc;
	}
	return RC_OK;
}
