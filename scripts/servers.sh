# The sandbox's web servers: their files, made from docs/deploy, and how each
# is started, told of new client CAs, and ended.  Sourced by scripts/sandbox,
# which sets DIR (the sandbox), L (DIR under a name without blanks), RUN (pid
# files and sockets), SERVER, PORT, TLS_PORT and WORKERS.

APACHE_MODULES=${APACHE_MODULES:-/usr/lib/apache2/modules}
SERVER_LOG=log/server.log

# Everything runs as the user who calls.  Root is the exception with Apache,
# which refuses to be root: it and what it starts run as www-data then, which may
# pass over the modes of files, because the sandbox and what its INI names may
# lie in folders that are closed to others.  (lighttpd 1.4.79 takes that from its
# children, so it cannot be the way for all.)  AS_SERVER is put before the
# commands, a list of words.
server_user() {
	AS_SERVER=
	[ "$(id -u)" = 0 ] && [ "$SERVER" = apache ] || return 0
	AS_SERVER='setpriv --reuid=www-data --regid=www-data --clear-groups'
	AS_SERVER="$AS_SERVER --inh-caps=+dac_override"
	AS_SERVER="$AS_SERVER --ambient-caps=+dac_override --"
	$AS_SERVER true 2>/dev/null || die "Apache refuses to run as root, and" \
	    "setpriv cannot become www-data with CAP_DAC_OVERRIDE;" \
	    "start the sandbox as another user"
}

# The file of docs/deploy with the sandbox's paths in place of the usual ones.
# What is replaced is text, not patterns.
deploy_file() {
	{
		cat <<-END
			$2
			/etc/certwright/certwright.ini	$L/certwright.ini
			/etc/certwright/client-ca.pem	$L/web/client-ca.pem
			/etc/certwright/tls	$L/tls
			/usr/local/share/certwright/www	$L/web/www
			/run/certwright/fcgi.sock	$RUN/fcgi.sock
			/run/lighttpd/certwright.sock	$RUN/fcgi.sock
			*:80	127.0.0.1:$PORT
			*:443	127.0.0.1:$TLS_PORT
			ca.example.com	localhost
		END
	} | awk -F '\t' '
		function swap(line, from, to,    out, at) {
			while ((at = index(line, from)) > 0) {
				out = out substr(line, 1, at - 1) to
				line = substr(line, at + length(from))
			}
			return out line
		}
		FNR == NR {
			if ($1 != "") {
				from[++n] = $1
				to[n] = $2
			}
			next
		}
		{
			for (i = 1; i <= n; i++)
				$0 = swap($0, from[i], to[i])
			print
		}' - "$TOP/docs/deploy/$1" |
	    sed "${CW_SANDBOX_SED:-}"
	# CW_SANDBOX_SED is for the tests alone: a sed script over the site's
	# file, to show how certwright bears a server set up differently.
}

server_file_lighttpd() {
	cat <<-END
		server.bind = "127.0.0.1"
		server.port = $PORT
		server.document-root = "$L/web/www"
		server.pid-file = "$RUN/server.pid"
		server.errorlog = "$L/$SERVER_LOG"
		server.breakagelog = "$L/$SERVER_LOG"
		server.upload-dirs = ("$RUN")
		server.feature-flags += ("server.graceful-shutdown-timeout" => 10)
		include "site.conf"
	END
	deploy_file lighttpd.conf \
	    "/usr/local/libexec/certwright.fcgi -c /etc/certwright/certwright.ini --workers 4	$L/web/certwright.fcgi
== \"ca.example.com\"	=~ \"\"" >"$DIR/web/site.conf"
}

