import { useEffect, useState } from 'react';
import type { Client } from '../session/session.js';
import { LiveFeed } from './live-feed.js';
import { startOf, type LiveSearch } from './live-search.js';
import { messageFilter } from './message-filter.js';

const MOMENT = 500;
/** What waits in the page for a viewer who paused. */
const WINDOW = { messages: 500, bytes: 1_048_576 };

const newFeed = (client: Client, queue: string, search: LiveSearch): LiveFeed => {
  const events = search.event === undefined ? undefined : [search.event];
  return new LiveFeed({
    from: startOf(search.from),
    open: (from) => client.tail(queue, { from, events, window: WINDOW }),
    head: async () => (await client.admin.seqAt(queue, 'now')).seq,
    filter: messageFilter(search),
    later: (call) => void setTimeout(call, MOMENT),
  });
};

/** A feed for as long as the component is shown; another one when the search changes: give it the same object until then. */
export const useLiveFeed = (client: Client, queue: string, search: LiveSearch): LiveFeed | undefined => {
  const [feed, setFeed] = useState<LiveFeed>();
  useEffect(() => {
    const opened = newFeed(client, queue, search);
    const connected = ({ again }: { readonly again: boolean }): void => {
      if (again) opened.reconnected(Date.now());
    };
    const look = (): void => opened.setHidden(document.hidden);
    client.on('connected', connected);
    document.addEventListener('visibilitychange', look);
    look();
    setFeed(opened);
    return () => {
      client.off('connected', connected);
      document.removeEventListener('visibilitychange', look);
      opened.close();
      setFeed(undefined);
    };
  }, [client, queue, search]);
  return feed;
};
