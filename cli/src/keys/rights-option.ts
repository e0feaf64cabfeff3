import { rightsSchema, type Rights } from '@typed-queue/program';
import { InvalidArgumentError, type Command } from 'commander';

/** Rights as a keys file and a token have them. */
export interface GivenRights {
  readonly queues: Readonly<Record<string, Readonly<Record<string, readonly string[] | true>>>>;
  readonly models: Readonly<Record<string, readonly string[]>>;
}

export interface RightsOptions {
  readonly allow?: GivenRights;
}

/** Those that name what they allow. */
const NAMING = ['publish', 'consume', 'call', 'serve'] as const;
const NONE: GivenRights = { queues: {}, models: {} };
const QUEUE = /^(?<queue>[^\s:=]+):(?<verb>publish|consume|call|serve|tail|admin)(?:=(?<names>[^\s=]+))?$/;
const MODEL = /^model (?<model>[^\s:=]+):(?<verbs>[a-z,]+)$/;

/** Reads `--allow`, again and again. */
const allowOption = (text: string, before: GivenRights = NONE): GivenRights => {
  const allowed = withQueue(text, before) ?? withModel(text, before);
  if (allowed !== undefined && rightsSchema.safeParse(allowed).success) return allowed;
  throw new InvalidArgumentError(
    'Write <queue>:publish=<events>, <queue>:consume=<groups>, <queue>:call=<calls>, <queue>:serve=<calls>, <queue>:tail, <queue>:admin, or "model <model>:read,write".',
  );
};

const withQueue = (text: string, { queues, models }: GivenRights): GivenRights | undefined => {
  const { queue, verb, names } = QUEUE.exec(text)?.groups ?? {};
  if (queue === undefined || verb === undefined) return undefined;
  const hasNames = NAMING.some((naming) => naming === verb);
  if (names !== undefined && !hasNames) return undefined;
  const right = hasNames ? (names ?? '*').split(',') : true;
  return { models, queues: { ...queues, [queue]: { ...queues[queue], [verb]: right } } };
};

const withModel = (text: string, { queues, models }: GivenRights): GivenRights | undefined => {
  const { model, verbs } = MODEL.exec(text)?.groups ?? {};
  if (model === undefined || verbs === undefined) return undefined;
  return { queues, models: { ...models, [model]: verbs.split(',') } };
};

export const addAllowOption = (command: Command): Command =>
  command.option('--allow <right>', 'repeatable: orders:publish=placed,cancelled', allowOption);

export const ALLOW_HELP = `
Rights (--allow, again for each; without one nothing is allowed):
  orders:publish=placed,cancelled   these events; without "=…" all
  orders:consume=billing-*          as these groups; without "=…" all
  stock:call=reserve                these calls; without "=…" all
  stock:serve=reserve,count         answers to these calls; without "=…" to all
  orders:tail   '*:admin'           a name may end in *
  'model product:read,write'        of the REST API
`;

/** `orders: publish placed,cancelled + tail` */
export const rightsText = ({ queues, models }: Rights): string => {
  const ofQueues = Object.entries(queues).map(([queue, granted]) => {
    const named = NAMING.map((verb) => [verb, granted[verb] ?? []] as const);
    const verbs = [
      ...named.filter(([, names]) => names.length > 0).map(([verb, names]) => `${verb} ${names.join(',')}`),
      ...(granted.tail ? ['tail'] : []),
      ...(granted.admin ? ['admin'] : []),
    ];
    return `${queue}: ${verbs.length === 0 ? 'nothing' : verbs.join(' + ')}`;
  });
  const ofModels = Object.entries(models).map(([model, verbs]) => `model ${model}: ${verbs.join(' + ')}`);
  const all = [...ofQueues, ...ofModels];
  return all.length === 0 ? 'nothing' : all.join('; ');
};
