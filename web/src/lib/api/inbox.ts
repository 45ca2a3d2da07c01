// Calls about what happened: the inbox, follow requests, what one wants to hear.
import { api } from './client';
import type { Shapes } from './types';

export type NotificationKind =
  | 'like'
  | 'comment'
  | 'mention'
  | 'follow'
  | 'follow_request'
  | 'moderation'
  | 'video_live'
  | 'reply'
  | 'repost';

export type Notification = Shapes['NotificationPayload'];

export interface Ways {
  inbox: boolean;
  mail: boolean;
}
export interface QuietHours {
  from: string;
  to: string;
  timezone: string;
}
export interface Hearing {
  notifications: Record<string, Ways>;
  quiet_hours: QuietHours | null;
}

export const readInbox = (cursor?: string | null) => api.get('/inbox', { cursor, limit: 30 });
export const markRead = (up_to: string | null) => api.post('/inbox/read', {}, { up_to });
export const answerRequest = (account_id: string, accept: boolean) =>
  api.post('/follow-requests/{account_id}', { account_id }, { accept });
export const readHearing = () => api.get('/notifications/preferences');
export const changeHearing = (change: Partial<Hearing>) =>
  api.put('/notifications/preferences', {}, change);
