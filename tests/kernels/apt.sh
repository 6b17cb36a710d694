# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For scripts that take packages out of Debian's archive without installing them; to be sourced, with set -e. Packages come
# from where this machine has its own from, by a configuration of apt that names other suites and has its own state:
# neither the machine's lists nor what is installed change.
#
#   apt_archive               where the archive is; ends the script with 77 where there is none, or on another machine than x86-64
#   apt_private FOLDER SUITE...   apt-get and apt-cache then know these suites alone; their state is in FOLDER, where the
#                             log is too
#   apt_unpack FOLDER PACKAGE[=VERSION]...   fetch and unpack into FOLDER/unpacked, without what they depend on
#   fail WORDS                to be there: a line on why, and exit status 1

apt_archive() {
	local archive

	if [ "$(uname -m)" != x86_64 ] || ! command -v apt-get >/dev/null; then
		echo "what the guests need are Debian's packages for x86-64: no such machine or no apt here" >&2
		exit 77
	fi
	# shellcheck disable=SC2016 # apt-get's variables
	archive=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(CREATED_BY) $(REPO_URI)' |
		awk '$1 == "Debian" && $2 == "Debian" && $3 == "Packages" { print $4; exit }')
	if [ -z "$archive" ]; then
		echo "this machine has no lists of Debian's packages: apt-get update fetches them" >&2
		exit 77
	fi
	echo "$archive"
}

apt_private() {
	local work=$1 archive suite

	shift
	archive=$(apt_archive) || exit
	mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/unpacked"
	for suite; do
		echo "deb [arch=amd64] $archive $suite main"
	done >"$work/sources.list"
	cat >"$work/apt.conf" <<-EOT
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; };
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Retries "3";
		Dir::State "$work/state";
		Dir::State::status "/dev/null";
		Dir::Cache "$work/cache";
		Dir::Etc::sourcelist "$work/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
	EOT
	# Read before the machine's own configuration, which adds what the way there needs.
	export APT_CONFIG=$work/apt.conf
	apt-get -q update >"$work/log" 2>&1 || fail "$(tail -n 1 "$work/log")"
}

apt_unpack() {
	local work=$1 package

	shift
	(cd "$work" && apt-get -q download "$@" >log 2>&1) || fail "$(tail -n 1 "$work/log")"
	for package in "$work"/*.deb; do
		dpkg -x "$package" "$work/unpacked"
	done
}
