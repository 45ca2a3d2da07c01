// The shapes of the contract /api/v1 under the names the screens use; the server's own description has them all.
import type { components } from './schema';

/** Every shape the server names. */
export type Shapes = components['schemas'];

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
/** A grid whose films are counted like a feed's: one impression for each film, in order. */
export interface CountedPage<T> extends Page<T> {
  impressions: string[];
}

export type FollowState = Shapes['Follows'];
export type Profile = Shapes['social_assembly_payloads_ProfilePayload'];
export type ProfilePage = Shapes['SeenPayload'];
export type Me = Shapes['MePayload'];
export type Session = Shapes['SessionPayload'];
export type Sound = Shapes['SoundPayload'];
export type Rendition = Shapes['RenditionPayload'];
export type Storyboard = Shapes['StoryboardPayload'];
export type CaptionTrack = Shapes['CaptionsPayload'];
export type VideoState = Shapes['VideoState'];
export type Audience = Video['audience'];
export type CommentAudience = Shapes['Commenters'];
export type AiLabel = Shapes['AiLabel'];
export type ContentLevel = Shapes['ContentLevel'];
export type Video = Shapes['VideoPayload'];
/** A video that was asked for by itself: watching it is counted too. */
export type WatchedVideo = Shapes['WatchedVideoPayload'];
export type FeedTab = 'for_you' | 'following' | 'friends';
export type FeedItem = Shapes['FeedItemPayload'];
export type FeedPage = Shapes['FeedPayload'];
export type Why = Shapes['WhyPayload'];
export type Comment = Shapes['CommentPayload'];
export type Collection = Shapes['CollectionPayload'];
export type Playlist = Shapes['PlaylistPayload'];
export type Hashtag = Shapes['videos_routes_sounds_HashtagPayload'];
export type Policy = Shapes['PolicyOut'];
export type Market = Shapes['MarketOut'];
export type Meta = Shapes['Meta'];
export type RealtimeTicket = Shapes['RealtimePayload'];
