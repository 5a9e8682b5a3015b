import type { DovecotConfigOptions } from './dovecot-config.ts';

/** The same server as `dovecotConfig` in the words of Dovecot 2.4 and newer, whose settings have other names and blocks. */
export function dovecot24Config(options: DovecotConfigOptions): string {
  const { directory, ports, maxConnections } = options;
  const own = options.ownAccount;
  const mechanisms = options.introspectionUrl === undefined ? 'plain login' : 'plain login xoauth2 oauthbearer';
  return `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/dovecot.log
listen = 127.0.0.1
protocols = imap pop3 lmtp
${own === undefined ? '' : `default_internal_user = ${own.user}\ndefault_login_user = ${own.user}\ndefault_internal_group = ${own.group}`}
default_process_limit = ${maxConnections}
default_client_limit = ${maxConnections * 4}
first_valid_uid = 1
mail_driver = maildir
mail_path = ~/Maildir
mail_max_userip_connections = ${maxConnections}
auth_allow_cleartext = yes
auth_mechanisms = ${mechanisms}
auth_failure_delay = 0
ssl = yes
ssl_server_cert_file = ${directory}/cert.pem
ssl_server_key_file = ${directory}/key.pem
${oauthPassdb(options)}
passdb static {
  password = ${options.password}
  mechanisms_filter = plain login
}
userdb static {
  allow_all_users = yes
  fields {
    uid = ${options.mailUid}
    gid = ${options.mailGid}
    home = ${directory}/mail/%{user}
  }
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
  restart_request_count = unlimited
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

function oauthPassdb({ introspectionUrl }: DovecotConfigOptions): string {
  if (introspectionUrl === undefined) return '';
  return `oauth2 {
  introspection_mode = post
  introspection_url = ${introspectionUrl}
  username_attribute = username
  active_attribute = active
  active_value = true
}
passdb oauth2 {
  mechanisms_filter = xoauth2 oauthbearer
}`;
}
