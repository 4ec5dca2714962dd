// Package browser drives the console as a person does: the built binary, a real
// browser, keys and clicks. Like e2e it imports nothing of ours.
//
// A page is added to pages_test.go once; accessibility, phone width and the
// screenshots of `make screenshots` then cover it.
package browser
