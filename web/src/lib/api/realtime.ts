// The ticket for the socket.
import { api } from './client';
import type { RealtimeTicket } from './types';

export const readTicket = () => api.get<RealtimeTicket>('/realtime');
export const readUnread = () => api.get<{ count: number }>('/inbox/unread');
