/** Words of the sign-in page. */
export const signInText = {
  title: 'Sign in',
  withProvider: (name: string) => `Sign in with ${name}`,
  userName: 'User name or email address',
  password: 'Password',
  signIn: 'Sign in',
  useCode: 'Use a one-time code',
  usePassword: 'Use a password',
  code: 'One-time code',
  codeHint: 'The service prints one at its first start. Make another with: mailroom token create --sign-in',
  or: 'or',
  again: 'Your session has ended',
  againHint: 'Sign in to go on. What you were writing is still there.',
  elsewhere: 'The provider opens in another tab. Sign in there and come back.',
  missing: 'Fill this in.',
} as const;
