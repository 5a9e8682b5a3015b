import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultHashFilterKeywords,
  type OrganizationSettings,
  organizationSettings,
} from '../../src/store/organization-settings.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';

type Row = RecordOf<'organization'>;
/** A rule, what is looked at, its default, and a row that makes it something else. */
type Case = readonly [
  rule: string,
  read: (settings: OrganizationSettings) => unknown,
  fallback: unknown,
  row: Row,
  set: unknown,
];

const xml = (name: string, value: string | number | boolean): Row => ({
  orgdborgsettings: `<OrgSettings><Other>1</Other><${name}>${value}</${name}></OrgSettings>`,
});
const flag = (rule: string, name: keyof OrganizationSettings['switches'], fallback: boolean): Case => [
  `${rule} ${name}`,
  (settings) => settings.switches[name],
  fallback,
  xml(name, !fallback),
  !fallback,
];

const cases: readonly Case[] = [
  [
    'ST-02',
    (s) => s.defaultProfile,
    null,
    { defaultemailserverprofileid: { table: 'emailserverprofile', id: 'p' } },
    { table: 'emailserverprofile', id: 'p' },
  ],
  ['ST-03', (s) => s.defaultDelivery.incoming, 2, { mr_defaultincomingdeliverymethod: 0 }, 0],
  ['ST-04', (s) => s.requireApproval.users, true, { requireapprovalforuseremail: false }, false],
  ['ST-05', (s) => s.requireApproval.queues, true, { requireapprovalforqueueemail: false }, false],
  ['ST-08', (s) => s.alerts.errors, true, { generatealertsforerrors: false }, false],
  ['ST-09', (s) => s.alerts.warnings, true, { generatealertsforwarnings: false }, false],
  ['ST-10', (s) => s.alerts.information, true, { generatealertsforinformation: false }, false],
  ['ST-12', (s) => s.allowUnresolvedRecipients, false, { allowunresolvedpartiesonemailsend: true }, true],
  ['ST-13', (s) => s.unresolveOnMultipleMatch, false, { unresolveemailaddressifmultiplematch: true }, true],
  ['ST-14', (s) => s.resolveSimilar, true, { resolvesimilarunresolvedemailaddress: false }, false],
  ['ST-15', (s) => s.correlationEnabled, true, { emailcorrelationenabled: false }, false],
  ['ST-16', (s) => s.token.enabled, true, { mr_trackingtokenenabled: false }, false],
  ['ST-17', (s) => s.smartMatchingEnabled, false, { enablesmartmatching: true }, true],
  ['ST-18', (s) => s.folderTracking.enabled, true, { isfolderbasedtrackingenabled: false }, false],
  ['ST-19 (inverse)', (s) => s.ignoreInternalEmail, false, { ignoreinternalemail: true }, true],
  ['ST-21', (s) => s.maxAttachmentBytes, 5120 * 1024, { mr_maximumattachmentsizekb: 131_072 }, 131_072 * 1024],
  ['ST-22', (s) => s.blockedExtensions.has('exe'), true, { blockedattachments: 'VBS; scr' }, false],
  ['ST-23 prefix', (s) => s.token.prefix, 'CRM:', { trackingprefix: 'MR:' }, 'MR:'],
  ['ST-23 base', (s) => s.token.userBase, 0, { trackingtokenidbase: 7 }, 7],
  ['ST-23 user', (s) => s.token.userDigits, 3, { trackingtokeniddigits: 5 }, 5],
  ['ST-23 counter', (s) => s.token.counterDigits, 3, { mr_trackingcounterdigits: 6 }, 6],
  flag('ST-06, ST-20', 'RestrictIRMEmailItems', false),
  flag('ST-30', 'AutoCreateContactOnPromote', true),
  flag('ST-31', 'AutoTrackSentFolderItems', false),
  flag('ST-32', 'DoNotAutoTrackEmail', true),
  flag('ST-33', 'TrackCategorizedItems', true),
  flag('ST-34', 'IgnoreConversationIndexAndInReplyToForCorrelation', false),
  flag('ST-35', 'DoNotCorrelateForwardedEmailsAsReplies', false),
  ['ST-36', (s) => s.switches.MaximumSubjectLengthOnMailServer, 255, xml('MaximumSubjectLengthOnMailServer', 100), 100],
  flag('ST-37', 'UseFilteringMethodOfSyncingMailboxOnlyForCorrelation', false),
  flag('ST-38', 'SSSForceFilteringMethodForUserMailboxes', false),
  flag('ST-39', 'DoNotIgnoreInternalEmailToQueues', true),
  flag('ST-40', 'IgnoreInternalEmailFromQueues', false),
  flag('ST-41', 'IgnoreInternalEmailDetectionEnhancement', true),
  flag('ST-42', 'ResolveForInactiveEntities', false),
  flag('ST-43', 'UnresolveSenderInCaseOfMultipleMatch', false),
  flag('ST-44', 'CreateQueueItemForSynchronizingMailbox', true),
  flag('ST-45', 'CreateQueueItemsForAcceptingQueueRecipients', true),
  flag('ST-46', 'SSSCreateAdditionalQueueItemsForAlreadyTrackedEmail', false),
  flag('ST-47', 'SSSSaveOutgoingEmailToExchangeSentFolder', true),
  flag('ST-48', 'EnableMailboxDelegationForOutgoingEmail', false),
  flag('ST-49', 'SSSUpdatePastMeetingsInNonDraftMode', false),
  flag('ST-50', 'SSSPropagateAppointmentCancellationsToExchange', false),
  flag('ST-51', 'TrackAppointmentsFromNonOrganizer', true),
  flag('ST-52', 'UseCrmOrganizerForEmptyExchangeOrganizer', false),
  flag('ST-53', 'AllowSaveAsDraftAppointment', false),
  flag('ST-54 (ours differs, see AC-12)', 'DistinctPhysicalAndLogicalDeletesForExchangeSync', true),
  flag('ST-56', 'IgnoreCopiedItemsInSSSForMailbox', true),
  flag('ST-60', 'DisableImplicitSharingOfCommunicationActivities', false),
  flag('ST-63', 'UsePlainTextForEmailTemplateBody', false),
  ['ST-64', (s) => s.hash.filterKeywords, defaultHashFilterKeywords, { hashfilterkeywords: '^X' }, '^X'],
  ['ST-65', (s) => s.hash.maxCount, 20, { hashmaxcount: 5 }, 5],
  ['ST-66', (s) => s.hash.minAddressCount, 2, { hashminaddresscount: 3 }, 3],
  ['ST-67', (s) => s.hash.deltaSubjectCount, 0, { hashdeltasubjectcount: 1 }, 1],
  ['ST-80', (s) => s.gates.allowNonSsl, false, { mr_allownonsslemail: true }, true],
  ['ST-80', (s) => s.gates.allowBasicOverPlain, false, { mr_allowbasicauthenticationonnonsecurechannel: true }, true],
  ['ST-82', (s) => s.folderTracking.mostRules, 25, { maxfolderbasedtrackingmappings: 3 }, 3],
  ['ST-82', (s) => s.synchronization.appointmentAttachments, false, { isappointmentattachmentsyncenabled: true }, true],
  ['ST-82', (s) => s.synchronization.assignedTasks, false, { isassignedtaskssyncenabled: true }, true],
  ['ST-82', (s) => s.synchronization.mailingAddressOnly, true, { iscontactmailingaddresssyncenabled: false }, false],
];

for (const [rule, read, fallback, row, set] of cases) {
  test(`${rule}: the original's default, and what the organisation sets`, () => {
    assert.deepEqual(read(organizationSettings({})), fallback);
    assert.deepEqual(read(organizationSettings(row)), set);
  });
}

test('switches in XML that cannot be read, and values that are none, take the defaults', () => {
  for (const orgdborgsettings of ['<OrgSettings><ResolveForInactiveEntities>true', 'no xml', '<a/>'])
    assert.equal(organizationSettings({ orgdborgsettings }).switches.ResolveForInactiveEntities, false);
  assert.equal(
    organizationSettings(xml('MaximumSubjectLengthOnMailServer', 'long')).switches.MaximumSubjectLengthOnMailServer,
    255,
  );
});
