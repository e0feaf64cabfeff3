import { Link } from '@tanstack/react-router';
import { useMemo, useSyncExternalStore } from 'react';
import { Empty } from '../layout/empty.js';
import { Failure } from '../layout/failure.js';
import { useSessionView } from '../session/session-context.js';
import { columnsOf, type Columns } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { Text } from '../text/text.js';
import { clockText, momentText } from '../text/time.js';
import type { LiveFeed, LiveView } from './live-feed.js';
import type { LiveRow } from './live-row.js';
import { stateText } from './live-state.js';
import { noticeText } from './notice-text.js';

/** The newest of a feed, and the buttons that stop and continue it. */
export const LiveList = ({ feed, queue }: { feed: LiveFeed; queue: string }) => {
  const view = useSyncExternalStore(feed.subscribe, feed.view);
  const { connection } = useSessionView();
  const columns = useMemo(() => columnsFor(queue), [queue]);
  return (
    <section className="live">
      <div className="row">
        <Buttons feed={feed} view={view} />
        <span className="quiet">{stateText(view, connection.kind === 'connected')}</span>
      </div>
      {view.error !== undefined && <Failure error={view.error} />}
      {view.rows.length === 0 ? (
        <Empty command={`typed-queue publish ${queue} …`}>
          Nothing yet. What is published appears here at once; from a terminal, for example:
        </Empty>
      ) : (
        <DataTable label="Messages" columns={columns} rows={view.rows} idOf={({ id }) => String(id)} />
      )}
    </section>
  );
};

const Buttons = ({ feed, view: { isPaused, isFull } }: { feed: LiveFeed; view: LiveView }) => (
  <>
    <button type="button" onClick={isPaused ? feed.resume : feed.pause}>
      {isPaused ? 'Resume' : 'Pause'}
    </button>
    {isFull && (
      <button type="button" className="primary" onClick={feed.readOn}>
        Next rows
      </button>
    )}
  </>
);

const column = columnsOf<LiveRow>();
const columnsFor = (queue: string): Columns<LiveRow> =>
  column.columns([
    column.display({
      id: 'seq',
      header: 'Seq',
      cell: ({ row }) => row.original.kind === 'message' && <Seq queue={queue} seq={row.original.seq} />,
    }),
    column.display({
      id: 'time',
      header: 'Time',
      cell: ({ row }) => 'time' in row.original && <Clock time={row.original.time} />,
    }),
    column.display({
      id: 'event',
      header: 'Event',
      cell: ({ row }) => row.original.kind === 'message' && <Text>{row.original.event}</Text>,
    }),
    column.display({
      id: 'key',
      header: 'Key',
      cell: ({ row }) => row.original.kind === 'message' && <Text>{row.original.key}</Text>,
    }),
    column.display({ id: 'payload', header: 'Payload', cell: ({ row }) => <What row={row.original} /> }),
  ]);

const Seq = ({ queue, seq }: { queue: string; seq: number }) => (
  <Link to="/queues/$queue/messages/$seq" params={{ queue, seq: String(seq) }}>
    #{seq}
  </Link>
);

const Clock = ({ time }: { time: number }) => <span title={momentText(time)}>{clockText(time)}</span>;

const What = ({ row }: { row: LiveRow }) =>
  row.kind === 'message' ? (
    <code className="preview">
      <Text>{row.preview}</Text>
    </code>
  ) : (
    <span className="notice">{noticeText(row)}</span>
  );
