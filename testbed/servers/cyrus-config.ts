/** Ports of a throw-away Cyrus on 127.0.0.1. */
export interface CyrusPorts {
  readonly imap: number;
  readonly imaps: number;
  readonly pop3s: number;
  /** LMTP, plain: where Postfix delivers. */
  readonly lmtp: number;
}

/** What a throw-away Cyrus needs to know. */
export interface CyrusConfigOptions {
  readonly directory: string;
  /** Folder with the unpacked packages. */
  readonly programs: string;
  readonly ports: CyrusPorts;
  /** Account that owns the mail. */
  readonly user: string;
  /** True when users are whole addresses. */
  readonly hasDomains: boolean;
}

/** The text of `imapd.conf` (imapd.conf(5)): everything in one folder, mailboxes made at the first sign-in. */
export function cyrusImapdConf({ directory, user, hasDomains }: CyrusConfigOptions): string {
  return `${[
    `configdirectory: ${directory}/conf`,
    'defaultpartition: default',
    `partition-default: ${directory}/spool`,
    `cyrus_user: ${user}`,
    'servername: localhost',
    'admins: nobody-is-admin',
    'unixhierarchysep: yes',
    ...(hasDomains ? ['virtdomains: userid', 'defaultdomain: localhost'] : []),
    'allowplaintext: yes',
    'autocreate_quota: 0',
    'autocreate_post: yes',
    'sasl_pwcheck_method: auxprop',
    'sasl_auxprop_plugin: sasldb',
    `sasl_sasldb_path: ${directory}/sasldb2`,
    'sasl_mech_list: PLAIN LOGIN',
    `tls_server_cert: ${directory}/cert.pem`,
    `tls_server_key: ${directory}/key.pem`,
    `sievedir: ${directory}/sieve`,
    `idlesocket: ${directory}/conf/socket/idle`,
    `notifysocket: ${directory}/conf/socket/notify`,
    `lmtpsocket: ${directory}/conf/socket/lmtp`,
    'expunge_mode: immediate',
    'delete_mode: immediate',
  ].join('\n')}\n`;
}

/** The text of `cyrus.conf` (cyrus.conf(5)): IMAP with STARTTLS and with TLS from the start, POP3 with TLS, LMTP. */
export function cyrusMasterConf({ directory, programs, ports }: CyrusConfigOptions): string {
  const program = (name: string): string => `${programs}/usr/lib/cyrus/bin/${name} -C ${directory}/imapd.conf`;
  const service = (name: string, command: string, port: number): string =>
    `  ${name} cmd="${command}" listen="127.0.0.1:${port}" prefork=0 maxchild=200`;
  return `${[
    'START {',
    `  recover cmd="${program('ctl_cyrusdb')} -r"`,
    `  idled cmd="${program('idled')}"`,
    '}',
    'SERVICES {',
    service('imap', `${program('imapd')} -U 30`, ports.imap),
    service('imaps', `${program('imapd')} -s -U 30`, ports.imaps),
    service('pop3s', `${program('pop3d')} -s -U 30`, ports.pop3s),
    service('lmtp', `${program('lmtpd')} -a`, ports.lmtp),
    '}',
    'EVENTS {',
    '}',
  ].join('\n')}\n`;
}
