// Calls about what happened: the inbox, follow requests, what one wants to hear.
import { api, path } from './client';
import type { Page, Profile } from './types';

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

export interface Notification {
  notification_id: string;
  kind: NotificationKind;
  actors: Profile[];
  actors_count: number;
  video_id: string | null;
  poster_url: string | null;
  comment_id: string | null;
  text_preview: string | null;
  created_at: string;
  is_read: boolean;
}

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

export const readInbox = (cursor?: string | null) =>
  api.get<Page<Notification>>('/inbox', { cursor, limit: 30 });
export const markRead = (up_to: string | null) =>
  api.post<{ count: number }>('/inbox/read', { up_to });
export const answerRequest = (account_id: string, accept: boolean) =>
  api.post<undefined>(path`/follow-requests/${account_id}`, { accept });
export const readHearing = () => api.get<Hearing>('/notifications/preferences');
export const changeHearing = (change: Partial<Hearing>) =>
  api.put<Hearing>('/notifications/preferences', change);
