/** A sample chat for screenshots: several conversations in the list, and a group with everything that a message can have. */

import { Account } from "./account.js";
import type { Person } from "./person.js";

/** The group to open. */
export const GROUP = "Weekend hike";

/** Fills the chat of Mia, who is signed in. Some of her friends are online: `arrive` opens their browsers. */
export async function createSampleChat(mia: Person, arrive: (name: string) => Promise<Person>): Promise<void> {
  const { stack } = mia;
  const own = await Account.of(mia);
  const [jonas, priya, luca, aiko, grace] = await Promise.all([
    Account.register(stack, "Jonas Weber"),
    Account.register(stack, "Priya Shah"),
    Account.register(stack, "Luca Romano"),
    Account.register(stack, "Aiko Tanaka"),
    Account.register(stack, "Grace Okafor"),
  ]);
  for (const { name } of [jonas, luca, grace]) await (await arrive(name)).logsIn();

  const book = await own.group("Book club", [aiko.id, grace.id]);
  await aiko.says(book, "Chapter 7 is the best one so far");
  await own.says(book, "No spoilers, please! 🙈");
  const withLuca = await own.direct(luca.id);
  await own.says(withLuca, "Did the parcel arrive?");
  await luca.says(withLuca, "It did, thank you ❤️");
  const withAiko = await own.direct(aiko.id);
  await aiko.says(withAiko, "See you on Thursday at seven");
  const withGrace = await own.direct(grace.id);
  await grace.says(withGrace, "I found your umbrella ☂️");
  await grace.says(withGrace, "It was under the piano");

  const hike = await own.group(GROUP, [jonas.id, priya.id, luca.id]);
  await jonas.says(hike, "Who is in for Saturday?");
  const plan = await priya.says(hike, "Me! The forecast says sun ☀️ https://weather.example");
  await own.says(hike, "Count me in, I can drive");
  const train = await luca.says(hike, "Shall we take the train at 8:10?");
  await own.says(hike, "8:10 is early, but fine", train);
  const lunch = await jonas.says(hike, "I bring bred and cheese");
  await jonas.call("PATCH", `/conversations/${hike}/messages/${lunch}`, { content: "I bring bread and cheese" });
  const last = await priya.says(hike, "Then I bake the cake 🍰");

  const react = (who: Account, seq: number, emote: string): Promise<unknown> =>
    who.call("PUT", `/conversations/${hike}/messages/${seq}/reactions/${emote}`);
  await react(jonas, plan, "tada");
  await react(own, plan, "tada");
  await react(luca, plan, "heart");
  await react(own, last, "yum");
  await react(jonas, last, "yum");
  const closing = await own.says(hike, "Best weekend plan ever");
  await react(priya, closing, "heart_eyes");
  for (const who of [jonas, priya, luca]) await who.call("PUT", `/conversations/${hike}/read`, { seq: closing });
}
