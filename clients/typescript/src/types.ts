/**
 * The shapes on the wire. The HTTP types come from the OpenAPI document. The socket types here match the AsyncAPI
 * document.
 */
import type { components } from "./schema.js";

type Schemas = components["schemas"];

/** Any user, as others see them. */
export type User = Schemas["User"];
/** The signed-in user. Includes the email address, which no other user sees. */
export type CurrentUser = Schemas["CurrentUser"];
/** A conversation as of `head_seq`. Lists include up to ten members. A single conversation includes all of them. */
export type ConversationState = Schemas["Conversation"];
export type Member = Schemas["Member"];
export type Role = Schemas["Role"];
/** A message in its current form. */
export type Message = Schemas["Message"];
export type Reaction = Schemas["Reaction"];
/** Something that happened in a conversation. `type` says what. */
export type Entry = Schemas["Entry"];
export type Emote = Schemas["Emote"];
export type Session = Schemas["Session"];
export type FieldError = Schemas["FieldError"];

/** Reply to `hello`. */
export interface Hello {
  user: CurrentUser;
  connection_id: string;
  /** When the gateway closes this socket. */
  expires_at: string;
  server_time: string;
  /** Maximum time between two `sync` requests. */
  heartbeat_seconds: number;
  limits: { sync_conversations: number; content_chars: number; [name: string]: number };
}

/** Reply to `sync`. */
export interface Sync {
  conversations: { conversation_id: string; entries: Entry[]; head_seq: number; has_more: boolean }[];
  /** Requested conversations of which the user is not a member. */
  gone: string[];
  has_more: boolean;
}

/** The events that the server pushes. The client ignores unknown ones. */
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
  /** The end of the online status unless another event extends it. Null if the user is offline. */
  online_until: string | null;
  last_seen_at: string;
}

/** The actions of the socket: the members of each request and the data of its reply. */
export interface Actions {
  hello: { members: object; data: Hello };
  ping: { members: object; data: object };
  read: { members: { conversation_id: string; seq: number }; data: { read_seq: number; unread_count: number } };
  typing: { members: { conversation_id: string }; data: object };
  sync: { members: { since: Record<string, number>; limit?: number }; data: Sync };
}
