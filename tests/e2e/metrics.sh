#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The metrics, all the way: lichen's textfile, Debian's node_exporter and its
# Prometheus, promtool's lint, and data for every query of the dashboard.

# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need jq prometheus prometheus-node-exporter promtool
src=${srcdir:-$(dirname "$0")/../..}
dashboard=$src/conf/lichen-dashboard.json
prom=$T/stats/lichen.prom

hosts tr
mkdir "$T/stats"
lichen_start tr lichen <<-CONF
	tun-device nat64
	ipv4-addr 192.168.255.1
	ipv6-addr 2001:db8:1::2
	prefix 2001:db8:64::/96
	dynamic-pool 192.168.255.0/24
	map 192.0.2.0/28 2001:db8:80::/124
	control-socket $T/control
	stats-file $prom
	stats-interval 1
	tun-up yes
	tun-ip 2001:db8:1::9
	tun-route 2001:db8:64::/96
CONF

# --- the file

ok "the textfile is there" wait_until 5 test -s "$prom"
exits 0 "promtool check metrics" sh -c "promtool check metrics <'$prom'"
is "it has nothing to say" "$(cat "$T/out" "$T/err")" ""
"$LICHEN" -c "$T/lichen.conf" --status --json >"$T/json"
is "besides metrics JSON has the problems" \
    "$(jq -r '.problems | type' <"$T/json")" array
jq 'del(.problems)' <"$T/json" >"$T/metrics"
mv "$T/metrics" "$T/json"
is "the same metrics in JSON" "$(jq -r 'keys[]' <"$T/json" | sort)" \
    "$(sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$prom" | sort)"

# shellcheck disable=SC2016 # jq's
is "the manual has every metric and reason" "$(jq -r 'keys[],
    (.lichen_packets_total | keys[])' <"$T/json" | while read -r name; do
	grep -qw -- "$name" "$src/man/lichen.8" || echo "$name"
done)" ""

# --- who collects it

background node tr prometheus-node-exporter --collector.disable-defaults \
    --collector.textfile "--collector.textfile.directory=$T/stats" \
    --web.listen-address=127.0.0.1:9100
cat >"$T/prometheus.yml" <<-YML
	global:
	  scrape_interval: 500ms
	scrape_configs:
	  - job_name: node
	    static_configs:
	      - targets: ['127.0.0.1:9100']
YML
background prometheus tr prometheus "--config.file=$T/prometheus.yml" \
    "--storage.tsdb.path=$T/tsdb" --web.listen-address=127.0.0.1:9090
prometheus=$BG
in_ns tr ping -q -c 5 -i 0.1 -W 1 2001:db8:64::192.168.255.1 >/dev/null || :

# shellcheck disable=SC2317 # called by name
has_data() {	# expression
	in_ns tr promtool query instant http://127.0.0.1:9090 "$1" \
	    >"$T/answer" 2>&1 && grep -q '=>' "$T/answer"
}
ok "Prometheus has it" wait_until 60 has_data lichen_build_info
ok "and who was answered" wait_until 20 has_data \
    'lichen_packets_total{reason="echo"} == 5'
ok "the exporter sees no error in it" \
    wait_until 5 has_data 'node_textfile_scrape_error == 0'

# --- the dashboard

# What Grafana puts in.
# shellcheck disable=SC2016 # that is not for the shell
jq -r '.. | objects | .expr? // empty' "$dashboard" |
    sed 's/\$__rate_interval/10s/g; s/\$instance/.*/g' >"$T/exprs"
like "the dashboard asks" "$(wc -l <"$T/exprs")" '^ *(1[5-9]|[2-9][0-9])$'
is "nothing of Grafana's is left in it" "$(grep -F '$' "$T/exprs")" ""
while read -r expr; do
	ok "data for $expr" wait_until 20 has_data "$expr"
done <"$T/exprs"
is "it knows every metric" "$(jq -r 'keys[]' <"$T/json" | while read -r m; do
	grep -qF "$m" "$T/exprs" || echo "$m"
done)" ""
stop "$prometheus"
finish
