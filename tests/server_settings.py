"""The settings with which the tests start a real Dovecot and a real Exim, unprivileged and on loopback."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Free ports of this run."""

    imaps: int
    imap: int  # STARTTLS
    lmtp: int
    smtps: int
    smtp: int  # STARTTLS


# A file for each user: one file for all is looked at once a second, which a new mailbox cannot wait for.
# `chroot =` and the caller as every internal user: Dovecot then asks for no privilege at all.
DOVECOT = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {base}/dovecot
state_dir = {base}/dovecot
instance_name = senim-{imaps}
log_path = {base}/log/dovecot
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 0
ssl = required
ssl_cert = <{base}/server.pem
ssl_key = <{base}/server.key
mail_location = maildir:~/Maildir
mail_fsync = never
recipient_delimiter = +
mail_max_userip_connections = 100
lmtp_add_received_header = no
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users/%u
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {base}/users/%u
  default_fields = uid={uid} gid={gid} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service stats {{
  chroot =
}}
"""

# `habits`: what the provider of one mailbox does with its letters, a line for each: «box@…: forged=kept
# own=<the field that it writes> subaddress=refused|bounced|lost|late folder=<where it puts them> plain=lost».
# Any other one vouches for a sender who logged in as the one in From, as real ones do for their users.
# `deliver_drop_privilege` and our own `exim_path`: the copied binary is not setuid and stays what it is.
EXIM = r"""
ADDRESS = ${{lc:${{sg{{$local_part}}{{[+].*}}{{}}}}@$domain}}
KNOWN = ${{lookup{{ADDRESS}}lsearch{{{base}/passwd}}}}
PASSWORD2 = ${{extract{{1}}{{:}}{{${{lookup{{$auth2}}lsearch{{{base}/passwd}}}}}}}}
PASSWORD1 = ${{extract{{1}}{{:}}{{${{lookup{{$auth1}}lsearch{{{base}/passwd}}}}}}}}
HABITS = ${{lookup{{ADDRESS}}lsearch{{{base}/habits}}}}
OF_ALL = ${{lookup{{${{lc:${{sg{{$recipients}}{{[+][^@]*}}{{}}}}}}}}lsearch{{{base}/habits}}}}
MAILDIR = {base}/mail/${{lookup{{ADDRESS}}lsearch,ret=key{{{base}/habits}}}}/Maildir
WHICH = ${{if match{{$local_part}}{{[+]}}{{subaddress}}{{plain}}}}
TAGGED = ${{extract{{WHICH}}{{HABITS}}}}
VOUCHED = auth=pass smtp.auth=$authenticated_id
AUTHOR = ${{lc:${{address:$rh_from:}}}}
DMARC = dmarc=${{if eq{{AUTHOR}}{{${{lc:$authenticated_id}}}}{{pass header.from=${{domain:AUTHOR}}}}{{fail}}}}
exim_path = {base}/exim
exim_user = {user}
exim_group = {group}
primary_hostname = mail.school.example
spool_directory = {base}/spool
log_file_path = {base}/log/exim-%s
pid_file_path = {base}/exim.pid
keep_environment =
deliver_drop_privilege = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtps} : {smtp}
tls_on_connect_ports = {smtps}
tls_advertise_hosts = *
tls_certificate = {base}/server.pem
tls_privatekey = {base}/server.key
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
rfc1413_query_timeout = 0s
host_lookup =
message_size_limit = 60M
smtp_accept_max = 200
smtp_accept_queue_per_connection = 0
acl_smtp_rcpt = recipient
acl_smtp_data = content

begin acl
recipient:
  deny message = 5.7.1 Log in first
       !authenticated = *
  deny message = 5.1.1 No such mailbox here
       condition = ${{if eq{{KNOWN}}{{}}}}
  deny message = 5.1.1 No subaddresses here
       condition = ${{if eq{{TAGGED}}{{refused}}}}
  accept
content:
  warn condition = ${{if eq{{${{extract{{forged}}{{OF_ALL}}}}}}{{removed}}}}
       remove_header = Authentication-Results
  warn condition = ${{if !eq{{${{extract{{own}}{{OF_ALL}}}}}}{{}}}}
       add_header = :at_start:Authentication-Results: ${{extract{{own}}{{OF_ALL}}}}
  warn condition = ${{if eq{{OF_ALL}}{{}}}}
       remove_header = Authentication-Results
       add_header = :at_start:Authentication-Results: mx.school.example; VOUCHED; DMARC
  accept

begin routers
bounced:
  driver = redirect
  condition = ${{if eq{{TAGGED}}{{bounced}}}}
  allow_fail
  data = :fail: no such mailbox here
lost:
  driver = redirect
  condition = ${{if eq{{TAGGED}}{{lost}}}}
  data = :blackhole:
late:
  driver = redirect
  condition = ${{if and{{{{eq{{TAGGED}}{{late}}}}{{<{{$message_age}}{{3}}}}}}}}
  allow_defer
  data = :defer: looked at first
folder:
  driver = accept
  condition = ${{if !eq{{${{extract{{folder}}{{HABITS}}}}}}{{}}}}
  transport = folder
everyone:
  driver = manualroute
  domains = *
  route_list = * 127.0.0.1
  self = send
  transport = dovecot

begin transports
folder:
  driver = appendfile
  maildir_format
  create_directory
  directory = MAILDIR/.${{extract{{folder}}{{HABITS}}}}
  delivery_date_add
  envelope_to_add
  return_path_add
dovecot:
  driver = smtp
  protocol = lmtp
  port = {lmtp}
  allow_localhost
  hosts_avoid_tls = *
  hosts_try_chunking =
  message_linelength_limit = 1000000

begin retry
* * F,1h,2s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{!eq{{$auth3}}{{}}}}{{eq{{$auth3}}{{PASSWORD2}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{!eq{{$auth2}}{{}}}}{{eq{{$auth2}}{{PASSWORD1}}}}}}}}
  server_set_id = $auth1
"""


def write_settings(base: Path, ports: Ports, *, user: str, group: str, uid: int, gid: int) -> None:
    """dovecot.conf and exim.conf in `base`."""
    values = {
        "base": base,
        "imaps": ports.imaps,
        "imap": ports.imap,
        "lmtp": ports.lmtp,
        "smtps": ports.smtps,
        "smtp": ports.smtp,
        "user": user,
        "group": group,
        "uid": uid,
        "gid": gid,
    }
    (base / "dovecot.conf").write_text(DOVECOT.format(**values))
    (base / "exim.conf").write_text(EXIM.format(**values))
