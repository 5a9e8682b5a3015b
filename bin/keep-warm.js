import v8 from 'node:v8';

/** How long the process rests before V8 shrinks its heap, milliseconds; V8's own value is 8,000. */
const restMs = 600_000;

// When it shrinks the heap, V8 collects shapes of objects that nothing holds at the moment, and with them the compiled code that rests on
// them: a service that has something to do every few minutes compiled the same code again and again.
v8.setFlagsFromString(`--gc-memory-reducer-start-delay-ms=${restMs}`);
