import { SaxesParser } from 'saxes';
import { MailroomError } from '../base/errors.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { RecordStore } from './record-store.ts';

/** The switches kept as XML in `organization.orgdborgsettings`, with the original's defaults (ST-30 to ST-63). */
const switchDefaults = {
  AutoCreateContactOnPromote: true,
  AutoTrackSentFolderItems: false,
  DoNotAutoTrackEmail: true,
  TrackCategorizedItems: true,
  IgnoreConversationIndexAndInReplyToForCorrelation: false,
  DoNotCorrelateForwardedEmailsAsReplies: false,
  MaximumSubjectLengthOnMailServer: 255,
  UseFilteringMethodOfSyncingMailboxOnlyForCorrelation: false,
  SSSForceFilteringMethodForUserMailboxes: false,
  DoNotIgnoreInternalEmailToQueues: true,
  IgnoreInternalEmailFromQueues: false,
  IgnoreInternalEmailDetectionEnhancement: true,
  ResolveForInactiveEntities: false,
  UnresolveSenderInCaseOfMultipleMatch: false,
  CreateQueueItemForSynchronizingMailbox: true,
  CreateQueueItemsForAcceptingQueueRecipients: true,
  SSSCreateAdditionalQueueItemsForAlreadyTrackedEmail: false,
  SSSSaveOutgoingEmailToExchangeSentFolder: true,
  EnableMailboxDelegationForOutgoingEmail: false,
  RestrictIRMEmailItems: false,
  DisableImplicitSharingOfCommunicationActivities: false,
  SSSUpdatePastMeetingsInNonDraftMode: false,
  SSSPropagateAppointmentCancellationsToExchange: false,
  TrackAppointmentsFromNonOrganizer: true,
  UseCrmOrganizerForEmptyExchangeOrganizer: false,
  AllowSaveAsDraftAppointment: false,
  /** AC-12: the original's default is false. */
  DistinctPhysicalAndLogicalDeletesForExchangeSync: true,
  /** 0 deletes the record, anything else keeps it without a link (TK-11). */
  SSSTaskDeletionSyncBehaviorFromExchange: 0,
  IgnoreCopiedItemsInSSSForMailbox: true,
  UsePlainTextForEmailTemplateBody: false,
  /** Ours: more deletions at once than this, and than the percentage, are asked about; 0 and 0 ask about each. */
  mr_ActMostDeletions: 25,
  mr_ActMostDeletionPercent: 30,
  /** Ours: more new items at once than this are asked about; 0 never asks. */
  mr_ActMostNewItems: 500,
  /** ST-07: the item in the former organizer's calendar is deleted when the organizer of an appointment changes (AA-20). */
  mr_DeleteAppointmentWhenOrganizerChanges: false,
  /** AA-33: an appointment that is tracked while its participants are busy here is not taken until somebody says so; the original always asks. */
  mr_ActChecksSchedulingConflicts: false,
  /** Ours: the first synchronisation of a mailbox waits until somebody says from when on records are carried. */
  mr_ActAsksForStart: true,
  /** Ours: an email also comes into the default queue of its owner (QU-03). */
  mr_RouteToOwnersQueue: false,
  /** Ours: users cannot change their filter option (PO-02). */
  mr_LockIncomingEmailFilteringMethod: false,
  /** Ours: delivery reports are noted at the email they are about (UD-04). */
  mr_LinkDeliveryReports: true,
  /** Ours: an email that reached nobody becomes Failed when its delivery reports say so (UD-04). */
  mr_SetFailedOnDeliveryReport: false,
  /** Ours: folders of queues' mailboxes can be tracked as well (FT-01, QU-10). */
  mr_TrackFoldersOfQueues: false,
  /** Ours: what a person sets as regarding stays, whatever folder the message lies in (FT-11). */
  mr_ManualRegardingWins: false,
} as const;

type Widen<T> = { -readonly [K in keyof T]: T[K] extends boolean ? boolean : number };

/** Names and values of the switches of `orgdborgsettings`. */
export type OrganizationSwitches = Readonly<Widen<typeof switchDefaults>>;

