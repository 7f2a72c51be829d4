#!/bin/sh
# Looks for the real servers that the tests talk to; installs the missing ones from Debian's packages.
missing=""
PATH="$PATH:/usr/sbin:/usr/local/sbin"
has() { command -v "$1" >/dev/null 2>&1; }
want() { missing="$missing $*"; }
# The program alone is not enough: Debian keeps Dovecot's protocols in packages of their own.
has dovecot && [ -x /usr/lib/dovecot/imap ] && [ -x /usr/lib/dovecot/lmtp ] || want dovecot-imapd dovecot-lmtpd
has exim4 || want exim4-daemon-light
has chromium || has chromium-browser || want chromium fonts-dejavu-core
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || want postgresql
# Second opinions on cleaned files: never needed, but installed along where something is installed anyway.
[ -z "$missing" ] && exit 0
optional=""
has exiftool || optional="$optional libimage-exiftool-perl"
has mat2 || optional="$optional mat2"
has pdftoppm || optional="$optional poppler-utils"

has apt-get || { echo "The tests need real servers. No apt-get here; install what these packages hold:$missing" >&2; exit 1; }
if [ "$(id -u)" = 0 ]; then
    root=""
elif has sudo && sudo -n true 2>/dev/null; then
    root="sudo"
else
    echo "The tests need real servers. Install them first: sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

echo "installing for the tests:$missing"
# Nothing that is installed here may start by itself: the tests start their own, on loopback. What forbids it is
# taken away again however this ends; left behind, it would keep every later service of this machine from starting.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap '$root rm -f $policy' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' | $root tee $policy >/dev/null && $root chmod 755 $policy || exit 1
fi
$root apt-get update -qq || { echo "apt-get update failed (see above); is there a network?" >&2; exit 1; }
case "$missing" in
*chromium*) [ -n "$(apt-cache policy chromium 2>/dev/null | sed -n '/Candidate: [^(]/p')" ] || {
    echo "No package chromium here (Ubuntu has it as a snap). Run: sudo snap install chromium" >&2
    exit 1
} ;;
esac
# shellcheck disable=SC2086  # the names of packages are words
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null || {
    echo "Could not install (see above):$missing" >&2
    exit 1
}
for one in $optional; do
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$one" >/dev/null 2>&1 ||
        echo "not here, and not needed: $one"
done
