import type { Contract } from '@typed-queue/contracts';
import { Command, Option } from 'commander';
import { contractFor } from '../connection/served-contract.js';
import { withClient, type Client } from '../connection/client.js';
import { readSettings } from '../connection/settings.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { Printer } from '../output/printer.js';
import { futureOption, timeText } from '../output/time.js';
import { addServerOptions } from '../server-options.js';
import { notEmpty } from '../not-empty.js';
import { expectedSeqOption, headerOption, publishOptionsOf } from './message-options.js';
import { argumentPayload } from './payload.js';
import { publishLines } from './publish-lines.js';
import type { Publishing, PubOptions } from './publishing.js';

const HELP = `
The payload is JSON: an argument, or with "-", or without one in a pipe, one payload a line on standard input. Lines are
published at the speed of the server, and at the end the number of stored messages is printed. A bad line is named by its
number and ends it: what was sent before is stored, and so may be some lines after it. With --keep-going only bad lines
are left out. Ctrl-C waits for the receipts of what was sent. Where lines have a field that identifies them,
--dedupe-field makes it safe to publish the same file again.

Without --contract the server alone checks payloads.

Examples:
  $ typed-queue pub orders placed '{"id":"o-1","total":42}'
  $ typed-queue pub orders cancelled '{"id":"o-1"}' --key o-1 --expected-seq 41
  $ typed-queue pub orders cancelled '{"id":"o-1"}' --deliver 2h
  $ typed-queue pub orders placed - --dedupe-field id < orders.ndjson
  $ jq -c '.[]' orders.json | typed-queue pub orders placed --key-field customer

Exit codes: 0 stored  3 no such queue or event  4 refused  5 no server  64 wrong usage  65 invalid message
            129, 130, 143 ended by a signal
`;

/** `typed-queue pub`. */
export const pubCommand = (machine: Machine, exit: (code: ExitCode) => void): Command => {
  const command = addMessageOptions(
    new Command('pub')
      .description('publishes a message, or one for each line of standard input')
      .argument('<queue>')
      .argument('<event>')
      .argument('[json]', 'the payload; "-": one a line on standard input'),
  )
    .option('--keep-going', 'leave bad lines out, and go on', false)
    .option(
      '--contract <module>',
      'check payloads by this contract before they are sent (CONTRACT)',
      notEmpty,
    );
  return addServerOptions(command, HELP).action(
    async (queue: string, event: string, json: string | undefined, options: PubOptions) => {
      exit(await pub({ queue, event, json, options }, machine));
    },
  );
};

const addMessageOptions = (command: Command): Command =>
  command
    .addOption(new Option('--key <key>', 'ordering key').conflicts('keyField'))
    .option('--key-field <name>', 'the field of each payload that is its ordering key')
    .addOption(new Option('--dedupe-key <key>', 'of one message: stored only once').conflicts('dedupeField'))
    .option('--dedupe-field <name>', 'the field of each payload that is its dedupe key')
    .option(
      '--expected-seq <seq>',
      'of one message: stored only if it is the last seq of the key, or without a key of the queue',
      expectedSeqOption,
    )
    .option(
      '--deliver <when>',
      'of one message: later, at a time (2027-01-31T10:00) or after how long (10m, 2h)',
    )
    .option('--header <name=value>', 'repeatable', headerOption);

interface PubArguments {
  readonly queue: string;
  readonly event: string;
  readonly json: string | undefined;
  readonly options: PubOptions;
}

const pub = async ({ queue, event, json, options }: PubArguments, machine: Machine): Promise<ExitCode> => {
  const printer = new Printer(options, machine);
  const payload = payloadOf(json, options, machine);
  const settings = await readSettings(options, machine);
  const contract = await contractFor(queue, settings, machine);
  refuseCall(contract, queue, event);
  const publishing = { queue, event, options, printer, settings };
  return withClient(
    settings,
    machine,
    (client) =>
      payload.kind === 'one'
        ? publishOne(client, payload.value, { ...publishing, now: machine.now() })
        : publishLines(client, publishing, machine),
    { contract },
  );
};

/** @throws CommandError for the name of a call */
const refuseCall = (contract: Contract, queue: string, event: string): void => {
  const definition = Object.hasOwn(contract, queue) ? contract[queue] : undefined;
  if (definition === undefined || !Object.hasOwn(definition.calls ?? {}, event)) return;
  const events = Object.keys(definition.events).join(', ') || 'none';
  const text =
    `"${event}" of "${queue}" is a call: a program makes it by queue.call('${queue}', '${event}', …). ` +
    `Events of "${queue}" that may be published: ${events}.`;
  throw new CommandError(EXIT.notFound, text);
};

type Payload = { readonly kind: 'one'; readonly value: unknown } | { readonly kind: 'lines' };

const payloadOf = (json: string | undefined, options: PubOptions, { stdin }: Machine): Payload => {
  const { dedupeKey, expectedSeq, deliver } = options;
  if (json === undefined && stdin.isTerminal)
    throw new CommandError(EXIT.usage, 'give the payload as JSON, or "-" and one payload a line');
  if (json === undefined || json === '-') {
    if (dedupeKey !== undefined)
      throw new CommandError(EXIT.usage, '--dedupe-key is for one message; for lines use --dedupe-field');
    if (expectedSeq !== undefined)
      throw new CommandError(EXIT.usage, '--expected-seq is for one message, and not for lines');
    if (deliver !== undefined)
      throw new CommandError(EXIT.usage, '--deliver is for one message, and not for lines');
    return { kind: 'lines' };
  }
  return { kind: 'one', value: argumentPayload(json) };
};

const publishOne = async (
  client: Client,
  payload: unknown,
  { queue, event, options, printer, settings, now }: Publishing & { readonly now: number },
): Promise<ExitCode> => {
  const { deliver } = options;
  const given = { ...publishOptionsOf(payload, options), signal: AbortSignal.timeout(settings.timeoutMs) };
  if (deliver !== undefined) {
    const deliverAt = futureOption('--deliver', deliver, now);
    const scheduled = await client.publish(queue, event, payload, { ...given, deliverAt });
    const text = `scheduled: ${queue} at ${timeText(scheduled.dueAt)} (${scheduled.id})`;
    printer.result(scheduled, text);
    return EXIT.done;
  }
  const receipt = await client.publish(queue, event, payload, given);
  const { seq, id, duplicate } = receipt;
  printer.result(receipt, `${duplicate ? 'was stored before' : 'stored'}: ${queue} ${seq} (${id})`);
  return EXIT.done;
};
