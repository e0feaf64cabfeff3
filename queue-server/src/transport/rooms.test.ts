import { beforeEach, describe, expect, it } from '@jest/globals';
import { groupRoom, queueRoom, Rooms } from './rooms.js';

let said: string[];
let socket: { disconnected: boolean; join: (room: string | string[]) => void; leave: (room: string) => void };
let rooms: Rooms;

beforeEach(() => {
  said = [];
  socket = {
    disconnected: false,
    join: (room) => void said.push(`join ${String(room)}`),
    leave: (room) => void said.push(`leave ${room}`),
  };
  rooms = new Rooms(socket);
});

describe('the rooms of a connection', () => {
  it('are left when every subscription that entered has left', () => {
    rooms.enter(queueRoom('files'));
    rooms.enter(queueRoom('files'));
    rooms.enter(queueRoom('database'));
    rooms.leave(queueRoom('files'));
    expect(said).toEqual(['join files', 'join database']);
    rooms.leave(queueRoom('files'));
    rooms.leave(queueRoom('files'));
    rooms.enter(queueRoom('files'));
    expect(said.slice(2)).toEqual(['leave files', 'join files']);
  });

  it('are left while it is suspended, and joined again when it resumes', () => {
    rooms.enter(queueRoom('files'));
    rooms.suspend();
    rooms.enter(queueRoom('database'));
    rooms.enter(groupRoom({ queue: 'files', group: 'g' }));
    rooms.leave(groupRoom({ queue: 'files', group: 'g' }));
    expect(said.splice(0)).toEqual(['join files', 'leave files', 'leave files/g']);
    rooms.resume();
    expect(said).toEqual(['join files', 'join database']);
  });

  it('are not joined by a closed connection', () => {
    socket.disconnected = true;
    rooms.enter(queueRoom('files'));
    expect(said).toEqual([]);
  });
});
