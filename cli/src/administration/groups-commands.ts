import { QueueError, type GroupStatus } from '@typed-queue/contracts';
import { STARTS } from '@typed-queue/program';
import { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { countText, durationText } from '../output/quantity.js';
import { startOption } from '../output/time.js';
import { addServerOptions } from '../server-options.js';
import { addYesOption, operate, type Operation, type OperatorOptions } from './operation.js';

/** Of `groups` and `groups list`. */
export const GROUPS_HELP = `
LAG: messages that were never delivered. UNSETTLED: those and the delivered ones that are not settled.
AGE: of the oldest unsettled message. POSITION: everything below it is settled.

Examples:
  $ typed-queue groups list orders
  $ typed-queue groups pause orders billing
  $ typed-queue groups seek orders billing 2h
`;

const HEADINGS = [
  ...['QUEUE', 'GROUP', 'STATE', 'MEMBERS', 'POSITION', 'LAG', 'UNSETTLED', 'AGE', 'DEAD LETTERS'],
];

const stateOf = ({ paused, stalled, members }: GroupStatus): string => {
  if (paused) return 'paused';
  if (stalled) return 'stalled';
  return members.length === 0 ? 'no members' : 'active';
};

const rowOf = (group: GroupStatus): readonly string[] => [
  group.queue,
  group.group,
  stateOf(group),
  String(group.members.length),
  String(group.floor),
  countText(group.lag),
  countText(group.depth),
  group.oldestAgeMs === null ? '-' : durationText(group.oldestAgeMs),
  countText(group.deadLetters),
];

const list = async (queue: string | undefined, operation: Operation): Promise<ExitCode> => {
  const { admin, printer, timeoutMs } = operation;
  const groups =
    queue === undefined ? await groupsOfAll(operation) : await admin.groups(queue, { timeoutMs });
  if (printer.isJson) for (const group of groups) printer.object(group);
  else await printer.table(HEADINGS, groups.map(rowOf), 'no group');
  return EXIT.done;
};

/** Queues whose groups this token may not see are named. */
const groupsOfAll = async ({ admin, printer, timeoutMs }: Operation): Promise<readonly GroupStatus[]> => {
  const queues = await admin.queues({ timeoutMs });
  const groups = queues.map(async ({ queue }) => {
    try {
      return await admin.groups(queue, { timeoutMs });
    } catch (error) {
      if (!(error instanceof QueueError) || error.code !== 'forbidden') throw error;
      printer.note(`${queue}: ${error.message} (forbidden)`);
      return [];
    }
  });
  return (await Promise.all(groups)).flat();
};

/** A verb that changes a group. `question`: it asks before. */
interface Verb {
  readonly description: string;
  readonly past: string;
  readonly question?: string;
  readonly change: (operation: Operation, queue: string, group: string) => Promise<void>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  pause: {
    description: 'stops the delivery to a group until it is resumed, also after a restart of the server',
    past: 'paused',
    change: ({ admin, timeoutMs }, queue, group) => admin.pause(queue, group, { timeoutMs }),
  },
  resume: {
    description: 'goes on with the delivery to a group',
    past: 'resumed',
    change: ({ admin, timeoutMs }, queue, group) => admin.resume(queue, group, { timeoutMs }),
  },
  delete: {
    description: 'deletes a group without members, and its position; its dead letters stay',
    past: 'deleted',
    question: 'Delete it? Its position is lost.',
    change: ({ admin, timeoutMs }, queue, group) => admin.delete(queue, group, { timeoutMs }),
  },
};

type Exit = (code: ExitCode) => void;

/** The verbs of `typed-queue groups`. */
export const groupCommands = (machine: Machine, exit: Exit): readonly Command[] => [
  addServerOptions(
    new Command('list').description('shows the groups of a queue, or of all').argument('[queue]'),
    GROUPS_HELP,
  ).action(async (queue: string | undefined, options: OperatorOptions) =>
    exit(await operate(options, machine, (operation) => list(queue, operation))),
  ),
  ...Object.entries(VERBS).map(([name, verb]) => changeCommand(name, verb, machine, exit)),
  seekCommand(machine, exit),
];

const changeCommand = (name: string, verb: Verb, machine: Machine, exit: Exit): Command => {
  const command = new Command(name).description(verb.description).arguments('<queue> <group>');
  return addServerOptions(verb.question === undefined ? command : addYesOption(command)).action(
    async (queue: string, group: string, options: OperatorOptions) =>
      exit(await operate(options, machine, (operation) => change(verb, queue, group, operation))),
  );
};

const change = async (
  { question, change: apply, past }: Verb,
  queue: string,
  group: string,
  operation: Operation,
): Promise<ExitCode> => {
  if (question !== undefined) await operation.confirm(`Group "${group}" of ${queue}: ${question}`);
  await apply(operation, queue, group);
  operation.printer.result({ queue, group, [past]: true }, `${past}: group "${group}" of ${queue}`);
  return EXIT.done;
};

const SEEK_HELP = `
<place> is ${STARTS}.
What the group settled from there on is delivered again; with "now" it skips everything up to now.
`;

const SEEK = { description: 'moves a group to another place of its queue', past: 'moved' };

const seekCommand = (machine: Machine, exit: Exit): Command =>
  addServerOptions(
    addYesOption(new Command('seek').description(SEEK.description).arguments('<queue> <group> <place>')),
    SEEK_HELP,
  ).action(async (queue: string, group: string, place: string, options: OperatorOptions) => {
    const to = startOption('<place>', place, machine.now());
    const verb: Verb = {
      ...SEEK,
      question: `Move it to ${place}? What it settled from there on is delivered again, what is before is skipped.`,
      change: ({ admin, timeoutMs }) => admin.seek(queue, group, to, { timeoutMs }),
    };
    exit(await operate(options, machine, (operation) => change(verb, queue, group, operation)));
  });
