// Calls of people who publish: make, change, list and delete videos, captions, progress.
import { api } from './client';
import type { Audience, CommentAudience, ContentLevel, VideoState, Shapes } from './types';

export type SoundWish = Shapes['SoundChoiceWish'];

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

export type VideoWish = Shapes['NewVideoWish'];

export type Progress = Shapes['ProgressPayload'];

export const makeVideo = (wish: VideoWish, idempotency_key: string) =>
  api.post('/videos', {}, wish, { idempotency_key });
export const readProgress = (video_id: string) =>
  api.get('/videos/{video_id}/progress', { video_id });
export const readOwnSound = (sound_id: string) => api.get('/sounds/{sound_id}', { sound_id });
export const putCaptions = (video_id: string, language: string, text: string, type: string) =>
  api.put('/videos/{video_id}/captions/{language}', { video_id, language }, text, {
    content_type: type,
  });
export const myVideos = (state: VideoState | null, cursor?: string | null) =>
  api.get('/me/videos', { state, cursor, limit: 24 });

export type Insights = Shapes['InsightsPayload'];
export const readInsights = (video_id: string) =>
  api.get('/videos/{video_id}/insights', { video_id });
export type VideoChange = Partial<VideoFields> & {
  publish?: 'now';
  is_pinned?: boolean;
  scheduled_at?: string;
  cover_at_ms?: number;
};
export type CaptionEdit = Shapes['CaptionEditPayload'];
export const dropCaptions = (video_id: string, language: string) =>
  api.delete('/videos/{video_id}/captions/{language}', { video_id, language });
export const readCaptionEdits = (video_id: string) =>
  api.get('/videos/{video_id}/caption-history', { video_id });
export const findSounds = (query: string) => api.get('/sounds', { query, limit: 12 });
export const changeVideo = (video_id: string, change: VideoChange) =>
  api.patch('/videos/{video_id}', { video_id }, change);
export const deleteVideo = (video_id: string) => api.delete('/videos/{video_id}', { video_id });

export type Pool = Shapes['PoolPayload'];
export type Measured = Shapes['MeasuredPayload'];
export const readPool = (video_id: string) => api.get('/videos/{video_id}/pool', { video_id });
