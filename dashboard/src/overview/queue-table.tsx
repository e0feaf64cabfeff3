import { Link } from '@tanstack/react-router';
import type { QueueOverview, Retention } from '@typed-queue/contracts';
import { queueHome } from '../session/queue-home.js';
import { NEEDED, suffice } from '../session/rights.js';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { bytesText, countText, rateText, shortCount } from '../text/quantity.js';
import { durationText } from '../text/time.js';
import { seenFigure } from './seen-figure.js';

/** As the definition of a queue says what is kept. */
const retentionText = ({ maxAgeMs, maxBytes, maxMessages }: Retention): string =>
  [
    ...(maxAgeMs === undefined ? [] : [durationText(maxAgeMs)]),
    ...(maxBytes === undefined ? [] : [bytesText(maxBytes)]),
    ...(maxMessages === undefined ? [] : [`${shortCount(maxMessages)} messages`]),
  ].join(', ') || 'everything';

const isKnown = ({ unreachable }: QueueOverview): boolean => unreachable === undefined;

/** What everybody sees. */
const ofQueue = (queue: QueueOverview, figure: number, text = countText): string =>
  seenFigure(figure, { isSeen: isKnown(queue), text });

/** What operators see. */
const operated = (queue: QueueOverview, figure: number, text = countText): string =>
  seenFigure(figure, { isSeen: isKnown(queue) && suffice(queue.rights, NEEDED.administer), text });

/** What those see who may see groups. */
const ofGroups = (queue: QueueOverview, figure: number): string =>
  seenFigure(figure, { isSeen: isKnown(queue) && suffice(queue.rights, NEEDED.seeGroups), text: countText });

const column = columnsOf<QueueOverview>();
const columns = column.columns([
  column.accessor('queue', {
    header: 'Queue',
    cell: ({ row: { original }, getValue }) => (
      <>
        <Link to={queueHome(original.rights)} params={{ queue: getValue() }}>
          {getValue()}
        </Link>
        {original.unreachable !== undefined && (
          <span className="badge" data-state="dead" title={original.unreachable.message}>
            unreachable
          </span>
        )}
      </>
    ),
  }),
  column.accessor('rates.published', {
    header: 'In',
    cell: ({ row: { original }, getValue }) => ofQueue(original, getValue(), rateText),
  }),
  column.accessor('rates.settled', {
    header: 'Out',
    cell: ({ row: { original }, getValue }) => operated(original, getValue(), rateText),
  }),
  column.accessor('depth', {
    header: 'Depth',
    cell: ({ row: { original }, getValue }) => ofGroups(original, getValue()),
  }),
  column.accessor(({ oldestAgeMs }) => oldestAgeMs ?? 0, {
    id: 'age',
    header: 'Oldest',
    cell: ({ row: { original } }) =>
      original.oldestAgeMs === null ? '–' : durationText(original.oldestAgeMs),
  }),
  column.accessor('deadLetters', {
    header: 'Dead letters',
    cell: ({ row: { original } }) =>
      original.deadLetters === 0 ? (
        operated(original, 0)
      ) : (
        <Link className="dead" to="/queues/$queue/dead-letters" params={{ queue: original.queue }}>
          {countText(original.deadLetters)}
        </Link>
      ),
  }),
  column.accessor('groups', {
    header: 'Groups',
    cell: ({ row: { original }, getValue }) => ofGroups(original, getValue()),
  }),
  column.accessor('members', {
    header: 'Members',
    cell: ({ row: { original }, getValue }) => ofGroups(original, getValue()),
  }),
  column.accessor('tails', {
    header: 'Tails',
    cell: ({ row: { original }, getValue }) => operated(original, getValue()),
  }),
  column.accessor('messages', {
    header: 'Messages',
    cell: ({ row: { original }, getValue }) => ofQueue(original, getValue()),
  }),
  column.accessor('bytes', {
    header: 'Size',
    cell: ({ row: { original }, getValue }) => ofQueue(original, getValue(), bytesText),
  }),
  column.accessor(({ retention }) => retentionText(retention), { id: 'retention', header: 'Keeps' }),
]);

export const QueueTable = ({ queues }: { queues: readonly QueueOverview[] }) => (
  <DataTable label="Queues" columns={columns} rows={queues} idOf={({ queue }) => queue} />
);
