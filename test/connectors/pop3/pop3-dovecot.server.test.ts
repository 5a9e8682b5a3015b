import { openPop3 } from '../../../src/connectors/pop3/open-pop3.ts';
import { dovecotReading } from '../dovecot-reading.ts';

dovecotReading({ name: 'POP3', open: openPop3, ports: { tls: 'pop3s', plain: 'pop3' } });
