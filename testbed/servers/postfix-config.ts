/** What the throw-away Postfix does with mail. */
export interface PostfixOptions {
  /** Throw it away, or hand it to an LMTP server on this port of 127.0.0.1. */
  readonly transport: 'discard' | { readonly lmtpPort: number };
  /** Answer for one recipient instead of accepting it, such as `550 5.1.1 no such user` or `450 4.2.0 greylisted`. */
  readonly recipients?: Readonly<Record<string, string>>;
  /** Offer STARTTLS with a fresh certificate for `localhost` and 127.0.0.1. */
  readonly tls?: boolean;
  /** Take mail only from those who sign in, as the Dovecot whose authentication listens on this port of 127.0.0.1 says. */
  readonly saslPort?: number;
  /** `message_size_limit`, bytes. */
  readonly messageSizeLimit?: number;
}

/** The text of `main.cf` (postconf(5)) for a Postfix that lives in `folder`. */
export function mainCf(folder: string, options: PostfixOptions, daemonDirectory: string): string {
  const { transport, recipients = {}, tls, saslPort, messageSizeLimit } = options;
  const settings: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: `${folder}/queue`,
    data_directory: `${folder}/data`,
    daemon_directory: daemonDirectory,
    maillog_file: `${folder}/log/mail.log`,
    maillog_file_prefixes: `${folder}/log`,
    myhostname: 'postfix.example',
    mydestination: '',
    local_recipient_maps: '',
    alias_maps: '',
    alias_database: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    disable_dns_lookups: 'yes',
    smtputf8_enable: 'yes',
    smtpd_peername_lookup: 'no',
    smtpd_client_connection_count_limit: '0',
    in_flow_delay: '0',
    minimal_backoff_time: '3600s',
    default_transport: transport === 'discard' ? 'discard:' : `lmtp:inet:127.0.0.1:${transport.lmtpPort}`,
    smtpd_recipient_restrictions: `check_recipient_access inline:{ ${access(recipients)} }, ${saslPort === undefined ? 'permit_mynetworks' : 'permit_sasl_authenticated'}, reject`,
  };
  if (messageSizeLimit !== undefined) settings.message_size_limit = String(messageSizeLimit);
  if (saslPort !== undefined) {
    settings.smtpd_sasl_auth_enable = 'yes';
    settings.smtpd_sasl_type = 'dovecot';
    settings.smtpd_sasl_path = `inet:127.0.0.1:${saslPort}`;
    settings.smtpd_tls_auth_only = 'yes';
  }
  if (tls === true) {
    settings.smtpd_tls_security_level = 'may';
    settings.smtpd_tls_cert_file = `${folder}/tls/cert.pem`;
    settings.smtpd_tls_key_file = `${folder}/tls/key.pem`;
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** An inline table needs an entry; the first one stands for a recipient nobody writes to. */
function access(recipients: Readonly<Record<string, string>>): string {
  const entries = Object.entries({ 'nobody@invalid.example': '550 5.1.1 no such user', ...recipients });
  return entries.map(([address, answer]) => `{ ${address} = ${answer} }`).join(', ');
}

/** The text of `master.cf` (master(5)): SMTP in on `port` of 127.0.0.1, nothing chrooted. */
export function masterCf(port: number): string {
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'proxymap unix - - n - - proxymap',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'lmtp unix - - n - - lmtp',
    'smtp unix - - n - - smtp',
    'showq unix n - n - - showq',
    'flush unix n - n 1000? 0 flush',
    'anvil unix - - n - 1 anvil',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return `${services.join('\n')}\n`;
}
