#include "http/http.h"

#include <string.h>

/* Everything that is read of the environment.  What a client sends as header
 * arrives as HTTP_<NAME> and so can never be one of these, but for the last two. */
static const struct {
	const char *name;
	size_t offset;
} variables[] = {
#define VARIABLE(name, field) {name, offsetof(struct http_request, field)}
	VARIABLE("REQUEST_METHOD", method),
	VARIABLE("CONTENT_TYPE", content_type),
	VARIABLE("CONTENT_LENGTH", content_length),
	VARIABLE("SCRIPT_NAME", script_name),
	VARIABLE("PATH_INFO", path_info),
	VARIABLE("QUERY_STRING", query_string),
	VARIABLE("REQUEST_URI", request_uri),
	VARIABLE("REMOTE_ADDR", remote_addr),
	VARIABLE("HTTPS", https),
	VARIABLE("SSL_CLIENT_VERIFY", ssl_client_verify),
	VARIABLE("SSL_CLIENT_CERT", ssl_client_cert),
	VARIABLE("SSL_CLIENT_S_DN", ssl_client_s_dn),
	VARIABLE("HTTP_IF_NONE_MATCH", if_none_match),
	VARIABLE("HTTP_IF_MODIFIED_SINCE", if_modified_since),
#undef VARIABLE
};

/* The index of the variable with exactly this name, or COUNT(variables). */
static size_t
variable_find(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < COUNT(variables); i++)
		if (strncmp(variables[i].name, name, n) == 0 &&
		    variables[i].name[n] == '\0')
			break;
	return i;
}

enum rc
http_request_read(struct job *j, const char *const envp[], struct http_request *out)
{
	bool seen[COUNT(variables)] = {false};
	struct http_request rq = {0};
	const char *eq;
	size_t i, k;

	for (i = 0; envp[i] != NULL; i++) {
		if ((eq = strchr(envp[i], '=')) == NULL)
			return fault(j, RC_BAD_REQUEST, "RFC 3875 4.1: variable"
			    " \"%.64s\": got a name with NUL, or no value",
			    envp[i]);
		k = variable_find(envp[i], (size_t)(eq - envp[i]));
		if (k == COUNT(variables))
			continue;
		if (seen[k])
			return fault(j, RC_BAD_REQUEST, "RFC 3875 4.1: %s: got"
			    " twice, wanted once: the web server's"
			    " configuration sets it again, or a client does",
			    variables[k].name);
		seen[k] = true;
		if (eq[1] != '\0')
			*(const char **)((char *)&rq + variables[k].offset) =
			    eq + 1;
	}
	*out = rq;
	return RC_OK;
}

bool
http_is_head(const struct http_request *rq)
{
	return rq->method != NULL && strcmp(rq->method, "HEAD") == 0;
}
