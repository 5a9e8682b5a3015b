/** Characters that a password must have; longer ones are what slows guessing down (NIST SP 800-63B 5.1.1). */
const fewest = 12;
const most = 256;

/** Why a password cannot be taken for a user of these names, as a sentence; undefined when it can. */
export function passwordProblem(password: string, names: readonly (string | null | undefined)[]): string | undefined {
  if (password.length < fewest) return `A password has at least ${fewest} characters. Choose a longer one.`;
  if (password.length > most) return `A password has at most ${most} characters. Choose a shorter one.`;
  if (new Set(password).size < 5) return 'A password has at least 5 different characters. Choose another one.';
  const lower = password.toLowerCase();
  const isName = names.some((name) => name != null && name.length >= 4 && lower.includes(name.toLowerCase()));
  return isName ? 'A password does not hold the name or address of its user. Choose another one.' : undefined;
}
