// Proof at compile time that what the server answers is what the client reads. Types only: nothing runs.
import type { Entry, Overview, Proof, Staff } from './console';
import type { HeldComment } from './comments';
import type { MarketRules } from './market';
import type { AppealCase, Case, Figures, Statement } from './moderation';
import type { Grant, Program } from './programs';
import type { paths } from './schema';
import type { Hidden } from './ties';
import type {
  Collection,
  Comment,
  CountedPage,
  FeedPage,
  FollowState,
  Hashtag,
  Meta,
  Page,
  Playlist,
  Profile,
  ProfilePage,
  RealtimeTicket,
  Session,
  Sound,
  Video,
  Why,
} from './types';

/** What a GET answers when it goes well. */
type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;
/**
 * The server names its words of state in its documents, not in its schema: any text stands for them.
 * An instant may be null in every schema; which never are stands in the documents, too.
 */
type Loose<Shape> = Shape extends string
  ? string
  : Shape extends number
    ? number
    : Shape extends object
      ? { [Key in keyof Shape]: Loose<Shape[Key]> | (Key extends `${string}_at` ? null : never) }
      : Shape;
/** Compiles only if the server's shape can be read as ours. */
type Reads<Ours, Theirs extends Loose<Ours>> = [Ours, Theirs];

export type Checked = [
  Reads<Session, Answer<'/api/v1/session'>>,
  Reads<Meta, Answer<'/api/v1/meta'>>,
  Reads<FeedPage, Answer<'/api/v1/feed'>>,
  Reads<CountedPage<Video>, Answer<'/api/v1/explore'>>,
  Reads<Why, Answer<'/api/v1/feed/why/{impression_id}'>>,
  Reads<Video, Answer<'/api/v1/videos/{video_id}'>>,
  Reads<Page<Comment>, Answer<'/api/v1/videos/{video_id}/comments'>>,
  Reads<Page<Comment>, Answer<'/api/v1/comments/{comment_id}/replies'>>,
  Reads<Sound, Answer<'/api/v1/sounds/{sound_id}'>>,
  Reads<Page<Video>, Answer<'/api/v1/sounds/{sound_id}/videos'>>,
  Reads<Hashtag, Answer<'/api/v1/hashtags/{tag}'>>,
  Reads<Page<Video>, Answer<'/api/v1/hashtags/{tag}/videos'>>,
  Reads<ProfilePage, Answer<'/api/v1/profiles/{handle}'>>,
  Reads<Page<Video>, Answer<'/api/v1/profiles/{handle}/videos'>>,
  Reads<Page<Playlist>, Answer<'/api/v1/profiles/{handle}/playlists'>>,
  Reads<Page<Profile>, Answer<'/api/v1/profiles/{handle}/followers'>>,
  Reads<Page<Video>, Answer<'/api/v1/me/likes'>>,
  Reads<RealtimeTicket, Answer<'/api/v1/realtime'>>,
  Reads<Overview, Answer<'/api/v1/console/overview'>>,
  Reads<{ items: Staff[] }, Answer<'/api/v1/staff'>>,
  Reads<Page<Entry>, Answer<'/api/v1/audit'>>,
  Reads<Proof, Answer<'/api/v1/audit/proof'>>,
  Reads<Page<Case>, Answer<'/api/v1/moderation/queue'>>,
  Reads<Page<Case>, Answer<'/api/v1/moderation/cases'>>,
  Reads<Page<AppealCase>, Answer<'/api/v1/moderation/appeals'>>,
  Reads<Figures, Answer<'/api/v1/moderation/figures'>>,
  Reads<Page<Statement>, Answer<'/api/v1/me/statements'>>,
  Reads<{ items: Grant[] }, Answer<'/api/v1/oauth/grants'>>,
  Reads<{ items: Program[] }, Answer<'/api/v1/oauth/clients'>>,
  Reads<{ items: Hidden[] }, Answer<'/api/v1/feed/hidden'>>,
  Reads<Page<Profile>, Answer<'/api/v1/follow-requests'>>,
  Reads<Page<HeldComment>, Answer<'/api/v1/me/held-comments'>>,
  Reads<MarketRules, Answer<'/api/v1/markets/{code}'>>,
  Reads<Page<Video>, Answer<'/api/v1/profiles/{handle}/reposts'>>,
  Reads<Page<Collection>, Answer<'/api/v1/collections'>>,
  Reads<FollowState, 'no' | 'requested' | 'yes'>,
];
