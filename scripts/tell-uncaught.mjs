// Loaded into every test process: an error outside of any test ends the file, and node:test does not say which it was.
process.on('uncaughtExceptionMonitor', (error, origin) => {
  process.stderr.write(`${origin}: ${error?.stack ?? error}\n`);
});
