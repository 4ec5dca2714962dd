// Package e2e is the street: it builds the binary once, runs it as an operator
// would and rings its bell over HTTP. It refuses to know anything of the inside.
package e2e
