#!/bin/sh
# Looks for the real servers that the tests talk to; installs the missing ones from Debian's packages.
missing=""
PATH="$PATH:/usr/sbin:/usr/local/sbin"
want() { # command package…
    command -v "$1" >/dev/null 2>&1 || { shift; missing="$missing $*"; }
}
want dovecot dovecot-imapd dovecot-lmtpd
want exim4 exim4-daemon-light
want chromium chromium fonts-dejavu-core
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    root="sudo"
else
    echo "The tests need real servers. Install them first: sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
command -v apt-get >/dev/null 2>&1 || { echo "No apt-get here; install by hand what these packages hold:$missing" >&2; exit 1; }

echo "installing for the tests:$missing"
# Nothing that is installed here may start by itself: the tests start their own, on loopback.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $root tee $policy >/dev/null && $root chmod 755 $policy
    trap '$root rm -f $policy' EXIT
fi
$root apt-get update -qq || exit 1
# shellcheck disable=SC2086  # the names of packages are words
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null || exit 1
