import type { RecordOf } from '../tables/catalog.ts';
import { AuthenticationProtocol, CredentialRetrieval, ServerType } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type Profile = RecordOf<'emailserverprofile'>;

/** What a write to an email server profile entails: chapter EP. */
export const profileRules: TableRules<'emailserverprofile'> = {
  async beforeCreate(context, values) {
    const row: Profile = {
      organizationid: { table: 'organization', id: context.settings.organizationid },
      ...mirrored(values),
    };
    checkProfile(context, row);
    return { ...row, ...secretFlags(values) };
  },
  async beforeUpdate(context, id, before, values) {
    checkOutgoingOnItsOwn(before, values);
    const changes = mirrored(values, before);
    checkProfile(context, { ...before, ...changes });
    await touchMailboxes(context, id);
    return { ...changes, ...secretFlags(values) };
  },
  async beforeDelete(context, id, before) {
    const used = await context.records.count('mailbox', { column: 'emailserverprofile', operator: 'eq', value: id });
    if (used > 0) {
      refuse(
        '8004F051',
        `Profile "${before.name}" is used by ${used} mailbox${used === 1 ? '' : 'es'} and cannot be deleted. Give these another profile first, or deactivate this one.`,
      );
    }
  },
};

const isExchange = (row: Profile): boolean =>
  row.servertype !== ServerType.pop3Smtp && row.servertype !== ServerType.imapSmtp;

/** EP-04 to EP-15 and the connection rules, in the order a reader of the form meets them. */
function checkProfile(context: RuleContext, row: Profile): void {
  const name = `Profile "${row.name ?? ''}"`;
  if (isExchange(row)) checkExchange(name, row);
  else checkPlainServer(name, row);
  checkLocations(name, row);
  checkGates(context, name, row);
}

function checkExchange(name: string, row: Profile): void {
  if (
    row.incomingcredentialretrieval === CredentialRetrieval.anonymous ||
    row.outgoingcredentialretrieval === CredentialRetrieval.anonymous
  ) {
    refuse('8005E203', `${name}: Exchange cannot be used without credentials. Choose another "authenticate using".`);
  }
  const location = row.defaultserverlocation || row.incomingserverlocation;
  if (row.useautodiscover && location)
    refuse(
      '8005E205',
      `${name}: with autodiscover the server location must be empty. Clear it, or switch autodiscover off.`,
    );
  if (!row.useautodiscover && !location)
    refuse(
      '8005E250',
      `${name}: the server location is empty. Enter the address of the Exchange server, or switch autodiscover on.`,
    );
  if (
    row.incominguseimpersonation &&
    row.incomingcredentialretrieval === CredentialRetrieval.profile &&
    !row.incomingpassword &&
    !row.isincomingpasswordset
  ) {
    refuse('8005E24E', `${name}: impersonation with the profile's credentials needs a password. Enter it.`);
  }
}

function checkPlainServer(name: string, row: Profile): void {
  if (row.useautodiscover)
    refuse(
      '8005E204',
      `${name}: autodiscover is for Exchange servers only. Switch it off and enter the server locations.`,
    );
  if (row.incominguseimpersonation || row.outgoinguseimpersonation) {
    refuse('8005E236', `${name}: impersonation is for Exchange servers only. Switch it off.`);
  }
  if (row.outgoingautograntdelegateaccess)
    refuse('8005E235', `${name}: delegate access is for Exchange servers only; SMTP has none. Switch it off.`);
  if (!row.incomingserverlocation)
    refuse(
      '8005E250',
      `${name}: the incoming server location is empty. Enter the host name of the POP3 or IMAP server.`,
    );
  if (!row.outgoingserverlocation)
    refuse('8005E250', `${name}: the outgoing server location is empty. Enter the host name of the SMTP server.`);
  const incoming = row.incomingcredentialretrieval ?? CredentialRetrieval.userOrQueue;
  if (incoming !== CredentialRetrieval.userOrQueue && incoming !== CredentialRetrieval.gmailOAuth) {
    refuse(
      '8005E214',
      `${name}: POP3 and IMAP take credentials given by the user or queue (0) or Gmail OAuth (5) for incoming mail. Choose one of these.`,
    );
  }
  for (const [word, protocol] of [
    ['incoming', row.incomingauthenticationprotocol],
    ['outgoing', row.outgoingauthenticationprotocol],
  ] as const) {
    if (protocol === AuthenticationProtocol.negotiate || protocol === AuthenticationProtocol.ntlm) {
      refuse(
        '8005E23C',
        `${name}: the ${word} authentication protocol must be auto-detect (0), Basic (3) or OAuth (4) for this kind of server.`,
      );
    }
  }
}

