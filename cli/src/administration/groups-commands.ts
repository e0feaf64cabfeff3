import { QueueError, type GroupStatus } from '@typed-queue/contracts';
import { STARTS } from '@typed-queue/program';
import { Command } from 'commander';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
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

/** Queues whose groups this token may not see are named. @throws QueueError when it may see none */
const groupsOfAll = async ({ admin, printer, timeoutMs }: Operation): Promise<readonly GroupStatus[]> => {
  const queues = await admin.queues({ timeoutMs });
  const refusals: QueueError[] = [];
  const groups = queues.map(async ({ queue }) => {
    try {
      return await admin.groups(queue, { timeoutMs });
    } catch (error) {
      if (!(error instanceof QueueError) || error.code !== 'forbidden') throw error;
      refusals.push(error);
      printer.note(`${queue}: ${error.message} (forbidden)`);
      return [];
    }
  });
  const found = (await Promise.all(groups)).flat();
  const [refusal] = refusals;
  if (refusal !== undefined && refusals.length === queues.length) throw refusal;
  return found;
};

interface Outcome {
  readonly position: number;
}

/** A verb that changes a group. `question`: it asks before. */
interface Verb {
  readonly description: string;
  readonly past: string;
  readonly question?: string;
  /** Resolves with what else is known afterwards. */
  readonly change: (operation: Operation, queue: string, group: string) => Promise<Outcome | undefined>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  pause: {
    description: 'stops the delivery to a group until it is resumed, also after a restart of the server',
    past: 'paused',
    change: async ({ admin, timeoutMs }, queue, group) => {
      await admin.pause(queue, group, { timeoutMs });
      return undefined;
    },
  },
  resume: {
    description: 'goes on with the delivery to a group',
    past: 'resumed',
    change: async ({ admin, timeoutMs }, queue, group) => {
      await admin.resume(queue, group, { timeoutMs });
      return undefined;
    },
  },
  delete: {
    description: 'deletes a group without members, and its position; its dead letters stay',
    past: 'deleted',
    question: 'Delete it? Its position is lost.',
    change: async ({ admin, timeoutMs }, queue, group) => {
      await admin.delete(queue, group, { timeoutMs });
      return undefined;
    },
  },
};

type Exit = (code: ExitCode) => void;

/** The verbs of `typed-queue groups`. */
export const groupCommands = (machine: Machine, exit: Exit): readonly Command[] => [
  listCommand(machine, exit),
  ...Object.entries(VERBS).map(([name, verb]) => changeCommand(name, verb, machine, exit)),
  seekCommand(machine, exit),
];

const listCommand = (machine: Machine, exit: Exit): Command =>
  addServerOptions(
    new Command('list').description('shows the groups of a queue, or of all').argument('[queue]'),
    GROUPS_HELP,
  ).action(async (queue: string | undefined, options: OperatorOptions, { args, parent }: Command) => {
    const verbs = parent?.commands.map((command) => command.name()).join(', ');
    // Also of a verb that is misspelled: without one of its verbs "groups" lists.
    if (args.length > 1)
      throw new CommandError(
        EXIT.usage,
        `groups ${args.join(' ')}: "list" takes one queue at most, and the other commands are ${verbs}`,
      );
    exit(await operate(options, machine, (operation) => list(queue, operation)));
  });

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
  const after = await apply(operation, queue, group);
  const where = after === undefined ? '' : `, now at position ${after.position}`;
  operation.printer.result(
    { queue, group, [past]: true, ...after },
    `${past}: group "${group}" of ${queue}${where}`,
  );
  return EXIT.done;
};

const SEEK_HELP = `
<place> is ${STARTS}.
What the group settled from there on is delivered again; with "now" it skips everything up to now. A seq beyond the newest
message is the same as "now". The answer says which position the group has then.
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
      change: async ({ admin, timeoutMs }) => {
        await admin.seek(queue, group, to, { timeoutMs });
        const groups = await admin.groups(queue, { timeoutMs });
        const position = groups.find((each) => each.group === group)?.floor;
        return position === undefined ? undefined : { position };
      },
    };
    exit(await operate(options, machine, (operation) => change(verb, queue, group, operation)));
  });
