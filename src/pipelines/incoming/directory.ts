import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { DeliveryMethod, FilterOption, RecordState } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import { type OwnerFault, ownerFault } from './owner-fault.ts';
import { readRoleless } from './owner-roles.ts';

/** A user or queue as acceptance sees it. */
export interface Principal {
  readonly reference: EntityReference;
  readonly kind: 'user' | 'queue';
  readonly name: string;
  /** FilterOption (IN-10). */
  readonly filter: number;
  /** True when its mailbox takes part in incoming mail (IN-18). */
  readonly receives: boolean;
  /** The user itself, or the queue's owner; undefined when that may not own mail. */
  readonly owner: EntityReference | undefined;
  /** Why it may not (OW-05). */
  readonly ownerFault?: OwnerFault | undefined;
  /** Default queue of that owner. */
  readonly ownersQueueId?: string | undefined;
  /** True for a queue whose emails are to become records (QU-09). */
  readonly hasCreationRule?: boolean;
}

/** Users and queues by id, read once a turn and only as far as mail asks for them. */
export interface Directory {
  /** Reads those not known yet; a few statements whatever their number. */
  load(scope: StoreScope, references: Iterable<EntityReference>): Promise<void>;
  get(id: string): Principal | undefined;
}

/** An empty directory. */
export function createDirectory(): Directory {
  const known = new Map<string, Principal | undefined>();
  return {
    get: (id) => known.get(id),
    async load(scope, references) {
      const wanted = { systemuser: new Set<string>(), queue: new Set<string>() };
      for (const { table, id } of references) {
        if ((table === 'systemuser' || table === 'queue') && !known.has(id)) wanted[table].add(id);
      }
      if (wanted.systemuser.size === 0 && wanted.queue.size === 0) return;
      const queues = await readQueues(scope, [...wanted.queue]);
      const ruled = await readRuled(scope, [...wanted.queue]);
      const owners = ownersOf(queues);
      const userIds = [...new Set([...wanted.systemuser, ...owners.users])];
      const users = await readUsers(scope, userIds);
      const roleless = await readRoleless(scope, userIds, owners.teams);
      const teams = await readTeams(scope, owners.teams);
      const filters = await readFilters(scope, [...wanted.systemuser]);
      const receiving = await readReceiving(scope, [...wanted.systemuser, ...wanted.queue]);
      const byId = new Map(users.map((user) => [user.systemuserid ?? '', user]));
      for (const id of [...wanted.systemuser, ...wanted.queue]) known.set(id, undefined);
      for (const user of users) {
        const id = user.systemuserid ?? '';
        const fault = ownerFault({ kind: 'user', user, hasRole: !roleless.has(id) }, 'their mailbox');
        if (wanted.systemuser.has(id)) known.set(id, userPrincipal(user, fault, filters.get(id), receiving.has(id)));
      }
      for (const queue of queues) {
        const { table, id = '' } = queue.ownerid ?? {};
        const hasRole = !roleless.has(id);
        const team = table === 'team' ? teams.get(id) : undefined;
        const fault = ownerFault(
          table === 'team'
            ? { kind: 'team', name: team?.name ?? `Team ${id}`, hasRole }
            : { kind: 'user', user: byId.get(id), hasRole },
          `queue "${queue.name}"`,
        );
        known.set(queue.queueid ?? '', {
          ownersQueueId: (team ?? byId.get(id))?.queueid?.id,
          ...queuePrincipal(queue, fault, receiving.has(queue.queueid ?? '')),
          hasCreationRule: ruled.has(queue.queueid ?? ''),
        });
      }
    },
  };
}

/** Ids of the users and teams that own queues. */
function ownersOf(queues: readonly RecordOf<'queue'>[]): { readonly users: string[]; readonly teams: string[] } {
  const of = (table: string) => queues.flatMap(({ ownerid }) => (ownerid?.table === table ? [ownerid.id] : []));
  return { users: of('systemuser'), teams: [...new Set(of('team'))] };
}

