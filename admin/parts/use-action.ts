import { useCallback, useState } from 'react';

/** Runs what a control asks for and keeps what was refused. */
export interface Action {
  readonly isBusy: boolean;
  readonly problem: Error | undefined;
  /** Resolves to whether it succeeded; never rejects. */
  run(work: () => Promise<unknown>): Promise<boolean>;
}

/** The state of one control's work. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const run = useCallback(async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
      return true;
    } catch (thrown) {
      setProblem(thrown as Error);
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { isBusy, problem, run };
}
