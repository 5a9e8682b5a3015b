/** Words of the steps of a connection test. */
export const stepsText = {
  names: {
    validate: 'Check the settings',
    resolve: 'Find the server',
    discover: 'Ask where the server is',
    connect: 'Connect',
    secure: 'Encrypt the line',
    signin: 'Sign in',
    open: 'Open the mailbox',
    send: 'Send a test message',
  },
  good: 'done',
  bad: 'failed',
  server: 'The server said:',
  directions: { incoming: 'Incoming mail', outgoing: 'Outgoing mail', act: 'Appointments, contacts and tasks' },
} as const;
