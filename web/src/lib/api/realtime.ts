// The ticket for the socket.
import { api } from './client';

export const readTicket = () => api.get('/realtime');
export const readUnread = () => api.get('/inbox/unread');
