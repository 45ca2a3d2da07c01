// Calls of people who publish: make, change, list and delete videos, captions, progress.
import { api, path } from './client';
import type { Audience, CommentAudience, ContentLevel, Page, Sound, Video } from './types';

export interface SoundWish {
  mode: 'keep' | 'mute' | 'use';
  sound_id?: string;
  original_volume_pct?: number;
  sound_volume_pct?: number;
}

export interface VideoFields {
  caption: string;
  audience: Audience;
  allow_comments: CommentAudience;
  ai_label: 'none' | 'creator';
  ad_label: boolean;
  alt_text: string;
  content_level: ContentLevel;
  can_download: boolean;
}

export interface VideoWish extends VideoFields {
  upload_id: string;
  publish: 'now' | 'draft' | 'schedule';
  scheduled_at?: string;
  trim?: { start_ms: number; end_ms: number };
  cover_at_ms?: number;
  sound?: SoundWish;
}

export interface Progress {
  state: string;
  fraction: number;
  first_playable: boolean;
  renditions_done: string[];
  refusal: { code: string; words: string } | null;
}

export const makeVideo = (wish: VideoWish, idempotency_key: string) =>
  api.post<Video>('/videos', wish, { idempotency_key });
export const readProgress = (video_id: string) =>
  api.get<Progress>(path`/videos/${video_id}/progress`);
export const readOwnSound = (sound_id: string) => api.get<Sound>(path`/sounds/${sound_id}`);
export const putCaptions = (video_id: string, language: string, text: string, type: string) =>
  api.put<undefined>(path`/videos/${video_id}/captions/${language}`, text, { content_type: type });
export const myVideos = (state: string | null, cursor?: string | null) =>
  api.get<Page<Video>>('/me/videos', { state, cursor, limit: 24 });

export interface Insights {
  views: number;
  watch_ms: number;
  average_watch_ms: number;
  finish_rate: number;
  retention: number[];
}
export const readInsights = (video_id: string) =>
  api.get<Insights>(path`/videos/${video_id}/insights`);
export type VideoChange = Partial<VideoFields> & {
  publish?: 'now';
  is_pinned?: boolean;
  scheduled_at?: string;
};
export interface CaptionEdit {
  caption: string;
  changed_at: string | null;
}
export const dropCaptions = (video_id: string, language: string) =>
  api.delete<undefined>(path`/videos/${video_id}/captions/${language}`);
export const readCaptionEdits = (video_id: string) =>
  api.get<{ items: CaptionEdit[] }>(path`/videos/${video_id}/caption-history`);
export const findSounds = (query: string) => api.get<Page<Sound>>('/sounds', { query, limit: 12 });
export const changeVideo = (video_id: string, change: VideoChange) =>
  api.patch<Video>(path`/videos/${video_id}`, change);
export const deleteVideo = (video_id: string) => api.delete<undefined>(path`/videos/${video_id}`);
