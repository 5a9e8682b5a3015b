import { readFileSync } from 'node:fs';
import { MailroomError } from '../base/errors.ts';
import { type Config, configSchema, secretSettings } from './config-schema.ts';

/** A setting in force with where it came from; secrets masked. */
export interface ShownSetting {
  readonly name: string;
  readonly variable: string;
  readonly value: string;
  readonly source: 'environment' | 'file' | 'default';
  readonly meaning: string;
}

/** The configuration and how to show it. */
export interface LoadedConfig {
  readonly config: Config;
  readonly settings: readonly ShownSetting[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const settingNames = Object.keys(configSchema.shape) as (keyof Config)[];

/** A variable without a word in it counts as not set: files of variables are full of them. */
const isGiven = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';

const variableOf = (name: string): string =>
  `MAILROOM_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Variables that belong to the test suite or name the file, not the service. */
const otherVariables = new Set([
  'MAILROOM_CONFIG',
  'MAILROOM_REQUIRE_SERVERS',
  'MAILROOM_TEST_DATABASE_URL',
  'MAILROOM_TORTURE',
]);

/** Reads environment (it wins) and the JSON file named by MAILROOM_CONFIG. Throws MailroomError `mr_Configuration` that names every mistake with its remedy. */
export function loadConfig(environment: Environment = process.env): LoadedConfig {
  const file = readFile(environment.MAILROOM_CONFIG);
  const mistakes: string[] = [];
  for (const variable of Object.keys(environment)) {
    if (
      variable.startsWith('MAILROOM_') &&
      !otherVariables.has(variable) &&
      !settingNames.some((name) => variableOf(name) === variable)
    ) {
      mistakes.push(`${variable} is not a setting. Remove it; "mailroom config" lists the settings.`);
    }
  }
  const values: Record<string, unknown> = { ...file };
  for (const name of settingNames) {
    const text = environment[variableOf(name)];
    if (isGiven(text)) values[name] = text;
  }
  const parsed = configSchema.safeParse(values);
  if (!parsed.success) mistakes.push(...parsed.error.issues.map((issue) => sentenceFor(issue, environment)));
  if (mistakes.length > 0 || !parsed.success) {
    throw new MailroomError(
      `The configuration has ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}:\n  - ${mistakes.join('\n  - ')}`,
      {
        code: 'mr_Configuration',
        kind: 'configuration',
      },
    );
  }
  return { config: parsed.data, settings: settingNames.map((name) => shown(name, parsed.data, file, environment)) };
}

function readFile(path: string | undefined): Record<string, unknown> {
  if (!path) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error('it must hold one JSON object');
    return value as Record<string, unknown>;
  } catch (cause) {
    throw new MailroomError(
      `The configuration file ${path} (MAILROOM_CONFIG) cannot be read: ${cause instanceof Error ? cause.message : String(cause)}. Correct the file or unset MAILROOM_CONFIG.`,
      {
        code: 'mr_Configuration',
        kind: 'configuration',
        cause,
      },
    );
  }
}

function sentenceFor(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string; readonly keys?: unknown },
  environment: Environment,
): string {
  if (Array.isArray(issue.keys))
    return `The file ${environment.MAILROOM_CONFIG} has unknown names: ${issue.keys.join(', ')}. Known are: ${settingNames.join(', ')}.`;
  const name = String(issue.path[0] ?? '');
  const meaning = configSchema.shape[name as keyof Config]?.description ?? '';
  return `${variableOf(name)} (${name}) ${issue.message}. It is: ${meaning}.`;
}

function shown(
  name: keyof Config,
  config: Config,
  file: Record<string, unknown>,
  environment: Environment,
): ShownSetting {
  const value = config[name];
  const variable = variableOf(name);
  const text = value === undefined ? '(not set)' : secretSettings.has(name) ? '***' : String(value);
  const source = isGiven(environment[variable]) ? 'environment' : name in file ? 'file' : 'default';
  return { name, variable, value: text, source, meaning: configSchema.shape[name].description ?? '' };
}
