import { openPop3 } from '../../../src/connectors/pop3/open-pop3.ts';
import { dovecotOAuth } from '../dovecot-oauth.ts';

dovecotOAuth({ name: 'POP3', openIt: openPop3, port: 'pop3s' });
