import { Link } from '@tanstack/react-router';

/** Leads to a message of the log by its seq. */
export const MessageLink = ({ queue, seq }: { queue: string; seq: number }) => (
  <Link to="/queues/$queue/messages/$seq" params={{ queue, seq: String(seq) }}>
    #{seq}
  </Link>
);
