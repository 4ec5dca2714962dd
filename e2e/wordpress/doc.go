// Package wordpress drives a real WordPress against the built binary: visitors
// post comments, moderators click, the service goes away and comes back. It owns
// the site that it starts (database, web server, files) and nothing outlives it;
// it refuses to replace any part by a fake.
//
// `make test-wordpress` installs what it needs and runs it.
package wordpress
