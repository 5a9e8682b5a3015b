import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinary } from './find-binary.ts';
import { freePort } from './free-port.ts';

/** A running smtp-sink of Postfix: takes every message and throws it away. */
export interface SmtpSink {
  readonly port: number;
  stop(): Promise<void>;
}

const attempts = 5;

/** Starts smtp-sink on a free port of 127.0.0.1 (any user may); `options` are further arguments, see smtp-sink(1). */
export async function startSmtpSink(options: readonly string[] = []): Promise<SmtpSink> {
  const program = findBinary('smtp-sink');
  if (program === undefined)
    throw new Error('smtp-sink is not installed; on Debian or Ubuntu: apt-get install postfix');
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const port = await freePort();
    const unprivileged = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const child = spawn(program, [...unprivileged, ...options, `127.0.0.1:${port}`, '100'], { stdio: 'ignore' });
    if (await isListening(child, port)) return { port, stop: () => stop(child) };
    await stop(child);
  }
  throw new Error(`smtp-sink did not start in ${attempts} attempts.`);
}

async function isListening(child: ChildProcess, port: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    if (await answers(port)) return true;
    await delay(20);
  }
  return false;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
