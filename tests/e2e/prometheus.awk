# Is standard input the text format of Prometheus, 0.0.4, as strictly as it may be
# read, and as this project wants its names?  Each finding is a line; then exit 1.
function bad(text) {
	printf "line %d: %s: %s\n", NR, text, $0
	failed = 1
}

# The family of a sample: a histogram's has three suffixes.
function family_of(name,    base) {
	if (name in type)
		return name
	base = name
	if (sub(/_(bucket|sum|count)$/, "", base) && type[base] == "histogram")
		return base
	return ""
}

# "a="x",b="y"" into label[]; false: not well-formed.
function labels_read(text,    n, name, value, c) {
	split("", label)
	order = ""
	while (text != "") {
		if (!match(text, /^[a-zA-Z_][a-zA-Z0-9_]*="/))
			return 0
		name = substr(text, 1, RLENGTH - 2)
		text = substr(text, RLENGTH + 1)
		value = ""
		while (1) {
			c = substr(text, 1, 1)
			if (c == "")
				return 0
			if (c == "\"")
				break
			if (c == "\\") {
				c = substr(text, 1, 2)
				if (c != "\\\\" && c != "\\\"" && c != "\\n")
					return 0
			}
			value = value c
			text = substr(text, length(c) + 1)
		}
		text = substr(text, 2)
		if (name in label)
			return 0
		label[name] = value
		if (name != "le")
			order = order name "=" value "\n"
		if (text == "")
			return 1
		if (substr(text, 1, 1) != "," || text == ",")
			return 0
		text = substr(text, 2)
	}
	return 0
}

function histogram_end(    k) {
	for (k in buckets) {
		if (!(k in inf))
			bad("a histogram without +Inf")
		else if (!(k in counts) || counts[k] != inf[k])
			bad("_count is not that of +Inf")
		if (!(k in sums))
			bad("a histogram without _sum")
	}
	split("", buckets); split("", inf); split("", counts); split("", sums)
	split("", last_le); split("", last_n)
}

function histogram(name, value,    le) {
	if (name == current "_sum")
		sums[order] = 1
	else if (name == current "_count")
		counts[order] = value
	else {
		if (!("le" in label)) {
			bad("a bucket without le")
			return
		}
		le = label["le"]
		if (order in inf)
			bad("a bucket behind +Inf")
		if (le == "+Inf")
			inf[order] = value
		else if (le !~ /^[0-9]+(\.[0-9]+)?$/)
			bad("le is no number")
		else {
			if ((order in last_le) && le + 0 <= last_le[order])
				bad("le does not rise")
			last_le[order] = le + 0
		}
		if ((order in last_n) && value + 0 < last_n[order])
			bad("a bucket holds less than the one before")
		last_n[order] = value + 0
		buckets[order] = 1
	}
}

/^# HELP / {
	histogram_end()
	if ($3 !~ /^certwright_[a-z0-9_]+$/ || NF < 4)
		bad("HELP without a name of ours and a text")
	if ($3 in help)
		bad("HELP twice")
	help[$3] = 1
	current = $3
	next
}
/^# TYPE / {
	if ($3 != current || $3 in type || NF != 4)
		bad("TYPE does not follow its HELP, once")
	if ($4 !~ /^(counter|gauge|histogram)$/)
		bad("no type of ours")
	if (($4 == "counter") != ($3 ~ /_total$/))
		bad("_total is for counters, and for all")
	type[$3] = $4
	next
}
{
	if (!match($0, /^[a-z_][a-z0-9_]*/)) {
		bad("neither HELP, TYPE nor a sample")
		next
	}
	name = substr($0, 1, RLENGTH)
	rest = substr($0, RLENGTH + 1)
	split("", label)
	order = ""
	if (substr(rest, 1, 1) == "{") {
		end = match(rest, /} [^ ]+$/)
		if (end < 3 || !labels_read(substr(rest, 2, end - 2)))
			bad("labels")
		rest = substr(rest, end + 1)
	}
	value = substr(rest, 2)
	if (substr(rest, 1, 1) != " " ||
	    value !~ /^-?[0-9]+(\.[0-9]+)?$/)
		bad("value")
	if ((f = family_of(name)) == "" || f != current) {
		bad("a sample away from its TYPE")
		next
	}
	key = name "\n" order label["le"]
	if (key in seen)
		bad("a series twice")
	seen[key] = 1
	if (type[f] != "gauge" && value ~ /^-/)
		bad("a counter below 0")
	if (type[f] == "counter" && value ~ /\./)
		bad("a counter that is no whole number")
	if (type[f] == "histogram")
		histogram(name, value)
	samples++
}
END {
	histogram_end()
	if (samples == 0)
		bad("no sample")
	exit failed
}
