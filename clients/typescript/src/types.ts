/**
 * The shapes on the wire. Those of HTTP come from the OpenAPI document; those of the socket are said here, as the
 * AsyncAPI document has them.
 */
import type { components } from "./schema.js";

type Schemas = components["schemas"];

/** Anybody. */
export type User = Schemas["User"];
/** Who is signed in, with the address that nobody else sees. */
export type CurrentUser = Schemas["Oneself"];
/** A conversation as of `head_seq`. In lists it has up to ten members, alone all of them. */
export type ConversationState = Schemas["Conversation"];
export type Member = Schemas["Member"];
export type Role = Schemas["Role"];
/** A message as it stands now. */
export type Message = Schemas["Message"];
export type Reaction = Schemas["Reaction"];
/** Something that happened in a conversation; `type` says what. */
export type Entry = Schemas["Entry"];
export type Emote = Schemas["Emote"];
export type Session = Schemas["Session"];
export type FieldError = Schemas["Fault"];

/** The answer to `hello`. */
export interface Hello {
  user: CurrentUser;
  connection_id: string;
  /** When the gateway closes this socket. */
  expires_at: string;
  server_time: string;
  /** How often to ask `sync`, at least. */
  heartbeat_seconds: number;
  limits: { sync_conversations: number; content_chars: number; [name: string]: number };
}

/** The answer to `sync`. */
export interface Sync {
  conversations: { conversation_id: string; entries: Entry[]; head_seq: number; has_more: boolean }[];
  /** Named by the client, and not its user's (any more). */
  gone: string[];
  has_more: boolean;
}

/** What the server pushes. There may be other events one day: they are not for us. */
export type ServerEvent =
  | { event: "entry"; conversation_id: string; seq: number; data: Entry }
  | { event: "conversation"; conversation_id: string; data: ConversationState }
  | { event: "read"; conversation_id: string; data: { user_id: string; read_seq: number } }
  | { event: "typing"; conversation_id: string; data: { user_id: string; expires_at: string } }
  | { event: "presence"; data: Presence }
  | { event: "session_ended"; data: { session_id: string } };

export interface Presence {
  user_id: string;
  online: boolean;
  /** Unless they are heard of again; null when they are offline. */
  online_until: string | null;
  last_seen_at: string;
}

/** Each action of the socket: its members, and the data of its reply. */
export interface Actions {
  hello: { members: object; data: Hello };
  ping: { members: object; data: object };
  read: { members: { conversation_id: string; seq: number }; data: { read_seq: number; unread_count: number } };
  typing: { members: { conversation_id: string }; data: object };
  sync: { members: { since: Record<string, number>; limit?: number }; data: Sync };
}
