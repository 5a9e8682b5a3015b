/** Which rooms of `src` a room may import besides itself; the table of docs/architecture.md. */
export const allowedRooms: Readonly<Record<string, readonly string[]>> = {
  app: ['scheduler', 'pipelines', 'webapi', 'rules', 'connectors', 'store', 'formats', 'tables', 'contracts', 'base'],
  scheduler: ['pipelines', 'contracts', 'store', 'tables', 'base'],
  pipelines: ['contracts', 'formats', 'store', 'tables', 'base'],
  webapi: ['store', 'tables', 'base'],
  rules: ['contracts', 'formats', 'store', 'tables', 'base'],
  connectors: ['contracts', 'formats', 'base'],
  store: ['tables', 'base'],
  formats: ['contracts', 'base'],
  // The ground floor imports nothing outside itself; within it, all may use base (errors, clock), which uses nothing.
  tables: ['base'],
  contracts: ['base'],
  base: [],
};

/** The three pipelines; they do not know each other. */
export const pipelineNames = ['incoming', 'outgoing', 'synchronization'] as const;

/** Lines above which a file must be split. */
export const longestFile = 400;

/** Files of src/tables that the page may import as values: small, and nothing but numbers and names. */
export const adminValues = ['choices.ts', 'time-zones.ts'] as const;
