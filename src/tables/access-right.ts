/** Rights to one row, as Dataverse numbers them (`AccessRights`, `accessrightsmask`). */
export const AccessRight = { read: 1, write: 2, append: 4, appendTo: 16, create: 32, delete: 65536, share: 262144, assign: 524288 } as const;

/** Name of a right to rows. */
export type RightName = keyof typeof AccessRight;

/** How far a privilege reaches (`privilegedepthmask`): own rows, those of the own business unit, of it and the units below it, all. */
export const PrivilegeDepth = { basic: 1, local: 2, deep: 4, global: 8 } as const;

/** Name of a depth. */
export type DepthName = keyof typeof PrivilegeDepth;
