import { segmentOfGroup } from '../address/group-segment.js';

/** Something that the palette can go to. */
export interface PaletteEntry {
  readonly label: string;
  readonly kind: 'page' | 'queue' | 'group';
  /** A path of this page. */
  readonly to: string;
}

/** The most of each kind. */
const MOST = 20;

const PAGES: readonly PaletteEntry[] = [
  { label: 'Overview', kind: 'page', to: '/' },
  { label: 'Contracts', kind: 'page', to: '/contracts' },
];

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

/** Splits a search of the form `queue/group` at its first slash; `group` is undefined when there is no slash. */
export const searched = (search: string): { readonly queue: string; readonly group: string | undefined } => {
  const slash = search.indexOf('/');
  return slash < 0
    ? { queue: search.trim(), group: undefined }
    : { queue: search.slice(0, slash).trim(), group: search.slice(slash + 1).trim() };
};

const queuePath = (queue: string): string => `/queues/${encodeURIComponent(queue)}`;
const groupPath = (queue: string, group: string): string =>
  `${queuePath(queue)}/groups/${encodeURIComponent(segmentOfGroup(group))}`;

/** `groups`: those of the queue that is named before the slash. */
export const paletteEntries = (
  search: string,
  queues: readonly string[],
  groups: readonly string[],
): readonly PaletteEntry[] => {
  const { queue, group } = searched(search);
  if (group !== undefined) {
    return matching(groups, group).map((name) => ({
      label: `${queue}/${name}`,
      kind: 'group',
      to: groupPath(queue, name),
    }));
  }
  return [
    ...PAGES.filter(({ label }) => has(label, queue)),
    ...matching(queues, queue).map((name) => ({ label: name, kind: 'queue', to: queuePath(name) }) as const),
  ];
};
