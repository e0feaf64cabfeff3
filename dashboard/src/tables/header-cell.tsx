import type { Header, RowData } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import type { Features } from './columns.js';

interface HeaderCellProps<Row extends RowData> {
  readonly header: Header<Features, Row>;
  readonly className: string | undefined;
  readonly children: ReactNode;
}

/** The head of a column; a button when it sorts. */
export const HeaderCell = <Row extends RowData>({ header, className, children }: HeaderCellProps<Row>) => {
  const { column } = header;
  const sorted = column.getIsSorted();
  return (
    <th scope="col" className={className} aria-sort={sorted === false ? undefined : ORDERS[sorted]}>
      {column.getCanSort() ? (
        <button type="button" className="sort" onClick={column.getToggleSortingHandler()}>
          {children}
          <span aria-hidden="true">{sorted === false ? '' : ARROWS[sorted]}</span>
        </button>
      ) : (
        children
      )}
    </th>
  );
};

const ORDERS = { asc: 'ascending', desc: 'descending' } as const;
const ARROWS = { asc: ' ↑', desc: ' ↓' } as const;
