/** email.statuscode with the state each belongs to (OU 21.1). */
export const EmailStatus = { draft: 1, completed: 2, sent: 3, received: 4, canceled: 5, pendingSend: 6, sending: 7, failed: 8 } as const;

/** email.statecode */
export const EmailState = { open: 0, completed: 1, canceled: 2 } as const;

/** The state that a status belongs to. */
export const emailStateOf: Readonly<Record<number, number>> = { 1: 0, 8: 0, 2: 1, 3: 1, 4: 1, 6: 1, 7: 1, 5: 2 };

/** email.correlationmethod (CO-01) */
export const CorrelationMethod = { none: 0, skipped: 1, xHeader: 2, inReplyTo: 3, trackingToken: 4, conversationIndex: 5, smartMatching: 6, custom: 7 } as const;

/** email.notifications (IN-45) */
export const EmailNotification = { none: 0, attachmentsDropped: 1, bodyTruncated: 2 } as const;

/** email.mr_sendoutcome */
export const SendOutcome = { notSent: 100000000, waiting: 100000001, accepted: 100000002, partly: 100000003, refused: 100000004, uncertain: 100000005 } as const;

/** activityparty.participationtypemask (FM-S5) */
export const PartyMask = { from: 1, to: 2, cc: 3, bcc: 4, required: 5, optional: 6, organizer: 7, regarding: 8, owner: 9, resource: 10, customer: 11 } as const;

/** activityparty.mr_deliverystatus */
export const DeliveryStatus = { notSent: 100000000, accepted: 100000001, rejected: 100000002, deferred: 100000003, uncertain: 100000004, bounced: 100000005 } as const;

/** usersettings.incomingemailfilteringmethod, queue.incomingemailfilteringmethod (IN-10) */
export const FilterOption = { all: 0, inResponse: 1, fromPeople: 2, fromEmailEnabled: 3, none: 4 } as const;

/** mailbox.incomingemaildeliverymethod and outgoingemaildeliverymethod */
export const DeliveryMethod = { none: 0, outlook: 1, serverSide: 2, forward: 3 } as const;

/** mailbox.actdeliverymethod */
export const ActDeliveryMethod = { outlook: 0, serverSide: 1, none: 2 } as const;

/** mailbox.incomingemailstatus, outgoingemailstatus, actstatus, mailboxstatus */
export const MailboxStatus = { notRun: 0, success: 1, failure: 2 } as const;

/** mailbox.emailrouteraccessapproval (AP) */
export const Approval = { empty: 0, approved: 1, pending: 2, rejected: 3 } as const;

/** emailserverprofile.servertype */
export const ServerType = { exchangeServer: 0, pop3Smtp: 1, exchangeHybrid: 2, exchangeOnlineHybrid: 3, imapSmtp: 4 } as const;

/** emailserverprofile.incomingcredentialretrieval, outgoingcredentialretrieval */
export const CredentialRetrieval = { userOrQueue: 0, profile: 1, serverToServer: 2, windowsIntegrated: 3, anonymous: 4, gmailOAuth: 5, hybridModernAuth: 6, oauthApp: 7 } as const;

/** emailserverprofile.incomingauthenticationprotocol, outgoingauthenticationprotocol */
export const AuthenticationProtocol = { autoDetect: 0, negotiate: 1, ntlm: 2, basic: 3, oauth: 4 } as const;

/** emailserverprofile.mr_incomingsecurity, mr_outgoingsecurity */
export const SecurityChoice = { byPort: 100000000, tls: 100000001, starttls: 100000002 } as const;

/** tracelog.level (AL-01) */
export const TraceLevel = { information: 1, warning: 2, error: 3 } as const;

/** mr_maildecision.mr_verdict */
export const MailVerdict = { tracked: 100000000, notTracked: 100000001, alreadyTracked: 100000002, quarantined: 100000003, retry: 100000004 } as const;

/** mr_quarantine.mr_status */
export const QuarantineStatus = { retrying: 100000000, held: 100000001, releaseAsked: 100000002, released: 100000003, discarded: 100000004 } as const;

/** Choices of `mr_delivery.mr_event`. */
export const WebhookEvent = { create: 100000000, update: 100000001, delete: 100000002, test: 100000003 } as const;

/** Choices of `mr_delivery.mr_status`. */
export const WebhookDelivery = { waiting: 100000000, delivered: 100000001, givenUp: 100000002, notWanted: 100000003 } as const;

/** mailbox.mr_revisitkind */
export const RevisitKind = { backfill: 100000000, reevaluation: 100000001 } as const;

/** Choices of two rows: statecode of configuration tables. */
export const RecordState = { active: 0, inactive: 1 } as const;

/** queue.queueviewtype */
export const QueueViewType = { public: 0, private: 1 } as const;
