// Shapes of the contract /api/v1. Replaced shape by shape with `schema.d.ts`, which `npm run api` generates.

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A grid whose films are counted like a feed's: one impression for each film, in order. */
export interface CountedPage<T> extends Page<T> {
  impressions: string[];
}

export type FollowState = 'no' | 'requested' | 'yes';

export interface Profile {
  account_id: string;
  handle: string;
  name: string;
  avatar_url: string | null;
  is_private: boolean;
  is_verified: boolean;
  you_follow: FollowState;
  follows_you: boolean;
}

export interface ProfilePage extends Profile {
  bio: string;
  links: string[];
  counts: { followers: number; following: number; likes: number; videos: number };
  you_block: boolean;
  you_mute: boolean;
  /** Their videos may be seen: not a private account that one does not follow. */
  may_see_content: boolean;
}

export interface Me {
  account_id: string;
  handle: string;
  name: string;
  bio: string;
  avatar_url: string | null;
  email: string | null;
  email_verified: boolean;
  market: string;
  language: string;
  birth_date: string;
  is_minor: boolean;
  is_private: boolean;
  has_totp: boolean;
  passkeys_count: number;
  roles: string[];
  links: string[];
}

export interface Session {
  account: Me | null;
  guest: { guest_id: string } | null;
  market: string;
  language: string;
  is_personalised: boolean;
}

export interface Sound {
  sound_id: string;
  title: string;
  by: Profile | null;
  duration_ms: number;
  audio_url: string;
  uses_count: number;
  cover_url: string | null;
  original_video_id: string | null;
}

export interface Rendition {
  name: string;
  url: string;
  width: number;
  height: number;
  bitrate_bps: number;
  bytes: number;
  codecs: string;
}

export interface Storyboard {
  url: string;
  tile_width: number;
  tile_height: number;
  columns: number;
  interval_ms: number;
  count: number;
}

export interface CaptionTrack {
  language: string;
  label: string;
  url: string;
}

export type VideoState = 'draft' | 'processing' | 'scheduled' | 'live' | 'refused' | 'removed';
export type Audience = 'everyone' | 'followers' | 'friends' | 'only_me';
export type CommentAudience = 'everyone' | 'followers' | 'friends' | 'nobody';
export type AiLabel = 'none' | 'creator' | 'credentials';
export type ContentLevel = 'general' | 'mature';

export interface Video {
  video_id: string;
  state: VideoState;
  creator: Profile;
  caption: string;
  hashtags: string[];
  mentions: { handle: string; account_id: string }[];
  language: string;
  duration_ms: number;
  width: number;
  height: number;
  rotation: 0;
  poster_url: string | null;
  placeholder: string | null;
  storyboard: Storyboard | null;
  renditions: Rendition[];
  hls_url: string | null;
  captions: CaptionTrack[];
  sound: Sound | null;
  audience: Audience;
  allow_comments: CommentAudience;
  ai_label: AiLabel;
  ad_label: boolean;
  alt_text: string;
  content_level: ContentLevel;
  can_download: boolean;
  is_pinned: boolean;
  published_at: string | null;
  scheduled_at: string | null;
  counts: { views: number; likes: number; comments: number; shares: number; saves: number };
  you: { liked: boolean; saved: boolean; reposted: boolean; following: boolean; is_owner: boolean };
  deep_link: string;
}

/** A video by its own link: watching it counts like anywhere else. */
export interface WatchedVideo extends Video {
  impression_id: string | null;
}

export type FeedTab = 'for_you' | 'following' | 'friends';

export interface FeedItem {
  impression_id: string;
  position: number;
  video: Video;
  reason: { code: string; words: string };
  is_exploration: boolean;
}

export interface FeedPage extends Page<FeedItem> {
  /** Everything was seen: from here on it comes again, each film once. */
  starts_over: boolean;
  is_personalised: boolean;
  why_not_personalised: string | null;
  request_id: string;
}

export interface Why {
  reasons: { code: string; words: string; weight: number }[];
  source: string;
  stage_report: { component: string; count_in: number; count_out: number; ms: number }[];
  held_back: unknown[];
  is_exploration: boolean;
  scorer_version: string;
}

export interface Comment {
  comment_id: string;
  parent_id: string | null;
  author: Profile;
  text: string;
  mentions: { handle: string; account_id: string }[];
  created_at: string;
  edited_at: string | null;
  likes_count: number;
  replies_count: number;
  is_pinned: boolean;
  /** It waits for the creator: only they and who wrote it see it. */
  is_held: boolean;
  liked_by_creator: boolean;
  you: { liked: boolean; is_owner: boolean; may_delete: boolean; may_pin: boolean };
}

export interface Collection {
  collection_id: string;
  title: string;
  videos_count: number;
  cover_url: string | null;
}

export interface Playlist {
  playlist_id: string;
  title: string;
  videos_count: number;
}

export interface Hashtag {
  tag: string;
  videos_count: number;
  views: number;
}

export interface Policy {
  code: string;
  title: string;
  has_illegal_route: boolean;
}

export interface Market {
  code: string;
  name: string;
  languages: string[];
  minimum_age: number;
  currency: string;
  has_personalisation_switch: boolean;
}

export interface Meta {
  name: string;
  version: string;
  markets: Market[];
  policies: Policy[];
  upload: { max_bytes: number; max_duration_ms: number; chunk_bytes: number };
  /** This market keeps its mails in a folder that anyone may read: a demo. */
  shows_mails: boolean;
}

export interface RealtimeTicket {
  url: string;
  ticket: string;
  expires_at: string;
}
