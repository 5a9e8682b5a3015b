import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import { dovecotReading } from '../dovecot-reading.ts';

dovecotReading({ name: 'IMAP', open: openImap, ports: { tls: 'imaps', plain: 'imap' } });
