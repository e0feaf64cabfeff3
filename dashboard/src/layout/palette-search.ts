import type { OwnRights, QueueOverview } from '@typed-queue/contracts';
import { countField } from '../address/search-fields.js';
import { segmentOfGroup } from '../address/group-segment.js';
import { queueHome } from '../session/queue-home.js';
import { queuePages } from '../session/queue-pages.js';
import { NEEDED, suffice } from '../session/rights.js';

/** Something that the palette can go to. */
export interface PaletteEntry {
  readonly label: string;
  readonly kind: 'page' | 'queue' | 'group' | 'event' | 'message';
  /** An address of this page. */
  readonly to: string;
}

/** What somebody looks for. */
export interface Sought {
  /** A part of the name of a page or a queue. */
  readonly name: string;
  /** Where a group, an event or a message is looked for. */
  readonly queue: string | undefined;
  /** Whether nothing else is looked for. */
  readonly isWithin: boolean;
  /** A part of the name of a group, an event or a page of the queue. */
  readonly part: string | undefined;
  /** The number of a message. */
  readonly seq: number | undefined;
}

/** What there is where it is looked for, as far as the viewer may see it. */
export interface Searched {
  /** Queues with the name. */
  readonly queues: readonly Pick<QueueOverview, 'queue' | 'rights'>[];
  /** Of the one queue. */
  readonly groups: readonly string[];
  readonly events: readonly string[];
  /** Undefined: there is no such queue, or not for the viewer. */
  readonly rights: OwnRights | undefined;
}

/** The most of each kind. */
const MOST = 20;

const PAGES: readonly PaletteEntry[] = [
  { label: 'Overview', kind: 'page', to: '/' },
  { label: 'Contracts', kind: 'page', to: '/contracts' },
  { label: 'Schedules', kind: 'page', to: '/schedules' },
];

const seqOf = countField(1);

/**
 * Reads `queue/group`, `queue/event` and `queue 12`, where `:` or `#` may be the space. Anything else is a part of a name; a
 * number alone also is a message of the queue in view.
 */
export const soughtBy = (search: string, inView: string | undefined): Sought => {
  const text = search.trim();
  const slash = text.indexOf('/');
  if (slash >= 0) {
    const [queue, part] = [text.slice(0, slash).trim(), text.slice(slash + 1).trim()];
    return { name: queue, queue, isWithin: true, part, seq: seqOf(part) };
  }
  const [, named = '', digits = ''] = /^(?:([^\s:#]+)[\s:#]+|#?)(\d+)$/.exec(text) ?? [];
  const seq = seqOf(digits);
  return named === ''
    ? { name: text, queue: inView, isWithin: false, part: text, seq }
    : { name: named, queue: named, isWithin: true, part: undefined, seq };
};

const has = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

/** The names that have a text, those first that match it best; in their order where they match alike. */
const matching = (names: readonly string[], text: string): readonly string[] => {
  const wanted = text.toLowerCase();
  const distance = (name: string): number => {
    const lower = name.toLowerCase();
    if (lower === wanted) return 0;
    return lower.startsWith(wanted) ? 1 : 2;
  };
  return names
    .filter((name) => has(name, text))
    .sort((one, other) => distance(one) - distance(other))
    .slice(0, MOST);
};

const queuePath = (queue: string): string => `/queues/${encodeURIComponent(queue)}`;
const pagePath = (queue: string, to: string): string => to.replace('/queues/$queue', queuePath(queue));
const homePath = (queue: string, rights: OwnRights | undefined): string =>
  rights === undefined ? queuePath(queue) : pagePath(queue, queueHome(rights));
const groupPath = (queue: string, group: string): string =>
  `${queuePath(queue)}/groups/${encodeURIComponent(segmentOfGroup(group))}`;
/** Where its messages are shown, or for those who may not read them what it is. */
const eventPath = (queue: string, event: string, rights: OwnRights | undefined): string =>
  isReadable(rights)
    ? `${queuePath(queue)}?${new URLSearchParams({ event })}`
    : `${queuePath(queue)}/contract`;

const isReadable = (rights: OwnRights | undefined): boolean =>
  rights !== undefined && suffice(rights, NEEDED.read);

/** What the palette offers: of what was searched that which has what is sought now. */
export const paletteEntries = (sought: Sought, searched: Searched): readonly PaletteEntry[] => {
  const { name, queue, isWithin } = sought;
  const pages = isWithin ? [] : PAGES.filter(({ label }) => has(label, name));
  const rightsTo = new Map(isWithin ? [] : searched.queues.map(({ queue: each, rights }) => [each, rights]));
  return [
    ...messageEntry(sought, searched),
    ...pages,
    ...matching([...rightsTo.keys()], name).map(
      (each) => ({ label: each, kind: 'queue', to: homePath(each, rightsTo.get(each)) }) as const,
    ),
    ...(queue === undefined ? [] : entriesWithin(queue, sought.part, searched)),
  ];
};

const messageEntry = ({ queue, seq }: Sought, { rights }: Searched): readonly PaletteEntry[] =>
  queue === undefined || seq === undefined || !isReadable(rights)
    ? []
    : [{ label: `${queue} #${seq}`, kind: 'message', to: `${queuePath(queue)}/messages/${seq}` }];

const entriesWithin = (
  queue: string,
  part: string | undefined,
  { groups, events, rights }: Searched,
): readonly PaletteEntry[] => {
  if (part === undefined) return [];
  const entry = (kind: PaletteEntry['kind'], name: string, to: string): PaletteEntry => ({
    label: `${queue}/${name}`,
    kind,
    to,
  });
  const pages = rights === undefined ? [] : queuePages(rights);
  return [
    ...pages
      .filter(({ name }) => part !== '' && has(name, part))
      .map(({ name, to }) => entry('page', name, pagePath(queue, to))),
    ...matching(groups, part).map((group) => entry('group', group, groupPath(queue, group))),
    ...matching(events, part).map((event) => entry('event', event, eventPath(queue, event, rights))),
  ];
};
