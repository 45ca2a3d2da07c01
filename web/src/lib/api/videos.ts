// Calls about videos: the feed, pages of videos, sounds, hashtags, likes, saves, events.
import { api, path } from './client';
import type {
  Collection,
  CountedPage,
  FeedPage,
  FeedTab,
  Hashtag,
  Page,
  Sound,
  Video,
  WatchedVideo,
  Why,
} from './types';

const GRID_LIMIT = 24;

export const readFeed = (tab: FeedTab, cursor?: string | null, limit = 8) =>
  api.get<FeedPage>('/feed', { tab, limit, cursor });
export const explore = (cursor?: string | null) =>
  api.get<CountedPage<Video>>('/explore', { cursor, limit: GRID_LIMIT });
export const readWhy = (impression_id: string) => api.get<Why>(path`/feed/why/${impression_id}`);
export const readVideo = (video_id: string) => api.get<WatchedVideo>(path`/videos/${video_id}`);
/** Where a video is downloaded from, if its creator gives it away. */
export const downloadAddress = (video_id: string) => `/api/v1${path`/videos/${video_id}/download`}`;
export const readSound = (sound_id: string) => api.get<Sound>(path`/sounds/${sound_id}`);
export const soundVideos = (sound_id: string, cursor?: string | null) =>
  api.get<Page<Video>>(path`/sounds/${sound_id}/videos`, { cursor, limit: GRID_LIMIT });
export const readHashtag = (tag: string) => api.get<Hashtag>(path`/hashtags/${tag}`);
export const hashtagVideos = (tag: string, cursor?: string | null) =>
  api.get<Page<Video>>(path`/hashtags/${tag}/videos`, { cursor, limit: GRID_LIMIT });
export const myLikes = (cursor?: string | null) =>
  api.get<Page<Video>>('/me/likes', { cursor, limit: GRID_LIMIT });
export const mySaves = (cursor?: string | null) =>
  api.get<Page<Video>>('/me/saves', { cursor, limit: GRID_LIMIT });
export const collectionVideos = (collection_id: string, cursor?: string | null) =>
  api.get<Page<Video>>(path`/collections/${collection_id}/videos`, { cursor, limit: GRID_LIMIT });
export const playlistVideos = (playlist_id: string) =>
  api.get<{ playlist_id: string; title: string; videos: Video[] }>(path`/playlists/${playlist_id}`);

/** Turn a like, save or repost on or off. */
export const setLike = (video_id: string, on: boolean) =>
  toggle(path`/videos/${video_id}/like`, on);
export const setRepost = (video_id: string, on: boolean) =>
  toggle(path`/videos/${video_id}/repost`, on);
export const setSave = (video_id: string, on: boolean, collection_id?: string) =>
  toggle(path`/videos/${video_id}/save`, on, collection_id ? { collection_id } : undefined);
export const countShare = (video_id: string, channel: string) =>
  api.post<undefined>(path`/videos/${video_id}/shares`, { channel });
export const readCollections = () => api.get<Page<Collection>>('/collections');
export const makeCollection = (title: string) => api.post<Collection>('/collections', { title });

export type HideScope = 'video' | 'creator' | 'sound' | 'hashtag';
export interface Hiding {
  impression_id?: string;
  video_id?: string;
  scope: HideScope;
  value?: string;
}
export const hide = (hiding: Hiding) => api.post<undefined>('/feed/not-interested', hiding);
export const unhide = (hiding: Hiding) => api.delete<undefined>('/feed/not-interested', hiding);
export const setPersonalised = (is_personalised: boolean) =>
  api.put<undefined>('/feed/personalisation', { is_personalised });
export const startOver = () => api.post<undefined>('/feed/start-over');

export interface Report {
  ref: { kind: 'video' | 'comment' | 'profile'; id: string };
  policy: string;
  is_illegal: boolean;
  explanation?: string;
  legal_reference?: string;
  good_faith?: boolean;
  contact?: string;
}
export const sendReport = (report: Report) => api.post<{ report_id: string }>('/reports', report);

function toggle(route: string, on: boolean, body?: unknown) {
  return on ? api.put<undefined>(route, body) : api.delete<undefined>(route, body);
}
