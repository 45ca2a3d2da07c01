// Calls about videos: the feed, pages of videos, sounds, hashtags, likes, saves, events.
import { address, api } from './client';
import type { FeedTab } from './types';

const GRID_LIMIT = 24;

export const readFeed = (tab: FeedTab, cursor?: string | null, limit = 8) =>
  api.get('/feed', { tab, limit, cursor });
export const explore = (cursor?: string | null) =>
  api.get('/explore', { cursor, limit: GRID_LIMIT });
export const readWhy = (impression_id: string) =>
  api.get('/feed/why/{impression_id}', { impression_id });
export const readVideo = (video_id: string) => api.get('/videos/{video_id}', { video_id });
/** Where a video is downloaded from, if its creator gives it away. */
export const downloadAddress = (video_id: string) =>
  address('/videos/{video_id}/download', { video_id });
export const readSound = (sound_id: string) => api.get('/sounds/{sound_id}', { sound_id });
export const soundVideos = (sound_id: string, cursor?: string | null) =>
  api.get('/sounds/{sound_id}/videos', { sound_id, cursor, limit: GRID_LIMIT });
export const readHashtag = (tag: string) => api.get('/hashtags/{tag}', { tag });
export const hashtagVideos = (tag: string, cursor?: string | null) =>
  api.get('/hashtags/{tag}/videos', { tag, cursor, limit: GRID_LIMIT });
export const myLikes = (cursor?: string | null) =>
  api.get('/me/likes', { cursor, limit: GRID_LIMIT });
export const mySaves = (cursor?: string | null) =>
  api.get('/me/saves', { cursor, limit: GRID_LIMIT });
export const collectionVideos = (collection_id: string, cursor?: string | null) =>
  api.get('/collections/{collection_id}/videos', { collection_id, cursor, limit: GRID_LIMIT });
export const playlistVideos = (playlist_id: string) =>
  api.get('/playlists/{playlist_id}', { playlist_id });

/** Turn a like, save or repost on or off. */
export const setLike = (video_id: string, on: boolean) =>
  on
    ? api.put('/videos/{video_id}/like', { video_id })
    : api.delete('/videos/{video_id}/like', { video_id });
export const setRepost = (video_id: string, on: boolean) =>
  on
    ? api.put('/videos/{video_id}/repost', { video_id })
    : api.delete('/videos/{video_id}/repost', { video_id });
export const setSave = (video_id: string, on: boolean, collection_id?: string) =>
  on
    ? api.put('/videos/{video_id}/save', { video_id }, collection_id ? { collection_id } : null)
    : api.delete('/videos/{video_id}/save', { video_id });
export const countShare = (video_id: string, channel: string) =>
  api.post('/videos/{video_id}/shares', { video_id }, { channel });
export const readCollections = () => api.get('/collections');
export const makeCollection = (title: string) => api.post('/collections', {}, { title });

export type HideScope = 'video' | 'creator' | 'sound' | 'hashtag';
export interface Hiding {
  impression_id?: string;
  video_id?: string;
  scope: HideScope;
  value?: string;
}
export const hide = (hiding: Hiding) => api.post('/feed/not-interested', {}, hiding);
export const unhide = (hiding: Hiding) => api.delete('/feed/not-interested', {}, hiding);
export const setPersonalised = (is_personalised: boolean) =>
  api.put('/feed/personalisation', {}, { is_personalised });
export const startOver = () => api.post('/feed/start-over');

export interface Report {
  ref: { kind: 'video' | 'comment' | 'profile'; id: string };
  policy: string;
  is_illegal: boolean;
  explanation?: string;
  legal_reference?: string;
  good_faith?: boolean;
  contact?: string;
}
export const sendReport = (report: Report) => api.post('/reports', {}, report);
