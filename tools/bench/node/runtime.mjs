// A minimal client of the Lambda Runtime API. It does less than Amazon's Node.js runtime, so it makes the function look faster.
import http from "node:http";
import { handler } from "./function.mjs";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true });

function call(method, path, body = "") {
  return new Promise((resolve, reject) => {
    const headers = { "content-length": Buffer.byteLength(body) };
    const request = http.request({ agent, host, port, method, headers, path: `/2018-06-01/runtime${path}` });
    request.on("error", reject);
    request.on("response", async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ headers: response.headers, text });
    });
    request.end(body);
  });
}

for (;;) {
  const { headers, text } = await call("GET", "/invocation/next");
  const answer = await handler(JSON.parse(text));
  await call("POST", `/invocation/${headers["lambda-runtime-aws-request-id"]}/response`, JSON.stringify(answer));
}