/** How the organisation wants mail treated: the columns and switches of chapter ST, defaults filled in. */
export interface OrganizationSettings {
  readonly organizationid: string;
  readonly name: string;
  readonly switches: OrganizationSwitches;
  /** ST-02 */
  readonly defaultProfile: EntityReference | null;
  /** ST-03: the numbers of the mailbox's delivery method columns. */
  readonly defaultDelivery: { readonly incoming: number; readonly outgoing: number; readonly act: number };
  /** ST-04, ST-05 */
  readonly requireApproval: { readonly users: boolean; readonly queues: boolean };
  /** ST-08 to ST-10 */
  readonly alerts: { readonly errors: boolean; readonly warnings: boolean; readonly information: boolean };
  /** ST-11: owners of mailboxes are told of errors by mail (AL-10). */
  readonly mailsAlerts: boolean;
  /** ST-12 */
  readonly allowUnresolvedRecipients: boolean;
  /** ST-13 */
  readonly unresolveOnMultipleMatch: boolean;
  /** ST-14 */
  readonly resolveSimilar: boolean;
  /** ST-15 */
  readonly correlationEnabled: boolean;
  /** ST-17 */
  readonly smartMatchingEnabled: boolean;
  /** ST-19: true ignores received copies of mail from a known user (the inverse of the page's switch). */
  readonly ignoreInternalEmail: boolean;
  /** ST-16, ST-23; prefixes holds the current one first, then the former ones (CO-17). */
  readonly token: {
    readonly enabled: boolean;
    readonly prefix: string;
    readonly prefixes: readonly string[];
    readonly userBase: number;
    readonly userDigits: number;
    readonly counterDigits: number;
  };
  /** ST-64 to ST-67 */
  readonly hash: {
    readonly filterKeywords: string;
    readonly maxCount: number;
    readonly minAddressCount: number;
    readonly deltaSubjectCount: number;
    /** Hashes older than this are not looked at, days (CO-39). */
    readonly horizonDays: number;
  };
  /** ST-21, bytes */
  readonly maxAttachmentBytes: number;
  /** ST-22, lower case without dot */
  readonly blockedExtensions: ReadonlySet<string>;
  /** Media types that attachments may not have, lower case (`allowedmimetypes`, where it is not empty, goes before). */
  readonly blockedTypes: ReadonlySet<string>;
  /** The only media types that attachments may have; empty where all may be. */
  readonly allowedTypes: ReadonlySet<string>;
  /** ST-18; rules a mailbox may have (FT-03). */
  readonly folderTracking: { readonly enabled: boolean; readonly mostRules: number };
  /** Name of the category that tracks, and marks what is tracked (CT-01). */
  readonly trackedCategory: string;
  /** The keyword that does the same over IMAP; none where it is not switched on. */
  readonly trackedKeyword: string | undefined;
  /** Seconds between two turns (SC-02, SC-03). */
  readonly incomingIntervalSeconds: number;
  readonly outgoingIntervalSeconds: number;
  /** Tries of one email before it fails for good, and the time between two, milliseconds (OU-11). */
  readonly sending: { readonly attempts: number; readonly retryDelayMs: number };
  /** Hours after which mail that cannot be sent is told to the mailbox's owner; 0 never (OU-04). */
  readonly waitingMailWarningHours: number;
  /** Answers to one address that a mailbox sends within an hour, at most; 0 without limit (PAIN-08). */
  readonly answersPerHour: number;
  /** Chapters AC to TK, as far as columns of the organisation say it. */
  readonly synchronization: {
    /** CC-08: the mailing address alone; otherwise business, home and other address. */
    readonly mailingAddressOnly: boolean;
    /** FM-A2 */
    readonly appointmentAttachments: boolean;
    /** TK-14 */
    readonly assignedTasks: boolean;
  };
  /** Order of the parts of full names: `fullnameconventioncode`, first, middle and last where nothing is set (FM-C16). */
  readonly fullNameConvention: number;
  /** Changes are audited. */
  readonly isAuditEnabled: boolean;
  /** AA-25: instances of recurring appointments exist from so many months back to so many ahead; so many are made with the write itself, so many at a time by the job. */
  readonly expansion: {
    readonly pastMonths: number;
    readonly futureMonths: number;
    readonly atOnce: number;
    readonly batch: number;
  };
  /** Why nothing may be exchanged with mail servers and webhooks (MG-06); undefined where all may. */
  readonly heldFor: string | undefined;
  /** Messages that a turn takes from an Exchange mailbox, at most (SC-08); undefined sets no limit of its own. */
  readonly exchangeBatchSize: number | undefined;
  /** MO-09: mailboxes whose turns are told in full at once, and turns of each, at most. */
  readonly verboseLogging: { readonly mostMailboxes: number; readonly mostTurns: number };
  /** ST-80 */
  readonly gates: { readonly allowNonSsl: boolean; readonly allowBasicOverPlain: boolean };
}

