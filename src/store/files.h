/* store, private: the files of a database that is a file, and whose turn it is
 * to write to it. */
#ifndef STORE_FILES_H
#define STORE_FILES_H

#include "base/base.h"

/* An empty file of mode 0600; one that is there stays as it is. */
enum rc files_make(struct job *, const char *path) MUST_CHECK;
/* A regular file, no link, ours (or we are root), closed to all others. */
enum rc files_check(struct job *, const char *path, unsigned long *uid) MUST_CHECK;
/* The name of the new file is on disk too. */
enum rc files_sync(struct job *, const char *path) MUST_CHECK;

/* The file of heads beside the store at db, PATH-heads, whose owner gets it; -1:
 * errno. */
int heads_open(const char *db, bool create);
struct store_chain;
bool heads_write(int fd, const struct store_chain *, int64_t time) MUST_CHECK;
/* What the next chain is numbered, behind that one. */
int64_t heads_number(int fd, int64_t behind);
/* A lock file: made with mode 0600 for owner uid when it is not there, never
 * removed.  -1: errno says why. */
int turn_open(const char *path, unsigned long uid);
/* False: it did not come within ms.  *left: what is left of them. */
bool turn_take(int fd, int ms, int *left) MUST_CHECK;
void turn_give(int fd);

/* DB-mark, made for owner uid when it is not there, and what it says; 0: nothing. */
enum rc mark_open(struct job *, const char *db, unsigned long uid, int *fd, int64_t *n)
    MUST_CHECK;
/* What it says; false: no number.  Who reads while somebody writes may get a half of
 * each. */
bool mark_read(int fd, int64_t *n) MUST_CHECK;
bool mark_write(int fd, int64_t n);

#endif