server_file_nginx() {
	# Or its workers would be nobody.
	[ "$(id -u)" != 0 ] || echo 'user root;'
	cat <<-END
		worker_processes 1;
		pid $RUN/server.pid;
		error_log $L/$SERVER_LOG;
		events {
			worker_connections 1024;
		}
		http {
			access_log off;
			default_type application/octet-stream;
			client_body_temp_path $RUN/body;
			fastcgi_temp_path $RUN/fastcgi;
			proxy_temp_path $RUN/proxy;
			uwsgi_temp_path $RUN/uwsgi;
			scgi_temp_path $RUN/scgi;
			include site.conf;
		}
	END
	deploy_file nginx.conf '' >"$DIR/web/site.conf"
}

server_file_apache() {
	cat <<-END
		ServerRoot $L/web
		DefaultRuntimeDir $RUN
		PidFile $RUN/server.pid
		ServerName localhost
		Listen 127.0.0.1:$PORT
		Listen 127.0.0.1:$TLS_PORT https
		ErrorLog $L/$SERVER_LOG
		LogLevel warn ssl:error
		Mutex file:$RUN default
		StartServers 1
		ServerLimit 2
		ThreadsPerChild 64
		MaxRequestWorkers 128
	END
	for sfa_m in mpm_event unixd authz_core alias dir mime reqtimeout fcgid \
	    ssl socache_shmcb; do
		[ ! -f "$APACHE_MODULES/mod_$sfa_m.so" ] ||
			echo "LoadModule ${sfa_m}_module" \
			    "$APACHE_MODULES/mod_$sfa_m.so"
	done
	cat <<-END
		TypesConfig /etc/mime.types
		FcgidIPCDir $RUN/fcgid
		FcgidProcessTableFile $RUN/fcgid_shm
		FcgidErrorScanInterval 1
		FcgidZombieScanInterval 1
		Include site.conf
	END
	deploy_file apache.conf \
	    "/usr/local/libexec/certwright.fcgi	$L/web/certwright.fcgi
\"/usr/local/libexec\"	\"$L/web\"
FcgidMaxProcesses 8	FcgidMaxProcesses $WORKERS
ProcessesPerClass 8	ProcessesPerClass $WORKERS
FcgidMaxRequestsPerProcess 10000	FcgidMaxRequestsPerProcess 0
UpLimit 64	UpLimit $((WORKERS + 64))" >"$DIR/web/site.conf"
}

# What the web server starts as the responder.  Its log says what it has to say
# once it has read where that is; until then it is stderr, which the web servers
# treat each in its own way.
#
# mod_fcgid starts a process only when a request finds none idle.  So that the
# sandbox has the number it was told, server_prime holds the first ones back
# until all are there; and each is a master with one worker, so that a worker
# that dies is replaced at once and not at the next request.
responder() {
	re_n=$WORKERS
	[ "$SERVER" != apache ] || re_n=1
	cat <<-END
		#!/bin/sh
		while [ -e $RUN/prime ]; do
			sleep 0.05
		done
		exec $(token_prefix)$L/bin/certwright.fcgi -c $L/certwright.ini --workers $re_n \\
		    2>>$L/log/responder.log
	END
}

server_files() {
	rm -f "$DIR/web/"*.conf "$DIR/web/certwright.fcgi"
	"server_file_$SERVER" >"$DIR/web/$SERVER.conf"
	responder >"$DIR/web/certwright.fcgi"
	chmod 755 "$DIR/web/certwright.fcgi"
	# A client CA file without certificates would keep the servers from
	# starting; our own root does no harm, certwright verifies again.
	client_ca >"$DIR/web/client-ca.pem"
}

# The web servers want self-signed anchors: the root stands behind our issuer.
client_ca() {
	certwright_ check --tls-trust || return
	cat "$DIR/ca/root.crt"
}

server_start() {
	: >>"$DIR/$SERVER_LOG"
	# Keys stay root's; a store must belong to the process that writes it,
	# except when that is root.
	[ -z "$AS_SERVER" ] || chown www-data: "$RUN" "$DIR"/certwright.db*
	"server_start_$SERVER" </dev/null >>"$DIR/$SERVER_LOG" 2>&1
}

