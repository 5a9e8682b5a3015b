import { systemClock } from '../../../src/base/clock.ts';
import { KeptInbox } from '../../../src/connectors/imap/kept-inbox.ts';
import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import { restingConnector } from '../../../src/connectors/imap/resting-connector.ts';
import type { OpenConnector } from '../../../src/contracts/connector.ts';

/** A connector as turns of watched mailboxes have it, of an inbox that was not listed yet: everything goes by a real one. */
export const openResting: OpenConnector = async (endpoint, signal) =>
  restingConnector(new KeptInbox(systemClock, async () => true), () => openImap(endpoint, signal));
