// Runs npm's openai: BASE KEY PRAISE INSULT.
import OpenAI from "openai";

const [base, apiKey, praise, insult] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${base}/v1`, apiKey, maxRetries: 0 });

const { data: list, response } = await client.moderations
	.create({ model: "omni-moderation-latest", input: [praise, insult] })
	.withResponse();
const one = await client.moderations.create({ input: insult });
const parts = await client.moderations.create({
	input: [
		{ type: "text", text: insult },
		{ type: "image_url", image_url: { url: "https://example.com/a.png" } },
	],
});
const models = [];
for await (const model of client.models.list()) models.push(model.id);
const refused = async (promise) => promise.then(() => "", (error) => `${error.constructor.name} ${error.status} ${error.code}`);

console.log(
	JSON.stringify({
		id: list.id,
		flagged: list.results.map((r) => r.flagged),
		harassment: one.results[0].category_scores.harassment,
		categories: Object.keys(one.results[0].categories).length,
		parts: parts.results.length,
		warning: response.headers.get("x-moderation-warning") ?? "",
		request: response.headers.get("x-request-id") ?? "",
		models,
		badKey: await refused(new OpenAI({ baseURL: `${base}/v1`, apiKey: "sk-nobody", maxRetries: 0 }).moderations.create({ input: "x" })),
		badModel: await refused(client.moderations.create({ model: "gpt-4o", input: "x" })),
		badInput: await refused(client.moderations.create({ input: [] })),
	}),
);
