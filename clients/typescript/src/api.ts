/**
 * Every endpoint of the HTTP API, named by its operation id in the OpenAPI document. An error response is thrown as a
 * `Problem`.
 */
import createClient, { type Client } from "openapi-fetch";

import type { ServerClock } from "./clock.js";
import { Problem } from "./problem.js";
import type { components, operations, paths } from "./schema.js";

type Schemas = components["schemas"];
type Query<Operation extends keyof operations> = operations[Operation]["parameters"]["query"];

/** The gateway times out after 30 s. */
const TIMEOUT_MS = 35_000;

export interface ApiOptions {
  /** Base URL of the API, without `/api`. */
  url: string;
  clock: ServerClock;
  /** The token of the current session, if there is one. */
  token: () => string | undefined;
  /** Called when the server rejects the token as unknown or expired. */
  onSignedOut: (token: string) => void;
}

export class Api {
  readonly #client: Client<paths>;
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#client = createClient<paths>({ baseUrl: options.url, fetch: (request) => this.#fetch(request) });
  }

  register = (body: Schemas["Registration"]) => this.#call(this.#client.POST("/api/auth/register", { body }));
  login = (body: Schemas["Login"]) => this.#call(this.#client.POST("/api/auth/login", { body }));
  logout = () => this.#call(this.#client.POST("/api/auth/logout"));
  validate = () => this.#call(this.#client.GET("/api/auth/validate"));
  listSessions = () => this.#call(this.#client.GET("/api/auth/sessions"));
  endOtherSessions = () => this.#call(this.#client.DELETE("/api/auth/sessions"));
  endSession = (id: string) => this.#call(this.#client.DELETE("/api/auth/sessions/{id}", { params: { path: { id } } }));
  createTicket = () => this.#call(this.#client.POST("/api/auth/ticket"));

  getProfile = () => this.#call(this.#client.GET("/api/profile"));
  changeProfile = (body: Schemas["ProfileChange"]) => this.#call(this.#client.PATCH("/api/profile", { body }));
  listUsers = (query: Query<"listUsers"> = {}) =>
    this.#call(this.#client.GET("/api/profile/users", { params: { query } }));
  searchUsers = (query: Query<"searchUsers">) =>
    this.#call(this.#client.GET("/api/profile/search", { params: { query } }));
  getUser = (id: string) => this.#call(this.#client.GET("/api/profile/users/{id}", { params: { path: { id } } }));

  requestPasswordReset = (body: Schemas["ResetRequest"]) =>
    this.#call(this.#client.POST("/api/password/reset-request", { body }));
  resetPassword = (body: Schemas["PasswordReset"]) => this.#call(this.#client.POST("/api/password/reset", { body }));
  changePassword = (body: Schemas["PasswordChange"]) => this.#call(this.#client.POST("/api/password/change", { body }));

  listConversations = (query: Query<"listConversations"> = {}) =>
    this.#call(this.#client.GET("/api/conversations", { params: { query } }));
  createConversation = (body: Schemas["NewConversation"]) =>
    this.#call(this.#client.POST("/api/conversations", { body }));
  getConversation = (id: string) =>
    this.#call(this.#client.GET("/api/conversations/{id}", { params: { path: { id } } }));
  changeConversation = (id: string, body: Schemas["ConversationChange"]) =>
    this.#call(this.#client.PATCH("/api/conversations/{id}", { params: { path: { id } }, body }));
  addMembers = (id: string, body: Schemas["NewMembers"]) =>
    this.#call(this.#client.POST("/api/conversations/{id}/members", { params: { path: { id } }, body }));
  removeMember = (id: string, user_id: string) =>
    this.#call(this.#client.DELETE("/api/conversations/{id}/members/{user_id}", { params: { path: { id, user_id } } }));
  listEntries = (id: string, query: Query<"listEntries"> = {}) =>
    this.#call(this.#client.GET("/api/conversations/{id}/log", { params: { path: { id }, query } }));
  markRead = (id: string, body: Schemas["Read"]) =>
    this.#call(this.#client.PUT("/api/conversations/{id}/read", { params: { path: { id } }, body }));

  listMessages = (id: string, query: Query<"listMessages"> = {}) =>
    this.#call(this.#client.GET("/api/conversations/{id}/messages", { params: { path: { id }, query } }));
  sendMessage = (id: string, body: Schemas["NewMessage"]) =>
    this.#call(this.#client.POST("/api/conversations/{id}/messages", { params: { path: { id } }, body }));
  editMessage = (id: string, seq: number, body: Schemas["MessageChange"]) =>
    this.#call(this.#client.PATCH("/api/conversations/{id}/messages/{seq}", { params: { path: { id, seq } }, body }));
  deleteMessage = (id: string, seq: number) =>
    this.#call(this.#client.DELETE("/api/conversations/{id}/messages/{seq}", { params: { path: { id, seq } } }));
  addReaction = (id: string, seq: number, emote: string) =>
    this.#call(
      this.#client.PUT("/api/conversations/{id}/messages/{seq}/reactions/{emote}", {
        params: { path: { id, seq, emote } },
      }),
    );
  removeReaction = (id: string, seq: number, emote: string) =>
    this.#call(
      this.#client.DELETE("/api/conversations/{id}/messages/{seq}/reactions/{emote}", {
        params: { path: { id, seq, emote } },
      }),
    );
  listEmotes = (query: Query<"listEmotes"> = {}) => this.#call(this.#client.GET("/api/emotes", { params: { query } }));

  async #call<Data>(pending: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
    const token = this.#options.token();
    let result;
    try {
      result = await pending;
    } catch (cause) {
      throw Problem.network(undefined, cause);
    }
    if (result.response.ok && result.data !== undefined) return result.data;
    const problem = Problem.fromResponse(result.response, result.error);
    if (problem.code === "invalid_token" && token !== undefined) this.#options.onSignedOut(token);
    throw problem;
  }

  async #fetch(request: Request): Promise<Response> {
    const token = this.#options.token();
    if (token !== undefined) request.headers.set("authorization", `Bearer ${token}`);
    const sentAt = Date.now();
    const response = await fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    this.#options.clock.learnFromDate(response.headers.get("date"), sentAt, Date.now());
    return response;
  }
}
