/** Lets whatever else waits for the processor go first, such as answers that have come: for work in pieces that nobody waits for. */
export const giveWay = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
