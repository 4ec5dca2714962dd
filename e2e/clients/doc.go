// Package clients runs third-party clients, unmodified, against the built
// binary: only their address and key are ours. It is a module and an npm package
// of its own, so that what these clients need never reaches the product.
package clients
