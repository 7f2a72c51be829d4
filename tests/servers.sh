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
has pdftoppm || want poppler-utils
# Second opinions on cleaned files: wished for and never needed, as some Debians do not have them.
wished=""
has exiftool || wished="$wished libimage-exiftool-perl"
has mat2 || wished="$wished mat2"
[ -z "$missing$wished" ] && exit 0

# Ends this where something cannot be installed: in trouble, unless it was only wished for.
stop() {
    [ -z "$missing" ] && { echo "the tests do without, which gives fewer second opinions:$wished"; exit 0; }
    echo "The tests need real servers. $1$missing" >&2
    exit 1
}
has apt-get || stop "No apt-get here; install what these packages hold:"
if [ "$(id -u)" = 0 ]; then
    root=""
elif has sudo && sudo -n true 2>/dev/null; then
    root="sudo"
else
    stop "Install them first: sudo apt-get install --no-install-recommends"
fi

echo "installing for the tests:$missing$wished"
# Nothing that is installed here may start by itself: the tests start their own, on loopback. What forbids it is
# taken away again however this ends; left behind, it would keep every later service of this machine from starting.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap '$root rm -f $policy' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' | $root tee $policy >/dev/null && $root chmod 755 $policy || exit 1
fi
$root apt-get update -qq || stop "apt-get update failed (see above); is there a network? What is missing:"
case "$missing" in
*chromium*) [ -n "$(apt-cache policy chromium 2>/dev/null | sed -n '/Candidate: [^(]/p')" ] || {
    echo "No package chromium here (Ubuntu has it as a snap). Run: sudo snap install chromium" >&2
    exit 1
} ;;
esac
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # the names of packages are words
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
        stop "Could not install (see above):"
fi
for one in $wished; do
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$one" >/dev/null 2>&1 ||
        echo "not here, and not needed: $one"
done
