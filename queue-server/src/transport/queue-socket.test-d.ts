/** What the server emits is checked. */
import type { Connection } from './connection.js';
import type { QueueServer, QueueSocket } from './queue-socket.js';
import { groupRoom, queueRoom, type Rooms } from './rooms.js';

declare const io: QueueServer;
declare const socket: QueueSocket;
declare const connection: Connection;
declare const rooms: Rooms;
const stalled = { queue: 'files', group: 'g', unsettled: 1 };

io.to(queueRoom('files')).emit('stalled', stalled);
socket.nsp.to(groupRoom(stalled)).emit('stalled', stalled);
connection.socket.emit('live', { subscription: 's', next: 1 });
rooms.enter(groupRoom(stalled));

// @ts-expect-error: no such event
io.to('files').emit('stalld', stalled);
// @ts-expect-error: no such event
socket.nsp.to('files').emit('stalld', stalled);
// @ts-expect-error: no such event
connection.socket.emit('stalld', stalled);
// @ts-expect-error: a field is missing
connection.socket.emit('live', { subscription: 's' });
// @ts-expect-error: live messages are the text of an array
io.emit('deliver', 'files', 'epoch', 1, [1]);
// @ts-expect-error: a room is of a queue or a group
rooms.enter('files/g');
