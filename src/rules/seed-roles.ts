import { createHash } from 'node:crypto';
import { uuidOf } from '../base/uuid.ts';
import { bumpAccessStamp } from '../store/access-stamp.ts';
import type { StoreScope } from '../store/database.ts';
import { AccessRight } from '../tables/access-right.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { type DefaultRole, defaultRoles, systemAdministratorTemplate } from '../tables/default-roles.ts';
import { allPrivileges, type Privilege } from '../tables/privileges.ts';
import { depthInRole } from './role-privileges.ts';

/** Id of the row of a privilege, the same in every installation. */
export const privilegeId = (name: string): string => uuidOf(`privilege ${name}`);

/** Id of a role that every installation begins with. */
export const defaultRoleId = (name: string): string => uuidOf(`role ${name}`);

/** What seeding needs to know. */
export interface SeedRolesOptions {
  readonly organizationid: string;
  readonly businessunitid: string;
  /** Users who are System Administrators from the first start on. */
  readonly administrators: readonly string[];
}

/** Makes the privileges and, at the first start, the default roles; a release that knows new privileges gives them to the default roles that are still there. Does nothing when all is as this release wants it. */
export async function seedRoles(scope: StoreScope, options: SeedRolesOptions): Promise<void> {
  const privileges = allPrivileges();
  const wanted = createHash('sha256')
    .update(JSON.stringify([privileges, defaultRoles]))
    .digest('hex');
  const [seeded] = await scope.sql<{ value: string }>("select value from mr_serviceinfo where key = 'roles'");
  if (seeded?.value === wanted) return;
  const added = await addPrivileges(scope, privileges);
  if (seeded === undefined) await addRoles(scope, options);
  await addToRoles(scope, added);
  if (seeded === undefined) {
    const roleid = defaultRoleId(defaultRoles[0]?.name ?? '');
    await scope.records.createMany(
      'systemuserroles',
      options.administrators.map((systemuserid) => ({ systemuserid, roleid })),
      { onConflict: 'skip' },
    );
  }
  await scope.sql(
    `insert into mr_serviceinfo (key, value) values ('roles', $1) on conflict (key) do update set value = excluded.value`,
    [wanted],
  );
  await bumpAccessStamp(scope);
}

/** Adds rows for privileges that have none yet; returns these. */
async function addPrivileges(scope: StoreScope, privileges: readonly Privilege[]): Promise<readonly Privilege[]> {
  const made = await scope.records.createMany('privilege', privileges.map(privilegeRow), { onConflict: 'skip' });
  return privileges.filter((_privilege, index) => made[index]);
}

function privilegeRow({ name, right, depths }: Privilege): RecordOf<'privilege'> {
  return {
    privilegeid: privilegeId(name),
    name,
    accessright: right === undefined ? 0 : AccessRight[right],
    canbebasic: depths.includes('basic'),
    canbelocal: depths.includes('local'),
    canbedeep: depths.includes('deep'),
    canbeglobal: depths.includes('global'),
    canbeentityreference: false,
    canbeparententityreference: false,
  };
}

async function addRoles(scope: StoreScope, { organizationid, businessunitid }: SeedRolesOptions): Promise<void> {
  await scope.records.createMany('roletemplate', [
    { roletemplateid: systemAdministratorTemplate, name: 'System Administrator' },
  ]);
  await scope.records.createMany(
    'role',
    defaultRoles.map(({ name, description, templateId }) => ({
      roleid: defaultRoleId(name),
      roleidunique: defaultRoleId(name),
      name,
      description,
      businessunitid: { table: 'businessunit', id: businessunitid },
      organizationid,
      parentrootroleid: { table: 'role', id: defaultRoleId(name) },
      roletemplateid: templateId === undefined ? null : { table: 'roletemplate', id: templateId },
      canbedeleted: templateId === undefined,
      iscustomizable: templateId === undefined,
      issystemgenerated: true,
    })),
  );
}

async function addToRoles(scope: StoreScope, privileges: readonly Privilege[]): Promise<void> {
  const present = await scope.records.retrieveMultiple({
    table: 'role',
    columns: ['roleid'],
    filter: { column: 'roleid', operator: 'in', value: defaultRoles.map((role) => defaultRoleId(role.name)) },
  });
  const ids = new Set(present.rows.map((row) => row.roleid));
  const rows = defaultRoles
    .filter((role) => ids.has(defaultRoleId(role.name)))
    .flatMap((role) => privileges.flatMap((privilege) => rolePrivilege(role, privilege)));
  await scope.records.createMany('roleprivileges', rows, { onConflict: 'skip' });
}

function rolePrivilege(role: DefaultRole, privilege: Privilege): readonly RecordOf<'roleprivileges'>[] {
  const depth = depthInRole(role, privilege);
  if (depth === undefined) return [];
  return [{ roleid: defaultRoleId(role.name), privilegeid: privilegeId(privilege.name), privilegedepthmask: depth }];
}
