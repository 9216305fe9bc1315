#!/bin/sh
# Runs a program that must not outlive the one that starts it: Linux kills it as soon as its parent is gone, however that
# one ended. Elsewhere it is started as it is.
#
# As MINIFLARE_WORKERD_PATH, which gets workerd's arguments only (`serve …`), it runs $KEPT_WORKERD.
if [ "${1-}" = serve ]; then
    set -- "$KEPT_WORKERD" "$@"
    # An interrupt from the terminal reaches workerd too. The launcher ends it in its own time; were it gone before,
    # Miniflare would take that for a crash and start it again.
    trap '' INT
fi
if command -v setpriv >/dev/null 2>&1; then
    exec setpriv --pdeathsig KILL -- "$@"
fi
exec "$@"
