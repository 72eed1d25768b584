/** A client of EmoteChat. Start with the class `EmoteChat`. */
export type { Api } from "./api.js";
export { EmoteChat, type ChatEvents, type Options } from "./client.js";
export type { Status } from "./connection.js";
export type { Conversation, ConversationEvents } from "./conversation.js";
export type { Sending } from "./outbox.js";
export { Problem } from "./problem.js";
export type { components, operations, paths } from "./schema.js";
export type { KeyValueStorage } from "./session-store.js";
export type { WebSocketConstructor, WebSocketLike } from "./socket.js";
export type {
  ConversationState,
  CurrentUser,
  Emote,
  Entry,
  FieldError,
  Member,
  Message,
  Reaction,
  Role,
  Session,
  User,
} from "./types.js";
