#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# --completion: real shells complete command lines by its scripts, with what the help texts say there is.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"

for shell in bash zsh fish; do
	command -v $shell >/dev/null || skip "$shell is not installed"
	"$rcodewatch" --completion $shell >"$scratch/_rcodewatch.$shell"
done
mkdir "$scratch/folder"
touch "$scratch/file.pcap"

# What a shell offers at the end of a command line, words with blanks between them, in order.
in_bash() { # LINE
	# shellcheck disable=SC2016 # all of it is for the other shell
	bash --norc -c '
		. "$1"
		COMP_WORDBREAKS=$'"' \t\n=:'"'
		read -ra COMP_WORDS <<<"${2//=/ = }"
		[[ $2 != *" " && $2 != *= ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_rcodewatch
		printf "%s\n" "${COMPREPLY[@]}"' x "$scratch/_rcodewatch.bash" "$1" | sort | xargs
}
in_fish() {
	fish --no-config -c "source $scratch/_rcodewatch.fish; complete -C '$1'" | cut -f 1 | sed 's/^--[a-z-]*=//' | sort | xargs
}
# On a terminal, as zsh completes in its line editor only: what it prints after two tabs, until it has printed all of WORD...
in_zsh() { # LINE WORD...
	TERM=dumb zsh -f -s "$scratch/_rcodewatch.zsh" "$@" <<-'END' | tr -c -- '-a-z_./' '\n' | sort -u | xargs
		zmodload zsh/zpty
		zpty shell zsh -f -i
		zpty -w shell "PS1=; COLUMNS=200; autoload -Uz compinit; compinit -u -D; source $1; echo rea''dy"
		zpty -r shell out '*ready*'
		zpty -n -w shell "$2"$'\t\t'
		text=
		for ((i = 0; i < 200; i++)); do
			zpty -r -t shell out && text+=$out
			words=(${(s: :)text//[^-a-z_.\/]/ })
			[[ -n ${@[3,-1]:|words} ]] || break
			sleep 0.05
		done
		print -r -- "$text"
	END
}
has() { # SHELL LINE WORD...: all of them are offered
	local shell=$1 line=$2 word offered

	offered=$("in_$shell" "${@:2}")
	for word in "${@:3}"; do
		[[ " $offered " == *" $word "* ]] || fail "$shell, '$line': no '$word' in: $offered"
	done
}

mapfile -t commands < <("$rcodewatch" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ ${#commands[@]} -ge 9 ] || fail "the help lists ${#commands[@]} commands"
for shell in bash zsh fish; do
	has $shell 'rcodewatch ' "${commands[@]}"
	has $shell 'rcodewatch run --mode ' auto native tc generic
	has $shell 'rcodewatch run -o ' text json none
	has $shell 'rcodewatch run --mode=' auto native tc generic
	for command in "${commands[@]}"; do
		mapfile -t options < <("$rcodewatch" "$command" --help | sed -n 's/^  \(-.,\|   \) \(--[a-z-]*\).*/\2/p')
		[ ${#options[@]} -ge 2 ] || fail "$command: the help lists ${#options[@]} options"
		has $shell "rcodewatch $command --" "${options[@]}"
	done
done
# One candidate is put into the line.
for shell in bash fish; do
	has $shell 'rcodewatch check l' lo
	has $shell "rcodewatch read $scratch/fi" "$scratch/file.pcap"
	has $shell "rcodewatch run --config $scratch/fi" "$scratch/file.pcap"
	[ -z "$("in_$shell" 'rcodewatch run --top ')" ] || fail "$shell: something is offered for a number"
	[ -z "$("in_$shell" 'rcodewatch nothing --')" ] || fail "$shell: something is offered behind no command"
done
[ "$(in_bash "rcodewatch run --pin $scratch/f")" = "$scratch/folder" ] || fail "bash: not only the folder"

status=0
"$rcodewatch" --completion csh >"$scratch/out" 2>"$scratch/err" || status=$?
[ $status -eq 2 ] || fail "an unknown shell: status $status"
grep -q 'bash, zsh or fish' "$scratch/err" || fail "an unknown shell: $(cat "$scratch/err")"
[ ! -s "$scratch/out" ] || fail "an unknown shell: something was printed"