/** AT-03: what is blocked until an administrator says otherwise. */
export const defaultBlockedExtensions =
  'ade;adp;app;asa;ashx;asmx;asp;bas;bat;cdx;cer;chm;class;cmd;com;config;cpl;crt;csh;dll;exe;fxp;hlp;hta;htr;htw;ida;idc;idq;inf;ins;isp;its;jar;js;jse;ksh;lnk;mad;maf;mag;mam;maq;mar;mas;mat;mau;mav;maw;mda;mdb;mde;mdt;mdw;mdz;msc;msh;msh1;msh1xml;msh2;msh2xml;mshxml;msi;msp;mst;ops;pcd;pif;prf;prg;printer;pst;reg;rem;scf;scr;sct;shb;shs;shtm;shtml;soap;stm;svg;tmp;url;vb;vbe;vbs;vsmacros;vss;vst;vsw;ws;wsc;wsf;wsh';

/** CO-33: the default noise pattern of smart matching. */
export const defaultHashFilterKeywords = '^[\\s]*([\\w]+\\s?:[\\s]*)+';

/** The words of a list that commas, semicolons or blanks part, lower case. */
const words = (list: string): ReadonlySet<string> =>
  new Set(
    list
      .toLowerCase()
      .split(/[;,\s]+/)
      .filter(Boolean),
  );

