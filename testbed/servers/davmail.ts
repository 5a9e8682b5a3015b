import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinary } from './find-binary.ts';
import { freePorts } from './free-port.ts';

/** Ports of the protocols DavMail speaks, on 127.0.0.1. */
export interface DavmailPorts {
  readonly imap: number;
  readonly smtp: number;
  /** CalDAV and CardDAV. */
  readonly dav: number;
}

/** A running DavMail in front of an Exchange server; users sign in with their names and passwords there. */
export interface DavmailServer {
  readonly ports: DavmailPorts;
  /** What it wrote so far. */
  readLog(): Promise<string>;
  stop(): Promise<void>;
}

const jar = '/usr/share/davmail/davmail.jar';
const startBudgetMs = 60_000;

/** Starts DavMail (Debian: davmail-server) for the web services at `ewsUrl`; throws with its log when it does not come up. */
export async function startDavmail(ewsUrl: string): Promise<DavmailServer> {
  const java = findBinary('java');
  if (java === undefined) throw new Error('java is not installed; on Debian or Ubuntu: apt-get install davmail-server');
  const folder = await mkdtemp(join(tmpdir(), 'mailroom-davmail-'));
  for (let attempt = 1; ; attempt += 1) {
    const [imap = 0, smtp = 0, dav = 0] = await freePorts(3);
    const ports = { imap, smtp, dav };
    const settings = join(folder, 'davmail.properties');
    await writeFile(settings, settingsText(ewsUrl, ports, folder));
    const child = spawn(java, ['-Xmx256m', '-jar', jar, '-server', settings], { stdio: 'ignore' });
    const isUp = await answersAll(child, Object.values(ports));
    const readLog = (): Promise<string> => readFile(join(folder, 'davmail.log'), 'utf8').catch(() => '');
    if (isUp) return { ports, readLog, stop: () => end(child).then(() => remove(folder)) };
    await end(child);
    if (attempt < 3) continue;
    const log = await readLog();
    await remove(folder);
    throw new Error(`DavMail did not start. Its log:\n${log}`);
  }
}

function settingsText(ewsUrl: string, { imap, smtp, dav }: DavmailPorts, folder: string): string {
  return [
    'davmail.server=true',
    'davmail.mode=EWS',
    `davmail.url=${ewsUrl}`,
    `davmail.imapPort=${imap}`,
    `davmail.smtpPort=${smtp}`,
    `davmail.caldavPort=${dav}`,
    'davmail.popPort=',
    'davmail.ldapPort=',
    'davmail.bindAddress=127.0.0.1',
    'davmail.allowRemote=false',
    'davmail.disableUpdateCheck=true',
    'davmail.enableKeepAlive=false',
    'davmail.caldavPastDelay=0',
    'davmail.sentKeepDelay=0',
    'davmail.keepDelay=0',
    'davmail.imapAutoExpunge=true',
    'davmail.smtpSaveInSent=true',
    `davmail.logFilePath=${join(folder, 'davmail.log')}`,
    'log4j.rootLogger=WARN',
    'log4j.logger.davmail=INFO',
    'log4j.logger.httpclient.wire=WARN',
    'log4j.logger.org.apache.commons.httpclient=WARN',
    '',
  ].join('\n');
}

async function answersAll(child: ChildProcess, ports: readonly number[]): Promise<boolean> {
  const end = Date.now() + startBudgetMs;
  while (Date.now() < end && child.exitCode === null) {
    const answers = await Promise.all(ports.map(isListening));
    if (answers.every(Boolean)) return true;
    await delay(50);
  }
  return false;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