server_start_lighttpd() {
	$AS_SERVER lighttpd -f "$L/web/lighttpd.conf"
}

server_start_nginx() {
	rm -f "$RUN/fcgi.sock"
	$AS_SERVER spawn-fcgi -s "$RUN/fcgi.sock" -M 0600 -P "$RUN/fcgi.pid" \
	    -- "$L/web/certwright.fcgi" || return
	$AS_SERVER nginx -p "$RUN/" -e "$L/$SERVER_LOG" -c "$L/web/nginx.conf"
}

server_start_apache() {
	mkdir -p "$RUN/fcgid"
	[ -z "$AS_SERVER" ] || chown www-data: "$RUN/fcgid"
	: >"$RUN/prime"
	$AS_SERVER apache2 -f "$L/web/apache.conf" -k start || return
	server_prime
}

# So many requests at once that mod_fcgid starts all processes.
server_prime() {
	sp_pids=
	wait_for 10 listening "$PORT" || return
	sp_i=0
	while [ $sp_i -lt "$WORKERS" ]; do
		curl -s -m 20 -o /dev/null "http://127.0.0.1:$PORT/prime" &
		sp_pids="$sp_pids $!"
		sp_i=$((sp_i + 1))
	done
	sp_rc=0
	wait_for 10 primed || sp_rc=1
	rm -f "$RUN/prime"
	for sp_i in $sp_pids; do
		wait "$sp_i" || :
	done
	master_pids >"$RUN/masters"
	return $sp_rc
}

# When a worker dies within a request, mod_fcgid ends that worker's master too,
# and starts another only when all the others are busy for a second.  So there
# is somebody who looks after the number: a graceful restart brings it back.
keep_apache() {
	while sleep 0.3; do
		for ka_m in $(cat "$RUN/masters"); do
			if read -r ka_s <"/proc/$ka_m/stat"; then
				case $ka_s in
				*') Z '*) ;;
				*) continue ;;
				esac
			fi 2>/dev/null
			keep_turn
			break
		done
	done
}

keep_turn() {
	exec 9>"$DIR/.lock"
	flock 9
	master_pids >"$RUN/masters"
	OLD=$(echo $(worker_pids))
	workers_all || server_reload 9>&- || :
	exec 9>&-
}

# A script that waits is there twice for a moment, before `sleep' is itself.
primed() {
	[ "$(pids_of "$L/web/certwright.fcgi" | parents | wc -l)" \
	    -ge "$WORKERS" ]
}

# Of the pids read those whose parent is not among them.
parents() {
	while read -r pa_n; do
		cat "/proc/$pa_n/stat" 2>/dev/null || :
	done | sed -n 's/^\([0-9]*\) (.*) [A-Za-z] \([0-9]*\) .*/\1 \2/p' |
	    awk '{ parent[$1] = $2 }
		END { for (p in parent) if (!(parent[p] in parent)) print p }'
}

# A new client-CA file.  Connections that are open are served to their end; it
# is done when no process takes new ones with the old file.
server_reload() {
	sr_pid=$(cat "$RUN/server.pid") || return
	sr_old=$(children "$sr_pid")
	case $SERVER in
	lighttpd)
		kill -USR1 "$sr_pid"
		wait_for 15 workers_gone ;;
	nginx)
		kill -HUP "$sr_pid"
		wait_for 15 nginx_turned ;;
	apache)
		: >"$RUN/prime"
		kill -USR1 "$sr_pid"
		wait_for 15 workers_gone || :
		server_prime && wait_for 15 apache_turned ;;
	esac >>"$DIR/$SERVER_LOG" 2>&1
}

nginx_turned() {
	for nt_n in $sr_old; do
		! grep -qs 'worker process$' "/proc/$nt_n/cmdline" || return 1
	done
}

apache_turned() {
	for at_n in $sr_old; do
		[ ! -d "/proc/$at_n" ] || return 1
	done
}

