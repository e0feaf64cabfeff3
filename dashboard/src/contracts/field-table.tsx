import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { Text } from '../text/text.js';
import type { SchemaField } from './schema-fields.js';

const column = columnsOf<SchemaField>();
const columns = column.columns([
  column.accessor('path', {
    header: 'Field',
    cell: ({ getValue }) => (
      <code>
        <Text most={300}>{getValue()}</Text>
      </code>
    ),
  }),
  column.accessor('type', {
    header: 'Type',
    cell: ({ getValue }) => (
      <code>
        <Text most={300}>{getValue()}</Text>
      </code>
    ),
  }),
  column.accessor(({ presence }) => presence ?? '', { id: 'presence', header: 'Required' }),
  column.accessor(({ constraints }) => constraints.join(', '), {
    id: 'constraints',
    header: 'Must be',
    cell: ({ getValue }) => <Text most={500}>{getValue()}</Text>,
  }),
  column.accessor(({ description }) => description ?? '', {
    id: 'description',
    header: 'Description',
    cell: ({ getValue }) => <Text most={1_000}>{getValue()}</Text>,
  }),
]);

const undescribed = columns.filter(({ id }) => id !== 'description');

/** The fields of a payload. */
export const FieldTable = ({ label, fields }: { label: string; fields: readonly SchemaField[] }) => (
  <div className="wrapping">
    <DataTable
      label={label}
      columns={fields.some(({ description }) => description !== undefined) ? columns : undescribed}
      rows={fields}
    />
  </div>
);
