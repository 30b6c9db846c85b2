# shellcheck shell=sh disable=SC2016 # lines for other shells
# SPDX-License-Identifier: BSD-2-Clause
#
# in-machine.sh - sourced behind ns.sh: a whole Debian, with systemd as PID 1, in the
# network namespace tr.  What it writes is gone with the test; nothing of the host is
# in its reach but the kernel, and of that its own network alone.
#
# Needs real root, a cgroup2 hierarchy and overlayfs; else it skips the test.

# A name of this test's own, also beside another one: both are process 1 here.
machine_cgroup=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/lichen-$(
    stat -L -c %i /proc/self/ns/pid)

# A fresh one of this Debian, not started yet.
machine_make() {	# root directory of debian-root.sh
	mkdir -p "$T/machine"
	mount -t tmpfs tmpfs "$T/machine"
	mkdir "$T/machine/upper" "$T/machine/work" "$T/machine/root"
	mount -t overlay -o "lowerdir=$1,upperdir=$T/machine/upper,workdir=$T/machine/work" \
	    overlay "$T/machine/root" || ns_skip "no overlayfs here"
	machine=$T/machine/root
	echo machine >"$machine/etc/hostname"
	# apt-get would ask its servers first, and there is no network to them.
	rm -rf "$machine/etc/apt/sources.list" "$machine/etc/apt/sources.list.d" \
	    "$machine/var/lib/apt/lists"
}

machine_forget() {
	umount "$machine"
	umount "$T/machine"
}

# As a container's manager does: /proc and /sys of its own, of which only what belongs
# to its network can be written.
machine_init='
	echo 0 >"$2/cgroup.procs" || exit
	exec unshare --cgroup sh -c '\''
		set -e
		cd "$1"
		mount -t proc proc proc
		for file in proc/sys proc/sysrq-trigger; do
			[ -e $file ] || continue
			mount --bind $file $file
			mount -o remount,bind,ro $file
		done
		mount -t proc proc run
		mount --bind run/sys/net proc/sys/net
		umount -l run
		mount -t sysfs -o ro sysfs sys
		mount -t cgroup2 cgroup2 sys/fs/cgroup
		mount -t tmpfs -o mode=755 tmpfs run
		mount -t tmpfs -o mode=755 tmpfs dev
		mkdir dev/net dev/pts dev/shm
		for file in null zero full random urandom tty; do
			: >dev/$file
			mount --bind /dev/$file dev/$file
		done
		# As udev has it.
		mknod -m 666 dev/net/tun c 10 200
		mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
		ln -s pts/ptmx dev/ptmx
		mount --rbind . .
		cd .
		pivot_root . mnt
		umount -l /mnt
		exec env -i container=lichen-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		    /sbin/init
	'\'' - "$1"
'

# Done with starting, whatever failed.
machine_is_up() {
	case $(m systemctl is-system-running) in
	running|degraded)	return 0 ;;
	esac
	return 1
}

machine_has_init() {
	machine_pid=$(pgrep -P "$machine_outer") &&
	    [ "$(cat "/proc/$machine_pid/comm")" = systemd ]
}

# Start it; tr is there and has its cables.
machine_boot() {
	mkdir -p "$machine_cgroup" 2>/dev/null ||
	    ns_skip "no cgroup can be made in ${machine_cgroup%/*}"
	background machine tr unshare --mount --propagation private --pid --uts \
	    --ipc --fork --kill-child sh -c "$machine_init" - "$machine" \
	    "$machine_cgroup"
	machine_outer=$BG
	wait_until 10 machine_has_init ||
	    ns_skip "systemd does not start: $(paste -sd " " "$T/machine.log")"
	wait_until 60 machine_is_up || {
		m systemctl list-jobs
		echo "Bail out! Debian does not come up"
		exit 1
	}
}

# Run a command in it, as root.
m() {	# command...
	nsenter --target "$machine_pid" --mount --pid --net --uts --ipc --cgroup \
	    --root --wd -- env -i HOME=/root LC_ALL=C.UTF-8 \
	    DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	    timeout 100 "$@" </dev/null
}

# Wait until it is off, after systemctl reboot or poweroff.
machine_is_off() {
	wait_until 60 dead "$machine_outer" || return 1
	stop "$machine_outer"
	find "$machine_cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null
	:
}

# What it logged is shown with the other logs when a test fails.
machine_journal() {	# name
	m journalctl --no-pager -o cat -u 'lichen*' -u 'tayga*' \
	    >"$T/journal-$1.log" 2>&1 || :
}

machine_exit() {
	machine_status=$?
	[ -z "${machine_pid:-}" ] || dead "$machine_pid" || machine_journal end
	(exit "$machine_status")
	ns_exit
}
trap machine_exit EXIT
