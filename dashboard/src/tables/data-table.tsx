import { useTable, type ReactTable, type RowData } from '@tanstack/react-table';
import { features, type Columns, type Features } from './columns.js';
import { HeaderCell } from './header-cell.js';

interface DataTableProps<Row extends RowData> {
  /** What the table shows, for those who do not see it. */
  readonly label: string;
  /** The same array at each render. */
  readonly columns: Columns<Row>;
  readonly rows: readonly Row[];
  /** What tells rows apart. Default: their places. */
  readonly idOf?: ((row: Row) => string) | undefined;
  /** Whether the heads of columns sort. Default false: rows stay in the order that the server gave them. */
  readonly isSortable?: boolean;
}

/** A table that scrolls by itself where the page is narrow. */
export const DataTable = <Row extends RowData>({ label, ...props }: DataTableProps<Row>) => {
  const table = useDataTable(props);
  const first = table.getRowModel().rows[0];
  return (
    <div className="table" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.getFlatHeaders().map((header) => (
              <HeaderCell
                key={header.id}
                header={header}
                className={alignment(first?.getValue(header.column.id))}
              >
                <table.FlexRender header={header} />
              </HeaderCell>
            ))}
          </tr>
        </thead>
        <Body table={table} />
      </table>
    </div>
  );
};

const useDataTable = <Row extends RowData>(props: Omit<DataTableProps<Row>, 'label'>) => {
  const { columns, rows, idOf, isSortable = false } = props;
  const ids = idOf === undefined ? {} : { getRowId: idOf };
  return useTable({ features, columns, data: rows, ...ids, enableSorting: isSortable });
};

const Body = <Row extends RowData>({ table }: { table: ReactTable<Features, Row> }) => (
  <tbody>
    {table.getRowModel().rows.map((row) => (
      <tr key={row.id}>
        {row.getAllCells().map((cell) => (
          <td key={cell.id} className={alignment(cell.getValue())}>
            <table.FlexRender cell={cell} />
          </td>
        ))}
      </tr>
    ))}
  </tbody>
);

const alignment = (value: unknown): string | undefined => (typeof value === 'number' ? 'number' : undefined);
