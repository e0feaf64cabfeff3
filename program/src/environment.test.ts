import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { parseEnvironment, type EnvironmentSchema } from './environment.js';
import { QueueError } from '@typed-queue/contracts';

const schema = {
  PORT: z.coerce.number('must be a number').int().max(65535, 'allowed: 0 to 65535').default(3333),
  FORMAT: z.enum(['pretty', 'json']).default('pretty'),
  API_TOKEN: z.string().min(8, 'must have at least 8 characters').optional(),
};

const problemOf = (
  variables: EnvironmentSchema,
  env: Readonly<Record<string, string | undefined>>,
): QueueError => {
  try {
    parseEnvironment(variables, env);
  } catch (error) {
    if (error instanceof QueueError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
};

describe('parseEnvironment', () => {
  it('transforms values and fills in defaults', () => {
    expect(parseEnvironment(schema, { PORT: '80', FORMAT: 'json', API_TOKEN: 'longenough' })).toEqual({
      PORT: 80,
      FORMAT: 'json',
      API_TOKEN: 'longenough',
    });
    expect(parseEnvironment(schema, {})).toEqual({ PORT: 3333, FORMAT: 'pretty', API_TOKEN: undefined });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(parseEnvironment(schema, { PORT: '', FORMAT: '', API_TOKEN: '' })).toEqual(
      parseEnvironment(schema, {}),
    );
  });

  it('ignores variables that the program does not know', () => {
    expect(Object.keys(parseEnvironment(schema, { HOME: '/root' }))).toEqual(Object.keys(schema));
  });

  it('returns a frozen object', () => {
    expect(Object.isFrozen(parseEnvironment(schema, {}))).toBe(true);
  });

  it('reports all problems together, with name, value and what is wrong', () => {
    const error = problemOf(schema, { PORT: '70000', FORMAT: 'xml' });
    expect(error.code).toBe('config_invalid');
    expect(error.message).toBe(
      [
        'The environment is wrong:',
        '  PORT="70000": allowed: 0 to 65535',
        '  FORMAT="xml": Invalid option: expected one of "pretty"|"json"',
      ].join('\n'),
    );
    expect(error.details).toEqual({
      problems: [
        { name: 'PORT', message: 'PORT="70000": allowed: 0 to 65535' },
        { name: 'FORMAT', message: 'FORMAT="xml": Invalid option: expected one of "pretty"|"json"' },
      ],
    });
  });

  it('says when a required variable is not set', () => {
    const required = { NAME: z.string('required: the name of the program') };
    expect(problemOf(required, {}).message).toContain('NAME is not set: required: the name of the program');
  });

  it.each(['API_TOKEN', 'JWT_SECRET', 'DB_PASSWORD', 'MONGODB_URI', 'PRIVATE_KEY', 'api_token'])(
    'hides the value of %s, in the reason too',
    (name) => {
      const leaky = z.string().refine(() => false, { error: (issue) => `"${String(issue.input)}" is wrong` });
      const { message, details } = problemOf({ [name]: leaky }, { [name]: 'hunter2' });
      expect(message).toContain(`${name}=(hidden): "(hidden)" is wrong`);
      expect(message + JSON.stringify(details)).not.toContain('hunter2');
    },
  );

  it('hides the credentials within a URL', () => {
    const { message } = problemOf({ WHERE: z.literal('x', 'wrong') }, { WHERE: 'ftp://me:hunter2@host/a' });
    expect(message).toContain('WHERE="ftp://(hidden)@host/a": wrong');
  });

  it('keeps a long or many-lined value within its line', () => {
    const { message } = problemOf({ WHERE: z.literal('x', 'wrong') }, { WHERE: `a\n${'b'.repeat(1000)}` });
    expect(message).toBe(`The environment is wrong:\n  WHERE="a\\n${'b'.repeat(198)}…": wrong`);
  });

  it('refuses a schema that validates asynchronously', () => {
    const later = { NAME: z.string().refine(async () => true) };
    expect(() => parseEnvironment(later, { NAME: 'x' })).toThrow('NAME must not validate asynchronously');
  });
});
