/** Ports of one throw-away Dovecot on 127.0.0.1. */
export interface DovecotPorts {
  /** POP3 with STLS. */
  readonly pop3: number;
  readonly pop3s: number;
  /** IMAP with STARTTLS. */
  readonly imap: number;
  readonly imaps: number;
  /** LMTP, plain: where Postfix delivers. */
  readonly lmtp: number;
}

export interface DovecotConfigOptions {
  readonly directory: string;
  readonly ports: DovecotPorts;
  readonly password: string;
  /** Unix account that owns the mail. */
  readonly mailUid: number;
  readonly mailGid: number;
  /** Account for Dovecot's own processes when it does not run as root. */
  readonly ownAccount?: { readonly user: string; readonly group: string } | undefined;
  /** Address of an RFC 7662 introspection service; switches XOAUTH2 and OAUTHBEARER on. */
  readonly introspectionUrl?: string | undefined;
  /** Simultaneous connections to allow. */
  readonly maxConnections: number;
  /** Further lines for the end of the file. */
  readonly extra?: string | undefined;
}

/** The text of a Dovecot 2.3 configuration that keeps everything in one folder and takes any user name with one password. */
export function dovecotConfig(options: DovecotConfigOptions): string {
  const { directory, ports, maxConnections } = options;
  const own = options.ownAccount;
  const mechanisms = options.introspectionUrl === undefined ? 'plain login' : 'plain login xoauth2 oauthbearer';
  return `
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/dovecot.log
listen = 127.0.0.1
protocols = imap pop3 lmtp
${own === undefined ? '' : `default_internal_user = ${own.user}\ndefault_login_user = ${own.user}\ndefault_internal_group = ${own.group}`}
default_process_limit = ${maxConnections}
default_client_limit = ${maxConnections * 4}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = ${maxConnections}
disable_plaintext_auth = no
auth_mechanisms = ${mechanisms}
auth_failure_delay = 0
ssl = yes
ssl_cert = <${directory}/cert.pem
ssl_key = <${directory}/key.pem
${oauthPassdb(options)}
passdb {
  driver = static
  args = password=${options.password}
  mechanisms = plain login
}
userdb {
  driver = static
  args = uid=${options.mailUid} gid=${options.mailGid} home=${directory}/mail/%u allow_all_users=yes
}
${loginService('imap', ports.imap, ports.imaps)}
${loginService('pop3', ports.pop3, ports.pop3s)}
service lmtp {
  inet_listener lmtp {
    port = ${ports.lmtp}
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
protocol lmtp {
  postmaster_address = postmaster@localhost
}
${options.extra ?? ''}
`;
}

function loginService(name: 'imap' | 'pop3', plain: number, tls: number): string {
  return `service ${name}-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener ${name} {
    port = ${plain}
  }
  inet_listener ${name}s {
    port = ${tls}
    ssl = yes
  }
}`;
}

function oauthPassdb({ directory, introspectionUrl }: DovecotConfigOptions): string {
  if (introspectionUrl === undefined) return '';
  return `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${directory}/oauth2.conf.ext
}`;
}
