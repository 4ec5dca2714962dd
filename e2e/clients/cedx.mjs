// Runs npm's @cedx/akismet: BASE KEY HAM SPAM.
import { Author, Blog, CheckResult, Client, Comment } from "@cedx/akismet";

const [baseUrl, key, ham, spam] = process.argv.slice(2);
const blog = new Blog({ charset: "UTF-8", languages: ["en"], url: "https://blog.example" });
const client = new Client(key, blog, { baseUrl });
const comment = (content) =>
	new Comment({
		author: new Author({ email: "anna@example.com", ipAddress: "192.0.2.7", name: "Anna", userAgent: "Mozilla/5.0" }),
		content,
		context: ["reading", "books"],
		permalink: "https://blog.example/post",
		type: "comment",
	});
const word = (result) => (result == CheckResult.ham ? "ham" : "spam");
const done = (promise) => promise.then(() => true, () => false);

console.log(
	JSON.stringify({
		valid: await client.verifyKey(),
		invalid: await new Client("aaaaaaaaaaaa", blog, { baseUrl }).verifyKey(),
		ham: word(await client.checkComment(comment(ham))),
		spam: word(await client.checkComment(comment(spam))),
		thanksSpam: await done(client.submitSpam(comment(ham))),
		thanksHam: await done(client.submitHam(comment(ham))),
		refused: await new Client("aaaaaaaaaaaa", blog, { baseUrl }).checkComment(comment(ham)).then(() => "", String),
	}),
);
