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
  missing: 'Fill this in.',
} as const;
