import { auditFunction, auditValueFunction } from './audit-function.ts';
import { claimFunction } from './claim-function.ts';
import { eventFunction } from './event-triggers.ts';
import { handoverFunction } from './handover-journal.ts';

/** Tables of the engine that are no tables of the catalog, in the order in which they are made. */
export const internalSchema: readonly string[] = [
  `create table mr_blob (
  key text primary key,
  size integer not null,
  pieces uuid,
  packed integer[],
  source text,
  start integer,
  length integer,
  chars integer,
  lineend smallint,
  createdon timestamptz not null,
  check ((pieces is null) = (source is not null))
)`,
  `create table mr_blobpiece (
  blob uuid not null,
  number integer not null,
  bytes bytea not null,
  primary key (blob, number)
)`,
  // A piece stands in its row: it is never compressed nor moved elsewhere.
  'alter table mr_blobpiece alter column bytes set storage plain',
  'create index mr_blob_source on mr_blob (source) where source is not null',
  `create table mr_sighting (
  mailboxid uuid not null,
  serverid text not null,
  deletiondue boolean not null default false,
  fingerprint text,
  seenon timestamptz not null default now(),
  primary key (mailboxid, serverid)
)`,
  `create table mr_consent (
  mailboxid uuid primary key,
  accesstoken text not null,
  refreshtoken text,
  account text,
  issuedon timestamptz not null,
  expireson timestamptz not null,
  refreshinguntil timestamptz,
  refusedon timestamptz,
  refusal text
)`,
  'create index mr_sighting_due on mr_sighting (mailboxid, serverid) where deletiondue',
  `create table mr_mailboxlease (
  mailboxid uuid not null,
  work text not null,
  profileid uuid,
  dueon timestamptz,
  wakeon timestamptz,
  worker text,
  leaseuntil timestamptz,
  token bigint not null default 0,
  connections integer not null default 1,
  primary key (mailboxid, work)
) with (fillfactor = 70)`,
  'create index mr_mailboxlease_due on mr_mailboxlease (profileid, work, dueon) where dueon is not null',
  'create index mr_mailboxlease_leased on mr_mailboxlease (profileid, leaseuntil) where worker is not null',
  'create index mr_mailboxlease_next on mr_mailboxlease (work, dueon) where worker is null and dueon is not null',
  `create table mr_handover (
  emailid uuid primary key,
  mailboxid uuid not null,
  token bigint not null,
  begunon timestamptz not null,
  outcome json
) with (fillfactor = 50)`,
  `create table mr_sendallowance (
  profileid uuid primary key,
  minute timestamptz not null,
  used integer not null
) with (fillfactor = 50)`,
  `create table mr_tombstone (
  tablename text not null,
  id uuid not null,
  versionnumber bigint not null default nextval('mr_rowversion'),
  txid xid8 not null default pg_current_xact_id(),
  deletedon timestamptz not null,
  identity text,
  isoutgoing boolean,
  primary key (tablename, id)
)`,
  'create index mr_tombstone_change on mr_tombstone (txid, versionnumber)',
  'create index mr_tombstone_identity on mr_tombstone (identity) where identity is not null',
  `create table mr_awaitedmail (
  emailid uuid not null references email on delete cascade,
  messageid text not null,
  primary key (emailid, messageid)
)`,
  'create index mr_awaitedmail_messageid on mr_awaitedmail (messageid)',
  `create table mr_messagealias (
  messageid text not null,
  emailid uuid not null references email on delete cascade,
  primary key (messageid, emailid)
)`,
  'create index mr_messagealias_emailid on mr_messagealias (emailid)',
  `create table mr_token (
  tokenhash text primary key,
  systemuserid uuid not null,
  name text not null,
  kind text not null,
  expireson timestamptz,
  createdon timestamptz not null,
  usedon timestamptz,
  revokedon timestamptz
)`,
  `create table mr_credential (
  credentialid uuid primary key,
  systemuserid uuid not null,
  kind text not null,
  name text not null,
  hash text not null,
  hint text,
  createdon timestamptz not null,
  expireson timestamptz,
  usedon timestamptz,
  failures integer not null default 0,
  blockeduntil timestamptz
)`,
  `create unique index mr_credential_password on mr_credential (systemuserid) where kind = 'password'`,
  `create index mr_credential_secret on mr_credential (systemuserid) where kind = 'secret'`,
  `create table mr_cursor (
  mailboxid uuid not null,
  work text not null,
  name text not null,
  value text not null,
  primary key (mailboxid, work, name)
)`,
  `create table mr_folderitem (
  mailboxid uuid not null,
  folderid text not null,
  serverid text not null,
  identity text,
  emailid uuid references email on delete set null,
  issettled boolean not null,
  claimedon timestamptz not null,
  regardingtable text,
  regardingid uuid,
  appliedid uuid,
  goneon timestamptz,
  primary key (mailboxid, folderid, serverid)
)`,
  'create index mr_folderitem_email on mr_folderitem (emailid) where emailid is not null',
  `create table mr_mailmark (
  mailboxid uuid not null,
  identity text not null,
  serverid text not null,
  emailid uuid,
  state text not null,
  changedon timestamptz not null,
  primary key (mailboxid, identity)
)`,
  'create index mr_mailmark_server on mr_mailmark (mailboxid, serverid)',
  "create index mr_mailmark_due on mr_mailmark (mailboxid) where state = 'due'",
  `create table mr_upload (
  token text primary key,
  tablename text not null,
  recordid uuid,
  systemuserid uuid not null,
  createdon timestamptz not null
)`,
  `create table mr_uploadblock (
  token text not null references mr_upload on delete cascade,
  blockid text not null,
  size integer not null,
  body bytea not null,
  primary key (token, blockid)
)`,
  'alter table mr_uploadblock alter column body set storage external',
  `create table mr_watch (
  mailboxid uuid primary key,
  worker text not null,
  watcheduntil timestamptz not null,
  since timestamptz not null,
  listening boolean not null default false,
  trouble text
)`,
  'create index mr_watch_worker on mr_watch (worker)',
  `create table mr_serverpause (
  server text not null,
  name text not null,
  pauseduntil timestamptz not null,
  strikes integer not null,
  reason text not null,
  primary key (server, name)
)`,
  `create table mr_serviceinfo (
  key text primary key,
  value text not null
)`,
  eventFunction,
  handoverFunction,
  claimFunction,
  auditValueFunction,
  auditFunction,
];
