# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# page.sh - sourced after ns.sh by the tests of conf/networks: what a page there
# tells its reader to type and to write, done as it stands.  Every host of a page
# is a namespace of the same name.
#
# On a page, what is indented by four spaces counts: "HOST# COMMAND" is typed on
# that host; "HOST:/PATH" begins a file, up to the next line of anything else.

# Choose the page.
page() {	# name
	PAGE=$(dirname "$0")/../../conf/networks/$1
	[ -r "$PAGE" ] || ns_skip "no $PAGE"
}

# The content of a file of a host.
page_file() {	# host path
	awk -v want="    $1:$2" '
		$0 == want	{ on = 1; found = 1; next }
		/^    [a-z0-9-]+(# |:\/)/ { on = 0 }
		/^[^ ]/		{ on = 0 }
		on		{ sub(/^    /, ""); print }
		END		{ exit !found }' "$PAGE"
}

page_commands() {	# host
	sed -n "s/^    $1# //p" "$PAGE"
}

# Type on each of these hosts what the page says, in its order.
page_type() {	# host...
	for ns_name in "$@"; do
		page_commands "$ns_name" >"$T/commands"
		[ -s "$T/commands" ] ||
		    { echo "Bail out! nothing to type on $ns_name"; exit 1; }
		in_ns "$ns_name" sh -eux "$T/commands" \
		    >"$T/typed-$ns_name.log" 2>&1 || {
			echo "Bail out! a command on $ns_name fails"
			exit 1
		}
	done
}

# Run lichen on a host with the file that the page gives it.
page_lichen() {	# host
	page_file "$1" /etc/tayga.conf |
	    sed "s|^data-dir .*|data-dir $T/data-$1|" >"$T/$1.conf"
	lichen_run "$1" "$1"
}

# A cable with its interfaces named.
wire() {	# host device host device
	ip link add wire-a netns "$1" type veth peer name wire-b netns "$3"
	ip -n "$1" link set dev wire-a name "$2"
	ip -n "$3" link set dev wire-b name "$4"
	ip -n "$1" link set dev "$2" up
	ip -n "$3" link set dev "$4" up
}

# A switch in a host: all these interfaces of it.
switch() {	# host name device...
	ns_name=$1 ns_dev=$2
	shift 2
	ip -n "$ns_name" link add "$ns_dev" type bridge forward_delay 0
	ip -n "$ns_name" link set "$ns_dev" up
	for ns_port in "$@"; do
		ip -n "$ns_name" link set "$ns_port" master "$ns_dev"
	done
}
