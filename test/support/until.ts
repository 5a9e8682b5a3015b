/** Asks until the answer is yes; each question takes the database's time, and the test's limit ends it. */
export async function until(question: () => Promise<boolean>): Promise<void> {
  while (!(await question())) await new Promise((resolve) => setImmediate(resolve));
}