/** Settings out of an organisation row; a value missing or unreadable takes the original's default. */
export function organizationSettings(row: RecordOf<'organization'>): OrganizationSettings {
  const prefix = row.trackingprefix || 'CRM:';
  const former = (row.mr_trackingprefixhistory ?? '').split('\n').filter((text) => text !== '' && text !== prefix);
  return {
    organizationid: row.organizationid ?? '',
    name: row.name ?? '',
    switches: readSwitches(row.orgdborgsettings ?? ''),
    defaultProfile: row.defaultemailserverprofileid ?? null,
    defaultDelivery: {
      incoming: row.mr_defaultincomingdeliverymethod ?? 2,
      outgoing: row.mr_defaultoutgoingdeliverymethod ?? 2,
      act: row.mr_defaultactdeliverymethod ?? 2,
    },
    requireApproval: {
      users: row.requireapprovalforuseremail ?? true,
      queues: row.requireapprovalforqueueemail ?? true,
    },
    alerts: {
      errors: row.generatealertsforerrors ?? true,
      warnings: row.generatealertsforwarnings ?? true,
      information: row.generatealertsforinformation ?? true,
    },
    mailsAlerts: row.notifymailboxownerofemailserverlevelalerts ?? false,
    allowUnresolvedRecipients: row.allowunresolvedpartiesonemailsend ?? false,
    unresolveOnMultipleMatch: row.unresolveemailaddressifmultiplematch ?? false,
    resolveSimilar: row.resolvesimilarunresolvedemailaddress ?? true,
    correlationEnabled: row.emailcorrelationenabled ?? true,
    smartMatchingEnabled: row.enablesmartmatching ?? false,
    ignoreInternalEmail: row.ignoreinternalemail ?? false,
    token: {
      enabled: row.mr_trackingtokenenabled ?? true,
      prefix,
      prefixes: [prefix, ...former],
      userBase: row.trackingtokenidbase ?? 0,
      userDigits: row.trackingtokeniddigits ?? 3,
      counterDigits: row.mr_trackingcounterdigits ?? 3,
    },
    hash: {
      filterKeywords: row.hashfilterkeywords || defaultHashFilterKeywords,
      maxCount: row.hashmaxcount ?? 20,
      minAddressCount: row.hashminaddresscount ?? 2,
      deltaSubjectCount: row.hashdeltasubjectcount ?? 0,
      horizonDays: row.mr_smartmatchingdays ?? 90,
    },
    maxAttachmentBytes: (row.mr_maximumattachmentsizekb ?? 5120) * 1024,
    blockedTypes: words(row.blockedmimetypes ?? ''),
    allowedTypes: words(row.allowedmimetypes ?? ''),
    blockedExtensions: words(row.blockedattachments ?? defaultBlockedExtensions),
    folderTracking: {
      enabled: row.isfolderbasedtrackingenabled ?? true,
      mostRules: row.maxfolderbasedtrackingmappings ?? 25,
    },
    trackedCategory: row.mr_trackedcategory || 'Tracked to Dynamics 365',
    trackedKeyword: row.mr_trackedkeyword || undefined,
    incomingIntervalSeconds: row.mr_mailpollingintervalseconds ?? 300,
    outgoingIntervalSeconds: row.mr_outgoingpollingintervalseconds ?? 300,
    sending: { attempts: row.mr_sendattempts ?? 10, retryDelayMs: (row.mr_sendretryseconds ?? 300) * 1000 },
    waitingMailWarningHours: row.mr_waitingmailwarninghours ?? 4,
    answersPerHour: row.mr_answersperhour ?? 100,
    synchronization: {
      mailingAddressOnly: row.iscontactmailingaddresssyncenabled ?? true,
      appointmentAttachments: row.isappointmentattachmentsyncenabled ?? false,
      assignedTasks: row.isassignedtaskssyncenabled ?? false,
    },
    fullNameConvention: row.fullnameconventioncode ?? 5,
    isAuditEnabled: row.isauditenabled ?? true,
    expansion: {
      pastMonths: row.pastexpansionwindow ?? 3,
      futureMonths: row.futureexpansionwindow ?? 12,
      atOnce: row.recurrenceexpansionsynchcreatemax ?? 15,
      batch: row.recurrenceexpansionjobbatchsize || 100,
    },
    exchangeBatchSize: row.incomingemailexchangeemailretrievalbatchsize ?? undefined,
    verboseLogging: {
      mostMailboxes: row.maxverboseloggingmailbox ?? 20,
      mostTurns: row.maxverboseloggingsynccycles ?? 100,
    },
    heldFor: row.mr_held === true ? row.mr_heldreason || 'An administrator holds it.' : undefined,
    gates: {
      allowNonSsl: row.mr_allownonsslemail ?? false,
      allowBasicOverPlain: row.mr_allowbasicauthenticationonnonsecurechannel ?? false,
    },
  };
}

/** The organisation's settings as stored now. Throws MailroomError `mr_OrganizationMissing` before the first start has made the organisation. */
export async function readOrganizationSettings(records: RecordStore): Promise<OrganizationSettings> {
  const page = await records.retrieveMultiple({ table: 'organization', limit: 1 });
  const row = page.rows[0];
  if (row === undefined) {
    throw new MailroomError(
      'The database holds no organisation yet. Start the service once ("mailroom start"), which makes it.',
      {
        code: 'mr_OrganizationMissing',
        kind: 'configuration',
      },
    );
  }
  return organizationSettings(row);
}

/** Reads `<OrgSettings><Name>value</Name>...</OrgSettings>`; names it does not know are left alone, XML it cannot read counts as empty. */
function readSwitches(xml: string): OrganizationSwitches {
  const found = new Map<string, string>();
  try {
    const parser = new SaxesParser();
    let open = '';
    parser.on('opentag', (tag) => {
      open = tag.name;
    });
    parser.on('text', (text) => {
      if (text.trim() !== '') found.set(open, text.trim());
    });
    if (xml.trim() !== '') parser.write(xml).close();
  } catch {
    found.clear();
  }
  const entries = Object.entries(switchDefaults).map(([name, fallback]) => {
    const text = found.get(name);
    if (text === undefined) return [name, fallback] as const;
    if (typeof fallback === 'number') return [name, Number.isFinite(Number(text)) ? Number(text) : fallback] as const;
    return [name, /^(true|1)$/i.test(text)] as const;
  });
  return Object.fromEntries(entries) as OrganizationSwitches;
}
