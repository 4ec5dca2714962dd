// Command repair reads the document that swag wrote from standard input, mends
// what swag gets wrong, and writes it to standard output:
//
//   - a request body is wrapped in a oneOf that every valid body fails; a form
//     is a choice between its fields;
//   - fields that may be null, and fields that are always there, are not told;
//     both are read from the structs of the packages named as arguments;
//   - times have no format, problem documents the wrong media type, and
//     answers that share a line the wrong description;
//   - schemas are named after Go's packages, not for who reads them;
//   - an externalDocs without address is not valid.
//
// It owns the difference between what swag writes and what is true; it refuses to
// describe anything, which the handlers do.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdin, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "repair:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, packages []string) error {
	var doc map[string]any
	if err := json.NewDecoder(in).Decode(&doc); err != nil {
		return err
	}
	structs, err := readStructs(packages)
	if err != nil {
		return err
	}
	if err := mend(doc, structs); err != nil {
		return err
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(doc)
}
