/** Lets a command outlive who reads its output (`mailroom status | head -1`): what it began is done and closed in order, unread. Throws what else goes wrong with writing, such as a full disk. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
