import type { MemberStatus } from '@typed-queue/contracts';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { bytesText, countText } from '../text/quantity.js';
import { Text } from '../text/text.js';
import { durationText } from '../text/time.js';

const ageText = (ms: number | null): string => (ms === null ? '–' : durationText(ms));

const column = columnsOf<MemberStatus>();
const columns = column.columns([
  column.accessor('client', { header: 'Client', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor('subscription', {
    header: 'Subscription',
    cell: ({ getValue }) => <Text>{getValue()}</Text>,
  }),
  column.accessor(({ away }) => (away ? 'away' : 'connected'), { id: 'state', header: 'State' }),
  column.accessor('unsettled', { header: 'Holds', cell: ({ getValue }) => countText(getValue()) }),
  column.accessor('window.messages', { header: 'Window', cell: ({ getValue }) => countText(getValue()) }),
  column.accessor('window.bytes', { header: 'Bytes', cell: ({ getValue }) => bytesText(getValue()) }),
  column.accessor(({ oldestHeldMs }) => oldestHeldMs ?? 0, {
    id: 'held',
    header: 'Oldest held',
    cell: ({ row: { original } }) => ageText(original.oldestHeldMs),
  }),
  column.accessor(({ silentMs }) => silentMs ?? 0, {
    id: 'silent',
    header: 'Last heard',
    cell: ({ row: { original } }) => ageText(original.silentMs),
  }),
]);

/** The members of a group, and what each of them holds. */
export const MemberTable = ({ members }: { members: readonly MemberStatus[] }) => (
  <DataTable
    label="Members"
    columns={columns}
    rows={members}
    idOf={({ client, subscription }) => `${client}/${subscription}`}
    isSortable
  />
);
