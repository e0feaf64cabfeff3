import { messageOf } from '@typed-queue/program';
import { RULES, type Rule } from '@typed-queue/contracts/compatibility';
import { resolve } from 'node:path';
import * as z from 'zod';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import type { Finding } from './finding.js';

const rules = Object.keys(RULES) as [Rule, ...Rule[]];

const waiver = z.strictObject({
  rule: z.enum(rules),
  queue: z.string().optional(),
  event: z.string().optional(),
  failure: z.string().optional(),
  pointer: z.string().optional(),
  direction: z.enum(['backward', 'forward']).optional(),
  against: z.string().optional(),
  reason: z.string().trim().min(1, 'expected a reason'),
});

/** Accepts every finding that has all that it names. */
export type Waiver = z.output<typeof waiver>;

/**
 * Reads a file of waivers: `{ "waivers": [{ "rule", "queue", "event", "pointer", "reason" … }] }`.
 * @throws CommandError naming what is wrong
 */
export const readWaivers = async (file: string | undefined, machine: Machine): Promise<readonly Waiver[]> => {
  if (file === undefined) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(await machine.fs.readFile(resolve(machine.directory, file), 'utf8'));
  } catch (error) {
    throw new CommandError(EXIT.input, `${file} cannot be read: ${messageOf(error)}`);
  }
  const read = z.strictObject({ waivers: z.array(waiver) }).safeParse(parsed);
  if (read.success) return read.data.waivers;
  const issues = read.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw new CommandError(EXIT.input, `${file}: ${issues.join('; ')}`);
};

export const isWaivedBy = (finding: Finding, { rule, reason: _reason, ...named }: Waiver): boolean =>
  finding.rule === rule &&
  Object.entries(named).every(
    ([field, value]) => value === undefined || finding[field as keyof typeof named] === value,
  );
