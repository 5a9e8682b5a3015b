import { recordStoreContract } from '../../testbed/contracts/record-store-contract.ts';
import { openTestDatabase } from '../support/database.ts';

recordStoreContract('PostgreSQL', () => openTestDatabase());