# children PID
children() {
	cat /proc/[0-9]*/stat 2>/dev/null |
	    sed -n "s/^\([0-9]*\) (.*) [A-Z] $1 .*/\1/p"
}

# www/ with this sandbox's values in place of @NAME@.
make_pages() {
	rm -rf "$DIR/web/www"
	mkdir -p "$DIR/web/www/certs"
	cp "$TOP/www/style.css" "$DIR/web/www/"
	cp "$DIR/ca/root.crt" "$DIR/ca/issuer.crt" "$DIR/web/www/certs/"
	{
		cat <<-END
			CW_URL	http://127.0.0.1:$PORT/.well-known/cmp
			CW_TLS_URL	https://127.0.0.1:$TLS_PORT/.well-known/cmp
			CW_PORT	$PORT
			CW_TLS_PORT	$TLS_PORT
			CW_SERVER	$SERVER
			CW_DIR	$DIR
		END
		for mp_c in root issuer; do
			mp_n=$(echo $mp_c | tr a-z A-Z)
			openssl x509 -in "$DIR/ca/$mp_c.crt" -noout -subject \
			    -enddate -fingerprint -sha256 -nameopt RFC2253,utf8 |
			    sed "s/^subject= *\(.*\)/CW_${mp_n}_SUBJECT	\1/
				s/^notAfter=\(.*\)/CW_${mp_n}_END	\1/
				s/^.*ingerprint=\(.*\)/CW_${mp_n}_SHA256	\1/"
		done
	} | awk -F '\t' '
		FNR == NR {
			gsub(/&/, "\\&amp;", $2)
			gsub(/</, "\\&lt;", $2)
			gsub(/"/, "\\&quot;", $2)
			# a fingerprint breaks between its octets
			if ($1 ~ /_SHA256$/)
				gsub(/:/, ":<wbr>", $2)
			value[$1] = $2
			next
		}
		{
			out = ""
			while (match($0, /@CW_[A-Z0-9_]+@/)) {
				name = substr($0, RSTART + 1, RLENGTH - 2)
				out = out substr($0, 1, RSTART - 1) value[name]
				$0 = substr($0, RSTART + RLENGTH)
			}
			print out $0
		}' - "$TOP/www/index.html" >"$DIR/web/www/index.html"
}

# The pids whose command line holds the text, one a line.  The text comes to
# grep by its input, or grep would find itself.
pids_of() {
	printf '%s\n' "$1" | grep -lsFf - /proc/[0-9]*/cmdline |
	    sed 's,^/proc/\([0-9]*\)/.*,\1,'
}

# Everything that up started.  Of a web server the name is asked for too: the
# file may be open in an editor.
server_pids() {
	for sp_n in $(ours tidy keep) $(pids_of "$L/web/$SERVER.conf"); do
		case $(cat "/proc/$sp_n/comm" 2>/dev/null) in
		lighttpd|apache2|nginx|certwright|sandbox) echo "$sp_n" ;;
		esac
	done
	pids_of "$L/bin/certwright.fcgi"
	pids_of "$L/web/certwright.fcgi"
}

# ours NAME...: the pids of the files, as far as they are still ours.
ours() {
	for ou_p; do
		[ -s "$RUN/$ou_p.pid" ] || continue
		ou_n=$(cat "$RUN/$ou_p.pid")
		! grep -qsF -e "$L/" "/proc/$ou_n/cmdline" || echo "$ou_n"
	done
}

server_stop() {
	for ss_n in $(ours keep server fcgi tidy); do
		kill "$ss_n" 2>/dev/null || :
	done
	wait_for 3 server_gone && return 0
	# A responder finishes its request within that time, or never.
	for ss_s in TERM KILL; do
		for ss_n in $(server_pids); do
			kill -$ss_s "$ss_n" 2>/dev/null || :
		done
		wait_for 5 server_gone && return 0
	done
	return 1
}

server_gone() {
	[ -z "$(server_pids)" ]
}
