import type { StandardSchemaV1 } from '@standard-schema/spec';
import { QueueError } from '@typed-queue/contracts';
import * as z from 'zod';

/** The variables of a program by name, each with its schema, which may transform and set defaults. */
export type EnvironmentSchema = Readonly<Record<string, StandardSchemaV1<unknown, unknown>>>;

export type Environment<S extends EnvironmentSchema> = {
  readonly [Name in keyof S]: StandardSchemaV1.InferOutput<S[Name]>;
};

interface Problem {
  readonly name: string;
  readonly message: string;
}

const SECRET = /TOKEN|SECRET|PASSWORD|URI|KEY/i;
const HIDDEN = '(hidden)';
const MAX_SHOWN = 200;

/** Hides secrets, and the credentials within URLs: the text is logged. */
const redact = (name: string, value: string | undefined, text: string): string =>
  (value !== undefined && SECRET.test(name) ? text.replaceAll(value, HIDDEN) : text).replace(
    /\/\/[^/\s"]*@/g,
    `//${HIDDEN}@`,
  );

const shown = (name: string, value: string | undefined): string => {
  if (value === undefined) return `${name} is not set`;
  if (SECRET.test(name)) return `${name}=${HIDDEN}`;
  const cut = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
  return `${name}=${redact(name, undefined, JSON.stringify(cut))}`;
};

/** What is wrong with one variable, in one line. */
const reasons = (
  name: string,
  value: string | undefined,
  issues: readonly StandardSchemaV1.Issue[],
): Problem => ({
  name,
  message: `${shown(name, value)}: ${redact(name, value, issues.map((issue) => issue.message).join('; '))}`,
});

/** An empty variable counts as not set. */
export const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/**
 * Reads the variables that a program knows; an empty one counts as not set. Others are ignored.
 * @returns the output of each schema under its variable's name, frozen.
 * @throws QueueError `config_invalid`: a line for each wrong variable with its value (unless it is a secret)
 * and what is wrong with it; `details.problems` holds the same as `{ name, message }`.
 */
export const parseEnvironment = <const S extends EnvironmentSchema>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): Environment<S> => {
  const problems: Problem[] = [];
  const values = Object.entries(schema).map(([name, variable]): [string, unknown] => {
    const value = isSet(env[name]) ? env[name] : undefined;
    const result = variable['~standard'].validate(value);
    if (result instanceof Promise) {
      throw new TypeError(`The schema of the variable ${name} must not validate asynchronously.`);
    }
    if (!result.issues) return [name, result.value];
    problems.push(reasons(name, value, result.issues));
    return [name, undefined];
  });
  if (problems.length > 0) {
    const lines = problems.map(({ message }) => `  ${message}`);
    throw new QueueError('config_invalid', `The environment is wrong:\n${lines.join('\n')}`, {
      details: { problems },
    });
  }
  // Each entry is the output of the schema of its name.
  return Object.freeze(Object.fromEntries(values) as Environment<S>);
};

/** A list in one variable, separated by commas. Spaces around items are ignored. */
export const commaSeparated = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
