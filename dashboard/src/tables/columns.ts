import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  type ColumnDef,
  type RowData,
} from '@tanstack/react-table';

export const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
export type Features = typeof features;

export type Columns<Row extends RowData> = readonly ColumnDef<Features, Row>[];

/** Makes the columns of a table of such rows. A column whose values are numbers stands to the right. */
export const columnsOf = <Row extends RowData>() => createColumnHelper<Features, Row>();
