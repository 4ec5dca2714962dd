// Runs npm's @conversationai/perspectiveapi-js-client: BASE KEY TEXT.
import perspective from "@conversationai/perspectiveapi-js-client";

const [base, key, text] = process.argv.slice(2);
const client = new perspective.Client(key);
client.perspectiveApiUrl = `${base}/v1alpha1/comments:analyze?key=${key}`;

const defaults = await client.getScores(text);
const chosen = await client.getScores(text, { attributes: ["THREAT"], languages: ["en"] });
const refused = await client.getScores(text, { attributes: ["RUDENESS"] }).then(() => "", String);
console.log(JSON.stringify({ defaults, chosen, refused }));