function userPrincipal(
  user: RecordOf<'systemuser'>,
  fault: OwnerFault | undefined,
  filter: number | undefined,
  receives: boolean,
): Principal {
  const reference = { table: 'systemuser', id: user.systemuserid ?? '' };
  return {
    reference,
    kind: 'user',
    name: user.fullname || user.internalemailaddress || reference.id,
    filter: filter ?? FilterOption.inResponse,
    receives: receives && user.isdisabled !== true,
    owner: fault === undefined ? reference : undefined,
    ownersQueueId: user.queueid?.id,
    ownerFault: fault,
  };
}

function queuePrincipal(queue: RecordOf<'queue'>, fault: OwnerFault | undefined, receives: boolean): Principal {
  return {
    reference: { table: 'queue', id: queue.queueid ?? '' },
    kind: 'queue',
    name: queue.name || queue.emailaddress || (queue.queueid ?? ''),
    filter: queue.incomingemailfilteringmethod ?? FilterOption.all,
    receives: receives && queue.statecode !== RecordState.inactive,
    owner: fault === undefined ? (queue.ownerid ?? undefined) : undefined,
    ownerFault: fault,
  };
}

async function readUsers(scope: StoreScope, ids: readonly string[]): Promise<readonly RecordOf<'systemuser'>[]> {
  if (ids.length === 0) return [];
  const page = await scope.records.retrieveMultiple({
    table: 'systemuser',
    columns: ['systemuserid', 'fullname', 'internalemailaddress', 'isdisabled', 'islicensed', 'accessmode', 'queueid'],
    filter: { column: 'systemuserid', operator: 'in', value: ids },
  });
  return page.rows;
}

async function readTeams(scope: StoreScope, ids: readonly string[]): Promise<ReadonlyMap<string, RecordOf<'team'>>> {
  if (ids.length === 0) return new Map();
  const page = await scope.records.retrieveMultiple({
    table: 'team',
    columns: ['teamid', 'name', 'queueid'],
    filter: { column: 'teamid', operator: 'in', value: ids },
  });
  return new Map(page.rows.map((row) => [row.teamid ?? '', row]));
}

async function readQueues(scope: StoreScope, ids: readonly string[]): Promise<readonly RecordOf<'queue'>[]> {
  if (ids.length === 0) return [];
  const page = await scope.records.retrieveMultiple({
    table: 'queue',
    columns: ['queueid', 'name', 'emailaddress', 'incomingemailfilteringmethod', 'ownerid', 'statecode'],
    filter: { column: 'queueid', operator: 'in', value: ids },
  });
  return page.rows;
}

/** Queues with an active rule for emails. */
async function readRuled(scope: StoreScope, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const page = await scope.records.retrieveMultiple({
    table: 'mr_creationrule',
    columns: ['mr_queueid'],
    filter: {
      and: [
        { column: 'mr_queueid', operator: 'in', value: ids },
        { column: 'mr_sourcetable', operator: 'eq', value: 'email' },
        { column: 'statecode', operator: 'eq', value: RecordState.active },
      ],
    },
  });
  return new Set(page.rows.flatMap((row) => (row.mr_queueid ? [row.mr_queueid.id] : [])));
}

async function readFilters(scope: StoreScope, userIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (userIds.length === 0) return new Map();
  const page = await scope.records.retrieveMultiple({
    table: 'usersettings',
    columns: ['systemuserid', 'incomingemailfilteringmethod'],
    filter: { column: 'systemuserid', operator: 'in', value: userIds },
  });
  return new Map(
    page.rows.flatMap((row) => {
      const filter = row.incomingemailfilteringmethod;
      return row.systemuserid && filter !== null && filter !== undefined ? [[row.systemuserid, filter] as const] : [];
    }),
  );
}

/** Ids of users and queues whose mailbox has an incoming delivery method other than None (IN-18). */
async function readReceiving(scope: StoreScope, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const page = await scope.records.retrieveMultiple({
    table: 'mailbox',
    columns: ['regardingobjectid', 'incomingemaildeliverymethod'],
    filter: { column: 'regardingobjectid', operator: 'in', value: ids },
  });
  const receiving = page.rows.filter((row) => (row.incomingemaildeliverymethod ?? 0) !== DeliveryMethod.none);
  return new Set(receiving.flatMap((row) => (row.regardingobjectid ? [row.regardingobjectid.id] : [])));
}
