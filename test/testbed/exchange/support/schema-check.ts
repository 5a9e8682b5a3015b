import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBinary } from '../../../../testbed/servers/find-binary.ts';

const schemaFolder = fileURLToPath(new URL('../../../../../shared/ews/', import.meta.url));

/** Why answers cannot be validated here; undefined when they can. */
export function whyNoSchemaCheck(): string | undefined {
  if (!existsSync(path.join(schemaFolder, 'ews-soap.xsd'))) return `the EWS schema files are not in ${schemaFolder}`;
  return findBinary('xmllint') === undefined ? 'xmllint is not installed (apt-get install libxml2-utils)' : undefined;
}

/** Collects SOAP messages and validates them all by one run of xmllint: compiling the schema is what costs. */
export class SchemaCheck {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'mailroom-ews-'));
  readonly #files: string[] = [];

  add(xml: string): void {
    const file = path.join(this.#folder, `${this.#files.length}.xml`);
    writeFileSync(file, xml);
    this.#files.push(file);
  }

  get size(): number {
    return this.#files.length;
  }

  /** What xmllint says of messages that are not valid, with those messages; empty when all are. `version` names a folder. */
  async problems(version = ''): Promise<string> {
    if (this.#files.length === 0) return '';
    const schema = path.join(schemaFolder, version, 'ews-soap.xsd');
    const child = spawn('xmllint', ['--nonet', '--huge', '--noout', '--schema', schema, ...this.#files]);
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk.toString('utf8');
    });
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return words
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith(' validates'))
      .join('\n');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