/** EP-11 and 8005E20A. */
function checkLocations(name: string, row: Profile): void {
  const sides = [
    ['incoming', row.incomingserverlocation, row.incomingusessl ?? true, '8005E240', '8005E23E'],
    ['outgoing', row.outgoingserverlocation, row.outgoingusessl ?? true, '8005E241', '8005E23F'],
    ['default', row.defaultserverlocation, row.incomingusessl ?? true, '8005E240', '8005E23E'],
  ] as const;
  for (const [word, location, ssl, httpCode, httpsCode] of sides) {
    if (!location) continue;
    if (/^http:\/\//i.test(location) && ssl)
      refuse(
        httpCode,
        `${name}: the ${word} server location begins with http:// while SSL is Yes. Write https:// or set SSL to No.`,
      );
    if (/^https:\/\//i.test(location) && !ssl)
      refuse(httpsCode, `${name}: the ${word} server location begins with https:// while SSL is No. Set SSL to Yes.`);
    const host = isExchange(row) ? location.replace(/^https?:\/\//i, '').replace(/[/?#].*$/s, '') : location;
    if (!/^(\[[0-9a-f:.]+\]|[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?)(:\d+)?$/iu.test(host)) {
      refuse(
        '8005E20A',
        `${name}: the ${word} server location "${location}" is not a host name. Enter one such as mail.example.com${isExchange(row) ? ' or https://mail.example.com/EWS/Exchange.asmx' : ', without a scheme or a path; the port has its own field'}.`,
      );
    }
  }
}

/** EP-07, EP-14: security gates of the organisation. */
function checkGates(context: RuleContext, name: string, row: Profile): void {
  const plain = row.incomingusessl === false || row.outgoingusessl === false;
  if (plain && !context.settings.gates.allowNonSsl) {
    refuse(
      '8005E234',
      `${name}: SSL is off, which this organisation does not allow. Set SSL to Yes, or have an administrator set organization.mr_allownonsslemail.`,
    );
  }
}

const outgoingColumns = [
  'outgoingcredentialretrieval',
  'outgoingusername',
  'outgoingpassword',
  'outgoingauthenticationprotocol',
  'outgoinguseimpersonation',
] as const;

/** EP-12, for Exchange types, where both directions are one server. */
function checkOutgoingOnItsOwn(before: Profile, values: Profile): void {
  const after = { ...before, ...values };
  if (!isExchange(after) || !(after.usesamesettingsforoutgoingconnections ?? true)) return;
  for (const column of outgoingColumns) {
    if (values[column] !== undefined && values[column] !== before[column]) {
      refuse(
        '8005E238',
        `Profile "${after.name}": ${column} cannot be set while "same settings for outgoing" is Yes. Set usesamesettingsforoutgoingconnections to false first.`,
      );
    }
  }
}

/** The outgoing settings follow the incoming ones where both are the same. */
function mirrored(values: Profile, before: Profile = {}): Profile {
  const after = { ...before, ...values };
  if (!isExchange(after) || !(after.usesamesettingsforoutgoingconnections ?? true)) return { ...values };
  const result: Profile = { ...values };
  if (values.incomingcredentialretrieval !== undefined)
    result.outgoingcredentialretrieval = values.incomingcredentialretrieval;
  if (values.incomingusername !== undefined) result.outgoingusername = values.incomingusername;
  if (values.incomingauthenticationprotocol !== undefined)
    result.outgoingauthenticationprotocol = values.incomingauthenticationprotocol;
  if (values.incominguseimpersonation !== undefined) result.outgoinguseimpersonation = values.incominguseimpersonation;
  return result;
}

/** EP-22: readers learn only that a secret is set. */
function secretFlags(values: Profile): Profile {
  const flags: Profile = {};
  if (values.incomingpassword !== undefined) flags.isincomingpasswordset = Boolean(values.incomingpassword);
  if (values.outgoingpassword !== undefined) flags.isoutgoingpasswordset = Boolean(values.outgoingpassword);
  return flags;
}

async function touchMailboxes(context: RuleContext, profileid: string): Promise<void> {
  const page = await context.records.retrieveMultiple({
    table: 'mailbox',
    columns: ['mailboxid'],
    filter: { column: 'emailserverprofile', operator: 'eq', value: profileid },
  });
  for (const row of page.rows) if (row.mailboxid) context.touchedMailboxes.add(row.mailboxid);
}
