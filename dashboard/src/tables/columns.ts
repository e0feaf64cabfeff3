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

/** A builder of typed columns for rows of this type. `DataTable` aligns columns of numbers to the right. */
export const columnsOf = <Row extends RowData>() => createColumnHelper<Features, Row>();
