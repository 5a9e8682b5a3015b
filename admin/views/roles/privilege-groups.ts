import { rolesText } from '../../text/roles.ts';

/** A privilege as it is read. */
export interface Privilege {
  readonly privilegeid: string;
  readonly name: string;
  readonly canbebasic: boolean;
  readonly canbelocal: boolean;
  readonly canbedeep: boolean;
  readonly canbeglobal: boolean;
}

/** A right to the rows of a table, in the order of the columns. */
export type Right = keyof typeof rolesText.rights;

/** How far a privilege reaches: the numbers of `privilegedepthmask`, 0 for not at all. */
export type Depth = keyof typeof rolesText.depths;

/** The rights to one table. */
export interface TablePrivileges {
  readonly noun: string;
  readonly label: string;
  readonly byRight: Readonly<Partial<Record<Right, Privilege>>>;
}

/** Depths as the Web API names them. */
export const depthNames: Readonly<Record<Depth, string>> = { 0: '', 1: 'Basic', 2: 'Local', 4: 'Deep', 8: 'Global' };

/** The rights in the order of the columns. */
export const rights = Object.keys(rolesText.rights) as readonly Right[];

const verbs: Readonly<Record<string, Right>> = {
  Create: 'create',
  Read: 'read',
  Write: 'write',
  Delete: 'delete',
  AppendTo: 'appendTo',
  Append: 'append',
  Assign: 'assign',
  Share: 'share',
};

/** Privileges parted into the rights to tables, by the table's label, and the special ones. */
export function groupPrivileges(privileges: readonly Privilege[]): {
  readonly tables: readonly TablePrivileges[];
  readonly special: readonly Privilege[];
} {
  const tables = new Map<string, Partial<Record<Right, Privilege>>>();
  const special: Privilege[] = [];
  for (const privilege of privileges) {
    const [, verb = '', noun = ''] =
      /^prv(Create|Read|Write|Delete|AppendTo|Append|Assign|Share)(.+)$/.exec(privilege.name) ?? [];
    const right = verbs[verb];
    if (right === undefined || privilege.name in rolesText.specials) {
      special.push(privilege);
      continue;
    }
    const row = tables.get(noun) ?? {};
    row[right] = privilege;
    tables.set(noun, row);
  }
  return {
    tables: [...tables]
      .map(([noun, byRight]) => ({ noun, label: rolesText.tables[noun] ?? noun, byRight }))
      .sort((a, b) => a.label.localeCompare(b.label)),
    special,
  };
}

/** The depths that a privilege can have, none first. */
export function depthsOf(privilege: Privilege): readonly Depth[] {
  return [
    0,
    ...(privilege.canbebasic ? ([1] as const) : []),
    ...(privilege.canbelocal ? ([2] as const) : []),
    ...(privilege.canbedeep ? ([4] as const) : []),
    ...(privilege.canbeglobal ? ([8] as const) : []),
  ];
}

/** The depth that follows one in a privilege's circle. */
export function nextDepth(privilege: Privilege, depth: Depth): Depth {
  const depths = depthsOf(privilege);
  return depths[(depths.indexOf(depth) + 1) % depths.length] ?? 0;
}

/** The deepest depth of a privilege that is not beyond `depth`. */
export function atMost(privilege: Privilege, depth: Depth): Depth {
  return depthsOf(privilege).findLast((one) => one <= depth) ?? 0;
}
