// Package openapi holds the OpenAPI 3.1 document of the HTTP API. It is
// generated from the handlers' annotations by `make openapi`, mended by the
// program in repair, committed, and embedded; it is never edited by hand.
package openapi

import _ "embed"

//go:embed openapi.json
var document []byte

// JSON is the document. It must not be changed.
func JSON() []byte { return document }
