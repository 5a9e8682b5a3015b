import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import { dovecotOAuth } from '../dovecot-oauth.ts';

dovecotOAuth({ name: 'IMAP', openIt: openImap, port: 'imaps' });
