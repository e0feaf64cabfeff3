import { MAX_TIME_MS } from '@typed-queue/contracts/wire';
import { authenticationVariables, printable, rightsSchema } from '@typed-queue/program';
import { Command } from 'commander';
import * as z from 'zod';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { addOutputOptions, Printer, type OutputOptions } from '../output/printer.js';
import { futureOption } from '../output/time.js';
import { addAllowOption, ALLOW_HELP, rightsText, type RightsOptions } from './rights-option.js';

type Exit = (code: ExitCode) => void;

interface NewOptions extends OutputOptions, RightsOptions {
  readonly expires: string;
}

/** Of `token`. */
export const TOKEN_HELP = `
A JSON Web Token is signed with the secret of the server. For "new": JWT_SECRET, JWT_ISSUER and JWT_AUDIENCE (and
JWT_ALGORITHMS) as the server has them. Where it has JWT_JWKS_URL, the issuer makes the tokens.

Examples:
  $ typed-queue token new user-7 --allow feedback:publish=given --expires 10m
  $ typed-queue token show "$QUEUE_TOKEN"
`;

/** The verbs of `typed-queue token`. */
export const tokenCommands = (machine: Machine, exit: Exit): readonly Command[] => [
  addOutputOptions(
    addAllowOption(
      new Command('new')
        .description('makes a JSON Web Token')
        .argument('<subject>', 'whom it is for')
        .option('--expires <time>', 'a time, or after how long', '1h'),
    ),
  )
    .addHelpText('after', ALLOW_HELP + TOKEN_HELP)
    .action(async (subject: string, options: NewOptions) => exit(await make(subject, options, machine))),
  addOutputOptions(
    new Command('show')
      .description('shows what a JSON Web Token says; its signature is not checked')
      .argument('[token]', 'default: QUEUE_TOKEN'),
  )
    .addHelpText('after', TOKEN_HELP)
    .action(async (token: string | undefined, options: OutputOptions) =>
      exit(await show(token, options, machine)),
    ),
];

const make = async (subject: string, options: NewOptions, machine: Machine): Promise<ExitCode> => {
  if (subject === '')
    throw new CommandError(EXIT.usage, 'the subject is empty: the server refuses such a token');
  const { secret, issuer, audience, algorithm } = signingOf(machine);
  const { queues, models } = options.allow ?? { queues: {}, models: {} };
  const expiresAt = futureOption('--expires', options.expires, machine.now());
  const { SignJWT } = await import('jose');
  const token = await new SignJWT({ typed_queue: { queues, models } })
    .setProtectedHeader({ alg: algorithm })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(Math.floor(expiresAt / 1_000))
    .sign(new TextEncoder().encode(secret));
  new Printer(options, machine).result({ token, subject, expires: new Date(expiresAt).toISOString() }, token);
  return EXIT.done;
};

interface Signing {
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
  readonly algorithm: string;
}

const signingOf = ({ env, directory }: Machine): Signing => {
  const { JWT_SECRET = '', JWT_ISSUER = '', JWT_AUDIENCE = '', JWT_ALGORITHMS = 'HS256' } = env;
  const missing = Object.entries({ JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE })
    .filter(([, value]) => value === '')
    .map(([name]) => name);
  if (missing.length > 0)
    throw new CommandError(EXIT.config, `set ${missing.join(', ')}, with the values that the server has`);
  const checked = authenticationVariables(env, directory).JWT_SECRET.safeParse(JWT_SECRET);
  if (!checked.success) {
    const problems = checked.error.issues.map(({ message }) => message).join('; ');
    throw new CommandError(EXIT.config, `JWT_SECRET, which the server refuses: ${problems}`);
  }
  const [algorithm = 'HS256'] = JWT_ALGORITHMS.split(',');
  return { secret: JWT_SECRET, issuer: JWT_ISSUER, audience: JWT_AUDIENCE, algorithm: algorithm.trim() };
};

const claims = z.looseObject({
  sub: z.string().optional(),
  iss: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  exp: z
    .number()
    .max(MAX_TIME_MS / 1_000)
    .optional(),
  typed_queue: rightsSchema.optional(),
});

const show = async (
  given: string | undefined,
  options: OutputOptions,
  machine: Machine,
): Promise<ExitCode> => {
  const token = given ?? machine.env.QUEUE_TOKEN ?? '';
  if (token === '') throw new CommandError(EXIT.usage, 'give a token, or set QUEUE_TOKEN');
  const said = await claimsOf(token);
  const { sub = null, iss = null, aud = null, typed_queue: rights = null } = said;
  const object = { subject: sub, issuer: iss, audience: aud, expires: expiryOf(said), rights };
  new Printer(options, machine).result(object, textOf(said, machine.now()));
  return EXIT.done;
};

type Claims = z.output<typeof claims>;

const expiryOf = ({ exp }: Claims): string | null =>
  exp === undefined ? null : new Date(exp * 1_000).toISOString();

const REFUSED = 'none: the server refuses it';

const textOf = (said: Claims, now: number): string => {
  const { sub = REFUSED, iss = REFUSED, aud = REFUSED, exp = Infinity, typed_queue: rights } = said;
  return [
    `subject   ${sub}`,
    `issuer    ${iss}`,
    `audience  ${[aud].flat().join(', ')}`,
    `expires   ${expiryOf(said) ?? REFUSED}${exp * 1_000 <= now ? ' (expired)' : ''}`,
    `rights    ${rights === undefined ? REFUSED : rightsText(rights)}`,
  ]
    .map(printable)
    .join('\n');
};

const claimsOf = async (token: string): Promise<Claims> => {
  const { decodeJwt } = await import('jose');
  let decoded: unknown;
  try {
    decoded = decodeJwt(token);
  } catch {
    throw new CommandError(
      EXIT.data,
      'it is no JSON Web Token; the rights of a key are in the keys file: keys list',
    );
  }
  const parsed = claims.safeParse(decoded);
  if (parsed.success) return parsed.data;
  throw new CommandError(EXIT.data, `its claims are wrong: ${z.prettifyError(parsed.error)}`);
};
