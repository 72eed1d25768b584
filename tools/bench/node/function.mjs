// A Node.js function with the AWS SDK, for comparison. It reads one item at its start and one for each event.
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});

async function read(key) {
  const command = new GetItemCommand({
    TableName: process.env.TABLE_NAME,
    Key: { pk: { S: key }, sk: { S: key } },
    ConsistentRead: true,
  });
  return (await client.send(command)).Item;
}

// As in the Rust functions, the connection is open before the first event.
await read("WARM-UP");

export async function handler() {
  await read("USER#1");
  return { statusCode: 200 };
}
