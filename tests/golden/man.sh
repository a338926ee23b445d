#!/bin/sh
# Every option in a command's --help is in its manual page, and no page has an option that the command lacks.
for command in $("$LACUNA" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'); do
    page=man/lacuna-$command.1
    [ -f "$page" ] || { echo "not ok man_$command: $page is missing"; continue; }
    "$LACUNA" "$command" --help | sed -n 's/^  \(-., \|    \)--\([a-z0-9-]*\).*/\2/p' | grep -v '^help$' | sort -u >"${TMPDIR:-/tmp}/man.$$.a"
    sed -n 's/^\.It .*Fl -\([a-z0-9-]*\).*/\1/p' "$page" | grep -v '^help$' | sort -u >"${TMPDIR:-/tmp}/man.$$.b"
    if difference=$(diff "${TMPDIR:-/tmp}/man.$$.a" "${TMPDIR:-/tmp}/man.$$.b"); then
        echo "ok man_$command"
    else
        echo "not ok man_$command: options of --help (<) and of $page (>) differ:"
        echo "$difference"
    fi
    rm -f "${TMPDIR:-/tmp}/man.$$.a" "${TMPDIR:-/tmp}/man.$$.b"
done
