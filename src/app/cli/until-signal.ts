/** Resolves at SIGINT or SIGTERM, or after `afterMs` milliseconds when given. A second signal ends the process at once. */
export function untilSignal(afterMs?: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = afterMs === undefined ? undefined : setTimeout(resolve, afterMs);
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(130);
      asked = true;
      clearTimeout(timer);
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
