/** The flows of a mailbox that run by themselves (AR-08). */
export type FlowWork = 'incoming' | 'outgoing' | 'act';

/** The columns of `mailbox` in which each flow keeps its own switch, status, clock and count (AR-08). */
export const flowColumns = {
  incoming: {
    enabled: 'enabledforincomingemail',
    status: 'incomingemailstatus',
    postponedUntil: 'receivingpostponeduntil',
    failures: 'mr_incomingfailurecount',
    lastError: 'mr_incominglasterror',
    words: 'Incoming mail',
  },
  outgoing: {
    enabled: 'enabledforoutgoingemail',
    status: 'outgoingemailstatus',
    postponedUntil: 'postponesendinguntil',
    failures: 'mr_outgoingfailurecount',
    lastError: 'mr_outgoinglasterror',
    words: 'Outgoing mail',
  },
  act: {
    enabled: 'enabledforact',
    status: 'actstatus',
    postponedUntil: 'receivingpostponeduntilforact',
    failures: 'mr_actfailurecount',
    lastError: 'lastsyncerror',
    words: 'Appointments, contacts and tasks',
  },
} as const;
