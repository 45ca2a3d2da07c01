// Proof at compile time that what the server answers is what the client reads. Types only: nothing runs.
import type { paths } from './schema';
import type {
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
/** The server names its words of state in its documents, not in its schema: any text stands for them. */
type Loose<Shape> = Shape extends string
  ? string
  : Shape extends number
    ? number
    : Shape extends object
      ? { [Key in keyof Shape]: Loose<Shape[Key]> }
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
  Reads<FollowState, 'no' | 'requested' | 'yes'>,
];
