// Runs npm's akismet-api, the one inside Coral: HOST KEY HAM SPAM.
import dns from "node:dns";
import { AkismetClient } from "akismet-api";

// Every name below localhost is this machine, which not every resolver knows
// (RFC 6761); the client itself is as it was published.
const lookup = dns.lookup;
dns.lookup = (name, ...rest) => lookup(name.endsWith(".localhost") ? "127.0.0.1" : name, ...rest);

const [host, key, ham, spam] = process.argv.slice(2);
const make = (key) => new AkismetClient({ key, blog: "https://blog.example", host, protocol: "http" });
const client = make(key);
const comment = (content) => ({
	ip: "192.0.2.7",
	useragent: "Mozilla/5.0",
	content,
	email: "anna@example.com",
	name: "Anna",
	permalink: "https://blog.example/post",
	type: "comment",
});
const done = (promise) => promise.then(() => true, () => false);

console.log(
	JSON.stringify({
		valid: await client.verifyKey(),
		invalid: await make("aaaaaaaaaaaa").verifyKey(),
		ham: String(await client.checkSpam(comment(ham))),
		spam: String(await client.checkSpam(comment(spam))),
		thanksSpam: await done(client.submitSpam(comment(ham))),
		thanksHam: await done(client.submitHam(comment(ham))),
		refused: await make("aaaaaaaaaaaa").checkSpam(comment(ham)).then(() => "", String),
	}),
);
