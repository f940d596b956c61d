/* A copy of tests/vectors/ini to load from: keys there must be private, which
 * neither git nor a tar file that anybody unpacks can promise. */
#ifndef TESTS_CONF_TREE_H
#define TESTS_CONF_TREE_H

#include "conf/conf.h"

/* 2027-01-01: what the vectors' certificates are held against. */
#define CONF_TREE_NOW 1798761600

/* Makes the copy, moves into it, and removes it at the end. */
void conf_tree_enter(void);
void conf_tree_leave(void);
/* The same as cmocka has it for a group, with GnuTLS begun and ended. */
int conf_tree_setup(void **state);
int conf_tree_teardown(void **state);
/* A file's text, NUL at the end, to be freed; "" if it is not there. */
char *conf_tree_text(const char *path);
void conf_tree_write(const char *path, const char *text, int mode);
/* Loads path and gives every fault as "FILE:LINE: text\n" with the folder
 * written DIR, to be freed; *out is NULL if there was any. */
char *conf_tree_load(const char *path, struct conf **out);
/* What must load without a fault; the text is put into t.ini. */
struct conf *conf_tree_get(const char *path);
struct conf *conf_tree_get_text(const char *text);
/* Wanted are the items, each followed by '|'. */
void conf_tree_list_is(const struct conf_list *, const char *want);

#endif
